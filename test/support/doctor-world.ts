/**
 * DoctorWorld: a host that is set up well, in a DNS served on loopback, and the doctor as it is typed. What lies beyond the
 * DNS (port 25, the mail host of the domain, the policy file, the time) is handed in.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dkimRecord, generateDkimKey, type MailerSeams } from '@postrider/core'
import {
  type DnsServer,
  type NameLiteral,
  startDnsServer,
  TEST_RANGES,
  type ZoneLiteral,
} from '@postrider/core/testing'
import type { Checkup } from '../../packages/cli/src/checkup/index.ts'
import { recordsIn } from '../../packages/cli/src/records/index.ts'
import { tempFolder } from './folder.ts'
import { healthyZone, V4, V6 } from './healthy-zone.ts'
import { type Said, type } from './terminal.ts'

export const POLICY = 'version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 604800\n'
const NOW: number = Date.UTC(2026, 2, 1, 12)

const { key, pem } = await generateDkimKey({ domain: 'example.com', selector: 's1' })
export const DKIM: { readonly name: string; readonly value: string } = dkimRecord(key)

export const HEALTHY: ZoneLiteral = healthyZone(DKIM)

export type Outside = NonNullable<MailerSeams['lookout']>

const REACHABLE: Outside = {
  probe: async () => ({ greeting: '220 mx.google.test ESMTP' }),
  askMailboxes: async ({ addresses }) => ({
    answers: addresses.map(({ local, domain }) => ({
      address: `${local}@${domain}`,
      code: 250,
      reply: '250 2.1.5 Ok',
    })),
  }),
  fetchPolicy: async () => ({ text: POLICY }),
  tryTls: async () => ({ reached: true }),
  askTime: async () => Date.now(),
}

export interface DoctorWorld extends AsyncDisposable {
  readonly folder: string
  readonly dns: DnsServer
  doctor(
    line?: string,
    flags?: Readonly<Record<string, string | boolean | readonly string[]>>,
    seams?: MailerSeams,
  ): Promise<Said>
  checkup(outside?: Outside): Promise<Checkup>
  /** Publishes the records that a text holds; a TXT record takes the place of those of its kind. */
  publish(fix: string): number
}

export async function openDoctorWorld(changes: ZoneLiteral = {}): Promise<DoctorWorld> {
  const folder = tempFolder()
  const zone: Record<string, NameLiteral> = { ...HEALTHY, ...changes }
  const dns = await startDnsServer(zone)
  writeFileSync(join(folder, 's1.pem'), pem, { mode: 0o600 })
  writeFileSync(
    join(folder, 'postrider.yaml'),
    [
      'hostname: mail.example.com',
      `egress: { publicAddresses: ["${V4}", "${V6}"] }`,
      `dns: { servers: ["${dns.server}"] }`,
      // Not on a disk of this machine: where temporary folders are is not the same everywhere.
      'queue: { path: ":memory:" }',
      'dkim:',
      '  - { domain: example.com, selector: s1, privateKeyFile: s1.pem }',
      '',
    ].join('\n'),
  )
  const run = (
    line: string,
    flags: Readonly<Record<string, string | boolean | readonly string[]>>,
    outside: Outside,
    seams: MailerSeams = {},
  ) =>
    type(line, {
      cwd: folder,
      flags,
      json: flags.json === true,
      now: NOW,
      seams: {
        lookout: { ...REACHABLE, ...outside },
        interfaces: () => [V4, V6],
        specialRanges: TEST_RANGES,
        ...seams,
      },
    })
  return {
    folder,
    dns,
    doctor: (line = 'doctor', flags = {}, seams = {}) => run(line, flags, {}, seams),
    checkup: async (outside = {}) =>
      JSON.parse((await run('doctor', { json: true, skip: ['config'] }, outside)).out) as Checkup,
    publish: fix => {
      const records = recordsIn(fix)
      for (const { name, type: kind, value } of records) {
        zone[name] = withRecord(zone[name] ?? {}, { name, kind, value })
        dns.set(name, zone[name])
      }
      return records.length
    },
    [Symbol.asyncDispose]: () => dns.close(),
  }
}

function withRecord(
  before: NameLiteral,
  {
    name,
    kind,
    value,
  }: { readonly name: string; readonly kind: 'A' | 'AAAA' | 'MX' | 'PTR' | 'TXT'; readonly value: string },
): NameLiteral {
  if (kind !== 'TXT') return { ...before, [kind]: value }
  const isOfKind = (text: string): boolean => text.slice(0, 5).toLowerCase() === value.slice(0, 5).toLowerCase()
  // Below a name of its own (_dmarc, s1._domainkey) nothing else may stand.
  const others = name.includes('_') ? [] : [before.TXT ?? []].flat().filter(text => !isOfKind(text))
  return { ...before, TXT: [...others, value] }
}
