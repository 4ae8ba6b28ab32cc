/**
 * From nothing to green, for real: an empty folder on a host of its own, `postrider init` as a process, what it prints pasted
 * into the zones of nsd, and `postrider doctor`. Then records are damaged one by one, and mended with what the doctor says.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import type { Checkup, Finding } from '../../packages/cli/src/checkup/index.ts'
import { BLOCKLISTS } from '../../packages/core/src/preflight/checks/blocklists.ts'
import { authority, tlsaData } from '../support/certs.ts'
import { type Child, type Ended, startProgram } from '../support/child.ts'
import { INTERNET, type Island, openIsland, whyNoIsland } from './island/island.ts'
import { type Names, openNames, RESOLVERS } from './island/names.ts'
import { install, installPackages } from './lab/install.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
const HOSTS = join(import.meta.dirname, 'island/hosts.ts')
const PATIENCE_MS = 120_000
const ZONE = 'example.com'
const V4_ZONE = '216.184.93.in-addr.arpa'
const V6_ZONE = '0.0.8.2.6.0.6.2.ip6.arpa'

installPackages(['iproute2', 'util-linux'])
const missing = whyNoIsland()

let base: string
let island: Island
let names: Names
let hosts: Child
/** The folder of the new host. */
let home: string
let caFile: string

before(async () => {
  install()
  if (missing !== undefined) return
  base = mkdtempSync(join(lasting(), 'postrider-set-up-'))
  home = join(base, 'home')
  for (const name of ['home', 'names', 'policies']) mkdirSync(join(base, name))
  const ca = authority(join(base, 'tls'))
  caFile = ca.caFile
  const mx = ca.issue({ file: 'mx.example.com', names: ['mx.example.com'] })
  ca.issue({ file: 'mx.gmail.com', names: ['mx.gmail.com'] })
  ca.issue({ file: 'web', names: ['mta-sts.example.com', 'mta-sts.gmail.com'] })
  // Any host whose clock is right will do.
  writeFileSync(join(base, 'policies/mta-sts.gmail.com'), 'version: STSv1\nmode: none\nmax_age: 86400\n')
  island = await openIsland()
  names = await openNames(island, join(base, 'names'), {
    '.': [
      `ns.provider.net. A ${INTERNET.names}`,
      'gmail.com. MX 5 mx.gmail.com.',
      `mx.gmail.com. A ${INTERNET.otherMx}`,
      `mta-sts.gmail.com. A ${INTERNET.web}`,
      // By their test entries blocklists show that they answer (RFC 5782 §5).
      ...BLOCKLISTS.map(({ zone, tests, codes }) => `${tests.listed}.${zone}. A ${Object.keys(codes)[0]}`),
    ],
    // What stands before anyone begins: a domain whose mail another host takes.
    [ZONE]: [
      '@ MX 10 mx',
      '@ TXT "site-verification=1"',
      `mx A ${INTERNET.mx}`,
      `_25._tcp.mx TLSA 3 1 1 ${tlsaData(mx.leaf, 1, 'sha256')}`,
      `_25._tcp.mx TLSA 3 1 1 ${'ab'.repeat(32)}`,
      `mta-sts A ${INTERNET.web}`,
    ],
    [V4_ZONE]: [],
    [V6_ZONE]: [],
  })
  const [command, ...args] = island.at('internet', [process.execPath, '--conditions=@postrider/source', HOSTS, base])
  hosts = startProgram(command, { args })
  await hosts.says(/up/, PATIENCE_MS)
})
after(async () => {
  await hosts?.stop()
  await names?.close()
  await island?.close()
  if (base !== undefined) rmSync(base, { recursive: true, force: true })
})

/** Temporary folders are no place for a queue, and the doctor says so. */
function lasting(): string {
  const checkout = dirname(dirname(import.meta.dirname))
  if (/^\/(?:tmp|var\/tmp|dev\/shm)\//.test(checkout)) return homedir()
  mkdirSync(join(checkout, '.work'), { recursive: true })
  return join(checkout, '.work')
}

function start(args: readonly string[], resolver: string = RESOLVERS.forgetful): Child {
  const [command, ...rest] = island.at('host', [process.execPath, PROGRAM, ...args])
  const env = { NODE_EXTRA_CA_CERTS: caFile, POSTRIDER_DNS_SERVERS: resolver, NO_COLOR: '1' }
  return startProgram(command, { args: rest, cwd: home, env })
}

const run = (...args: readonly string[]): Promise<Ended> => start(args).ended()

interface Verdict {
  readonly code: number | null
  readonly found: readonly Finding[]
}

async function doctor(): Promise<Verdict> {
  const { code, stdout, stderr } = await run('doctor', '--json')
  assert.match(stdout, /^\{/, stderr)
  const { senders, state } = JSON.parse(stdout) as Checkup
  return { code, found: [...senders.flatMap(({ checks }) => checks), ...state].filter(({ level }) => level !== 'ok') }
}

const told = (found: readonly Finding[]): string[] => [...new Set(found.map(({ id, level }) => `${id} ${level}`))]

/** Pastes the records that a text shows: comments with them go where they belong, each record into the zone of its name. */
async function paste(text: string): Promise<number> {
  const lines = text.split('\n').flatMap(line => {
    const [, name, type] = RECORD.exec(line) ?? []
    return name === undefined || type === undefined ? [] : [{ name, type, line }]
  })
  for (const zone of [ZONE, V4_ZONE, V6_ZONE]) {
    const pasted = lines.filter(({ name }) => name.endsWith(`${zone}.`))
    if (pasted.length === 0) continue
    const kept = names.lines(zone).filter(line => !pasted.some(one => takesThePlaceOf(one, line)))
    await names.serve(zone, [...kept, ...pasted.map(({ line }) => line)])
  }
  return lines.length
}

/** A record with its whole name at the start of a line. */
const RECORD = /^(\S+\.)\s+(?:\d+\s+)?IN\s+(A|AAAA|MX|PTR|TXT|TLSA)\s/

/** The owner of a zone knows that there is one SPF record only, and one record of any other kind. */
function takesThePlaceOf({ name, type, line }: { name: string; type: string; line: string }, old: string): boolean {
  const [, oldName, oldType] = RECORD.exec(old) ?? []
  const kind = (text: string): string | undefined => /"(v=\w+)/i.exec(text)?.[1]?.toLowerCase()
  return oldName === name && oldType === type && (type !== 'TXT' || name.startsWith('_') || kind(line) === kind(old))
}

/** What is shown as another's to set: the provider of the addresses does it. */
const provided = (text: string): string => text.replace(/^; (\S+\.arpa\. .*)$/gm, '$1')
const policyIn = (text: string): string =>
  /serve at https:\/\/mta-sts\.example\.com\S*.*\n((?:(?:; |\s*)\w+: .*\n)+)/
    .exec(`${text}\n`)?.[1]
    ?.replace(/^(?:; |\s+)/gm, '') ?? ''
const servePolicy = (text: string): void => writeFileSync(join(base, 'policies/mta-sts.example.com'), text)

interface Damage {
  readonly zone: string
  /** What becomes of each line. */
  readonly change: (line: string) => readonly string[]
  /** Check and level. */
  readonly finds: string
  /** What is no better than it was before, once it is mended. */
  readonly leaves?: readonly string[]
}

const without =
  (pattern: RegExp): Damage['change'] =>
  line =>
    pattern.test(line) ? [] : [line]
const replaced =
  (pattern: RegExp, by: string): Damage['change'] =>
  line => [line.replace(pattern, by)]

const DAMAGES: Readonly<Record<string, Damage>> = {
  'an SPF record of another host': {
    zone: ZONE,
    change: replaced(/^(example\.com\..*)"v=spf1.*"/, '$1"v=spf1 ip4:198.51.100.1 -all"'),
    finds: 'spf.covers-egress fail',
  },
  'a second SPF record': {
    zone: ZONE,
    change: line =>
      /^example\.com\..*v=spf1/.test(line) ? [line, 'example.com. 3600 IN TXT "v=spf1 mx ~all"'] : [line],
    finds: 'spf.one-record warn',
  },
  'a DKIM key that was cut off': {
    zone: ZONE,
    change: replaced(/^(postrider\._domainkey.*?"[^"]*") ".*"$/, '$1'),
    finds: 'dkim.matches fail',
  },
  'a DMARC policy that does not exist': {
    zone: ZONE,
    change: replaced(/p=reject/, 'p=block'),
    finds: 'dmarc.syntax warn',
    leaves: ['dmarc.policy note'],
  },
  'no PTR of the IPv6 address': { zone: V6_ZONE, change: without(/PTR/), finds: 'host.ptr fail' },
  'no IPv4 address of the EHLO name': {
    zone: ZONE,
    change: without(/ A 93\.184\.216\.5$/),
    finds: 'host.resolves fail',
  },
  'two records for TLS reports': {
    zone: ZONE,
    change: line => (line.startsWith('_smtp._tls') ? [line, line.replace('postmaster', 'tls')] : [line]),
    finds: 'tlsrpt.record warn',
  },
}

suite('from nothing to green', { skip: missing ?? false }, () => {
  test('init, its records pasted, doctor green', { timeout: 180_000 }, async () => {
    const init = await run('init', '--domain', ZONE, '--hostname', 'mail.example.com', '--user', 'forum', '--yes')
    assert.equal(init.code, 2, `init ends with the doctor, and nothing is published yet\n${init.stderr}`)
    assert.match(init.stdout, /account forum: password \S+ \(shown only now\)/)

    const { stdout: printed } = await run('dns', ZONE)
    assert.ok(init.stdout.includes(printed), 'init shows what dns prints')
    // All of it goes into the zone file, comments and all, as whoever pastes does not choose.
    await names.serve(ZONE, [...names.lines(ZONE), ...printed.split('\n')])
    await paste(provided(printed))
    servePolicy(policyIn(printed))
    // What ACME or an authority gives.
    const folder = join(home, 'postrider-data/certificates')
    const { chain, key } = authority(join(base, 'tls')).issue({ file: 'mail.example.com', names: ['mail.example.com'] })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'mail.pem'), readFileSync(chain))
    writeFileSync(join(folder, 'mail.key'), readFileSync(key), { mode: 0o600 })

    const first = await doctor()
    assert.deepEqual(told(first.found), ['dmarc.policy note'])
    assert.equal(first.code, 0)

    // The stages of DMARC are printed to be pasted, each in its time.
    for (const policy of ['quarantine', 'reject']) {
      const [stage] =
        new RegExp(`^; (_dmarc.*p=${policy}.*)$`, 'm').exec((await run('dns', ZONE)).stdout)?.slice(1) ?? []
      assert.equal(await paste(stage ?? ''), 1)
    }
    assert.deepEqual(await doctor(), { code: 0, found: [] })
  })

  for (const [what, damage] of Object.entries(DAMAGES)) {
    test(`${what}: one check says so, and what it says mends it`, { timeout: 120_000 }, async t => {
      const before = names.lines(damage.zone)
      t.after(() => names.serve(damage.zone, before))
      await names.serve(damage.zone, before.flatMap(damage.change))
      assert.notDeepEqual(names.lines(damage.zone), before)
      const { code, found } = await doctor()
      assert.deepEqual(told(found), [damage.finds])
      assert.equal(code, damage.finds.endsWith('fail') ? 2 : 1)
      const fix = found.map(each => each.fix).join('\n')
      assert.ok((await paste(fix)) > 0, `no record in: ${fix}`)
      const after = await doctor()
      assert.deepEqual([after.code, ...told(after.found)], [0, ...(damage.leaves ?? [])], fix)
    })
  }

  test('a policy that lists another host: the one that is shown mends it', { timeout: 120_000 }, async () => {
    servePolicy('version: STSv1\nmode: enforce\nmx: mail.other.net\nmax_age: 604800\n')
    const { code, found } = await doctor()
    assert.deepEqual([code, told(found)], [1, ['mta-sts.policy warn']])
    servePolicy(policyIn(found[0]?.fix ?? ''))
    assert.deepEqual(await doctor(), { code: 0, found: [] })
  })

  test('--watch sees a record at once that others will not see for an hour', { timeout: 120_000 }, async () => {
    const before = names.lines(ZONE)
    await names.serve(
      ZONE,
      before.filter(line => !line.startsWith('_dmarc.')),
    )
    const watching = start(['doctor', '--watch', '--only', 'dmarc'], RESOLVERS.ordinary)
    await watching.says(/dmarc\.exists/, PATIENCE_MS)
    await names.serve(ZONE, before)
    const { code, stdout } = await watching.ended()
    assert.equal(code, 0)
    assert.match(stdout, /^ok +dmarc\.alignment/m)
    // The resolver of this host remembers that there was none (RFC 2308 §5: for 60 s, as the SOA says).
    assert.match(
      stdout,
      /Everything is published\. Some resolvers still have the old records.* for up to .*: dmarc\.exists/,
    )
    // Whoever asks as everybody does still gets what is remembered.
    const { code: ordinary } = await start(['doctor', '--only', 'dmarc'], RESOLVERS.ordinary).ended()
    assert.equal(ordinary, 1)
  })
})
