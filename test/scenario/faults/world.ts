/**
 * World: a host and a domain that are set up well, one fault that is put into it, and the doctor. What the doctor prints as
 * the fix is done as it stands: records are published, policy files served. Where a fix is something else (a call to a
 * provider, another key), the fault names what somebody does who follows it, and what the fix must therefore speak of.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DkimKey, type Domain, dkimRecord, generateDkimKey, type Report } from '@postrider/core'
import { createFakeDns, FakeClock, type NameLiteral, TEST_RANGES, type ZoneLiteral } from '@postrider/core/testing'
import type { Source } from '../../../packages/core/src/model/egress.ts'
import { createPreflight, type DoctorProbes } from '../../../packages/core/src/preflight/index.ts'
import { healthyZone, V4, V6 } from '../../support/healthy-zone.ts'

export const POLICY = 'version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n'
const made = async (selector: string, bits?: number): Promise<DkimKey> =>
  (await generateDkimKey({ domain: 'example.com', selector, ...(bits === undefined ? {} : { bits }) })).key
export const KEY: DkimKey = await made('s1')
export const SHORT: DkimKey = await made('s1', 1024)
export const SECOND: DkimKey = await made('s2')
export const DKIM: { readonly name: string; readonly value: string } = dkimRecord(KEY)
export const TLSA_NAME = '_25._tcp.mx.example.com'

export const HEALTHY: ZoneLiteral = {
  ...healthyZone(DKIM),
  [TLSA_NAME]: { TLSA: [`3 1 1 ${'ab'.repeat(32)}`, `3 1 1 ${'cd'.repeat(32)}`], authentic: true },
}

/** What may differ from the healthy world. */
export interface World {
  readonly hostname?: string
  readonly zone?: ZoneLiteral
  readonly keys?: readonly DkimKey[]
  readonly policy?: string
  /** @default those of the zone */
  readonly publicAddresses?: readonly string[]
  /** @default whatever the system chooses */
  readonly sources?: readonly Source[]
  /** Beyond the DNS. */
  readonly outside?: DoctorProbes
  /** Whether the verdict of the resolver on DNSSEC counts. @default true */
  readonly trustworthy?: boolean
}

export interface Fault extends World {
  readonly finds: string
  /** @default warn or fail */
  readonly level?: 'note' | 'unknown'
  /** For a fix that is no record: what it speaks of, and how the world is when that was done. */
  readonly mended?: { readonly says: RegExp; readonly by: World }
}

export const NOW: number = Date.UTC(2026, 0, 1, 12)
const NEVER = new AbortController().signal

export async function examine({
  hostname = 'mail.example.com',
  zone,
  keys = [KEY],
  policy = POLICY,
  outside,
  trustworthy = true,
  publicAddresses = [V4, V6],
  sources = [],
}: World): Promise<Report> {
  const preflight = createPreflight({
    resolver: createFakeDns(zone ?? HEALTHY, { trustworthy }),
    clock: new FakeClock(NOW),
    mode: 'enforce',
    egress: () => ({ hostname: hostname as Domain, sources }),
    publicAddresses: () => publicAddresses,
    ranges: TEST_RANGES,
    chooseKeys: () => keys,
    interfaces: () => [V4, V6],
    probe: async () => ({ greeting: '220 mx.google.test ESMTP' }),
    fetchPolicy: async () => (policy === '' ? { problem: '404' } : { text: policy }),
    tryTls: async () => ({ reached: true }),
    ...outside,
  })
  try {
    return await preflight.report({ local: 'a', domain: 'example.com' as Domain }, NEVER)
  } finally {
    preflight.close()
  }
}

export const amiss = ({ checks }: Report): Report['checks'] => checks.filter(({ level }) => level !== 'ok')

/** What only the owner of a domain knows, and puts in place of the words in angle brackets. */
const OWNERS_WORDS: Readonly<Record<string, string>> = {
  '<a host that takes its mail>': 'mx.example.com.',
  '<its public address>': '203.0.113.6',
  '<SHA-256 of the public key>': 'ab'.repeat(32),
  '<SHA-256 of the public key that the host shows>': 'ef'.repeat(32),
  '<SHA-256 of the next public key>': '12'.repeat(32),
}
const RECORD = /^(?:publish only: )?(\S+)\. IN (TXT|A|AAAA|PTR|MX|TLSA) (.+)$/gm

/** The world in which a fix was done as it stands; the same one when nothing in it can be done by copying. */
function follow(fix: string, world: World): World {
  const filled = Object.entries(OWNERS_WORDS).reduce((text, [words, value]) => text.replaceAll(words, value), fix)
  const zone: Record<string, NameLiteral> = { ...(world.zone ?? HEALTHY) }
  let done = false
  for (const [, name = '', type = '', data = ''] of filled.matchAll(RECORD)) {
    zone[name] = published(zone[name] ?? {}, { name, type, data })
    done = true
  }
  const policy = /^serve at \S+.*\n([\s\S]+?)(?:^then publish:|$(?![\s\S]))/m.exec(filled)?.[1]
  if (!done && policy === undefined) return world
  return { ...world, zone, ...(policy === undefined ? {} : { policy }) }
}

/** A TXT record takes the place of those of its kind, a TLSA record stands beside the others, any other is alone. */
function published(
  before: NameLiteral,
  { name, type, data }: Readonly<Record<'name' | 'type' | 'data', string>>,
): NameLiteral {
  if (type === 'TLSA') return { ...before, TLSA: [...[before.TLSA ?? []].flat(), data] }
  if (type !== 'TXT') return { ...before, [type]: data.replace(/\.$/, '') }
  const text = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join('')
  const isOfKind = (one: string): boolean => one.slice(0, 5).toLowerCase() === text.slice(0, 5).toLowerCase()
  const others = [before.TXT ?? []].flat().filter(one => !isOfKind(one) && !name.includes('_'))
  return { ...before, TXT: [...others, text] }
}

/** A DMARC record goes through its stages, each a fix of its own. */
const MOST_ROUNDS = 4

/** One fault: exactly one check tells it, and what the check says, done, leaves nothing amiss. */
export function testFault(name: string, fault: Fault): void {
  test(`finds ${name}, and nothing else; what it says mends it`, async () => {
    let world: World = { ...fault, zone: { ...HEALTHY, ...fault.zone } }
    let found = amiss(await examine(world))
    assert.deepEqual([...new Set(found.map(({ id }) => id))], [fault.finds])
    for (const each of found) {
      if (fault.level === undefined) assert.match(each.level, /^(?:warn|fail)$/)
      else assert.equal(each.level, fault.level)
      assert.ok(each.fix && each.found && each.wanted && each.why, `${each.id} says too little`)
    }
    const told: string[] = []
    for (let round = 1; found.length > 0; round++) {
      const fix = found.map(each => each.fix ?? '').join('\n')
      told.push(fix)
      assert.ok(round <= MOST_ROUNDS, `still ${found.map(({ id }) => id).join()} after:\n${told.join('\n\n')}`)
      const followed = follow(fix, world)
      if (followed !== world) world = followed
      else {
        assert.ok(fault.mended, `nothing here can be copied, and the test does not know what to do:\n${fix}`)
        assert.match(fix, fault.mended.says)
        world = { ...world, ...fault.mended.by, zone: { ...world.zone, ...fault.mended.by.zone } }
      }
      found = amiss(await examine(world))
      // The same check may have a further stage to tell; it does not say the same again.
      assert.ok(!told.includes(found.map(each => each.fix ?? '').join('\n')), `no use: ${fix}`)
    }
  })
}
