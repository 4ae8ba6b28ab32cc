/**
 * The doctor as it is typed, on a real mailer that asks a real name server: the healthy world is green; each fault turns one
 * check red; its fix, published as it was printed, turns it green again.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type Clock, systemClock } from '@postrider/core'
import type { NameLiteral, ZoneLiteral } from '@postrider/core/testing'
import type { Checkup, Finding } from '../../packages/cli/src/checkup/index.ts'
import { DKIM, HEALTHY, type Outside, openDoctorWorld, POLICY } from '../support/doctor-world.ts'
import { PTR4, PTR6, V4, V6 } from '../support/healthy-zone.ts'

interface Fault {
  readonly zone?: ZoneLiteral
  readonly outside?: Outside
  readonly finds: string
  /** @default warn or fail */
  readonly level?: 'note' | 'unknown'
  /** For a fix that is no record to paste: what it speaks of, and what is different when somebody did it. */
  readonly mended?: { readonly says: RegExp; readonly zone?: ZoneLiteral; readonly outside?: Outside }
}

const domain = (change: NameLiteral): ZoneLiteral => ({ 'example.com': { ...HEALTHY['example.com'], ...change } })
const spf = (...TXT: string[]): ZoneLiteral => domain({ TXT })
const host = (change: NameLiteral): ZoneLiteral => ({
  'mail.example.com': { ...HEALTHY['mail.example.com'], ...change },
})
const dkim = (...TXT: string[]): ZoneLiteral => ({ [DKIM.name]: { TXT } })
const dmarc = (...TXT: string[]): ZoneLiteral => ({ '_dmarc.example.com': { TXT } })
const includes = Array.from({ length: 11 }, (_, index) => `include:s${index}.test`)
const included = Object.fromEntries(includes.map(term => [term.slice(8), { TXT: 'v=spf1 ip4:192.0.2.1' }]))
const refuses = (which: string): Outside => ({
  askMailboxes: async ({ addresses }) => ({
    answers: addresses.map(({ local, domain: at }) => {
      const code = local === which ? 550 : 250
      return { address: `${local}@${at}`, code, reply: code === 250 ? '250 2.1.5 Ok' : '550 5.1.1 No such user' }
    }),
  }),
})

const listed = (answer: NameLiteral): ZoneLiteral => ({
  [`${PTR4.replace('.in-addr.arpa', '')}.zen.spamhaus.org`]: answer,
})

const FAULTS: Readonly<Record<string, Fault>> = {
  'no SPF record': { zone: spf('other'), finds: 'spf.exists' },
  'two SPF records': { zone: spf(`v=spf1 ip4:${V4} ip6:${V6} -all`, 'v=spf1 mx -all'), finds: 'spf.one-record' },
  'an SPF mechanism that does not exist': { zone: spf(`v=spf1 ip:${V4} -all`), finds: 'spf.syntax' },
  'SPF of another host': { zone: spf('v=spf1 ip4:198.51.100.1 -all'), finds: 'spf.covers-egress' },
  'SPF without IPv6': { zone: spf(`v=spf1 ip4:${V4} -all`), finds: 'spf.covers-egress' },
  'SPF softfail': { zone: spf('v=spf1 ~all'), finds: 'spf.covers-egress' },
  'too many SPF look-ups': {
    zone: { ...spf(`v=spf1 ip4:${V4} ip6:${V6} ${includes.join(' ')} -all`), ...included },
    finds: 'spf.lookups',
    mended: { says: /take out .*include:s10\.test \(1\)/, zone: spf(`v=spf1 ip4:${V4} ip6:${V6} -all`) },
  },
  'an EHLO name whose SPF refuses': { zone: host({ TXT: 'v=spf1 -all' }), finds: 'spf.helo' },
  'no DKIM record': { zone: { [DKIM.name]: {} }, finds: 'dkim.published' },
  'a revoked DKIM key': { zone: dkim('v=DKIM1; p='), finds: 'dkim.published' },
  'a truncated DKIM key': { zone: dkim(DKIM.value.slice(0, 255)), finds: 'dkim.matches' },
  'two DKIM records': { zone: dkim(DKIM.value, 'v=DKIM1; p=MIIB'), finds: 'dkim.matches' },
  'no DMARC record': { zone: { '_dmarc.example.com': {} }, finds: 'dmarc.exists' },
  'two DMARC records': {
    zone: dmarc('v=DMARC1; p=reject; rua=mailto:d@example.com', 'v=DMARC1; p=none'),
    finds: 'dmarc.one-record',
  },
  'a DMARC policy that does not exist': { zone: dmarc('v=DMARC1; p=block'), finds: 'dmarc.syntax' },
  'DMARC reports to strangers': {
    zone: dmarc('v=DMARC1; p=reject; rua=mailto:a@reports.test'),
    finds: 'dmarc.reports',
  },
  'DMARC that only watches': {
    zone: dmarc('v=DMARC1; p=none; rua=mailto:d@example.com'),
    finds: 'dmarc.policy',
    level: 'note',
  },
  'no PTR for IPv4': { zone: { [PTR4]: {} }, finds: 'host.ptr' },
  'no PTR for IPv6': { zone: { [PTR6]: {} }, finds: 'host.ptr' },
  'a PTR that leads nowhere': { zone: { [PTR4]: { PTR: 'gone.example.com' } }, finds: 'host.ptr-confirmed' },
  'a PTR made from the address': {
    zone: { [PTR4]: { PTR: '203-0-113-5.isp.test' }, '203-0-113-5.isp.test': { A: V4 } },
    finds: 'host.ptr-generic',
  },
  'an EHLO name without IPv6': {
    zone: { 'mail.example.com': { A: V4, TXT: `v=spf1 ip4:${V4} ip6:${V6} -all` } },
    finds: 'host.resolves',
  },
  'no SOA': {
    zone: { 'example.com': { MX: '10 mx.example.com', TXT: `v=spf1 ip4:${V4} ip6:${V6} -all` } },
    finds: 'domain.soa',
    mended: { says: /delegate the domain/, zone: HEALTHY },
  },
  'a null MX': {
    zone: domain({ MX: '0 .' }),
    finds: 'mx.not-null',
    mended: { says: /IN MX 10 <a host that takes its mail>/, zone: HEALTHY },
  },
  'an MX that is an address': {
    zone: domain({ MX: '10 203.0.113.6' }),
    finds: 'mx.not-address',
  },
  'an MX that is an alias': {
    zone: { 'mx.example.com': { CNAME: 'mx2.example.com' }, 'mx2.example.com': { A: '203.0.113.6' } },
    outside: { fetchPolicy: async () => ({ text: POLICY.replace('mx: ', 'mx: mx2.example.com\nmx: ') }) },
    finds: 'mx.not-alias',
  },
  'an MX without an address': {
    zone: { 'mx.example.com': {} },
    finds: 'mx.resolves',
    mended: { says: /mx\.example\.com\. IN A <its public address>/, zone: HEALTHY },
  },
  'no TLSRPT': { zone: { '_smtp._tls.example.com': {} }, finds: 'tlsrpt.record', level: 'note' },
  'two MTA-STS records': {
    zone: { '_mta-sts.example.com': { TXT: ['v=STSv1; id=1', 'v=STSv1; id=2'] } },
    finds: 'mta-sts.record',
  },
  'a policy file of other hosts': {
    outside: { fetchPolicy: async () => ({ text: POLICY.replace('mx.example.com', 'mx.example.net') }) },
    finds: 'mta-sts.policy',
    mended: { says: /serve at https:[\s\S]*mx: mx\.example\.com/, outside: {} },
  },
  'a policy file that cannot be had': {
    outside: { fetchPolicy: async () => ({ problem: 'the status is 404' }) },
    finds: 'mta-sts.policy',
    mended: { says: /serve at https:[\s\S]*mx: mx\.example\.com/, outside: {} },
  },
  'port 25 blocked': {
    outside: { probe: async () => ({ problem: 'no connection in 10000 ms' }) },
    finds: 'egress.port-25',
    mended: { says: /ask the provider .*smarthost/, outside: {} },
  },
  'no postmaster': {
    outside: refuses('postmaster'),
    finds: 'mx.mailboxes',
    mended: { says: /make the mailbox or alias postmaster@/, outside: {} },
  },
  'a clock that is ten minutes slow': {
    outside: { askTime: async () => Date.now() + 600_000 },
    finds: 'host.clock',
    mended: { says: /timedatectl/, outside: {} },
  },
  'an address listed by Spamhaus': {
    zone: listed({ A: '127.0.0.2' }),
    finds: 'reputation.dnsbl',
    mended: { says: /ask for removal: https:/, zone: listed({}) },
  },
  'a blocklist that does not answer this resolver': {
    zone: listed({ A: '127.255.255.254' }),
    finds: 'reputation.dnsbl',
    level: 'unknown',
    mended: { says: /dns\.servers/, zone: listed({}) },
  },
}

/** Two stages of the same matter: a record that is mended may still be at its first stage. */
const STAGES = new Set(['dmarc.policy', 'dmarc.reports'])

function amiss({ senders, state }: Checkup): readonly Finding[] {
  return [...senders.flatMap(({ checks }) => checks), ...state].filter(({ level }) => level !== 'ok')
}

suite('postrider doctor', () => {
  test('is green in the healthy world, and ends with 0', async () => {
    await using world = await openDoctorWorld()
    assert.deepEqual(amiss(await world.checkup()), [])
    const { code } = await world.doctor('doctor', { skip: ['config'] })
    assert.equal(code, 0)
  })

  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`finds ${name}, and nothing else; its fix mends it`, async () => {
      await using world = await openDoctorWorld(fault.zone)
      const found = amiss(await world.checkup(fault.outside))
      assert.deepEqual([...new Set(found.map(({ id }) => id))], [fault.finds])
      for (const { level, fix, why, wanted } of found) {
        if (fault.level === undefined) assert.ok(level === 'warn' || level === 'fail', level)
        else assert.equal(level, fault.level)
        assert.ok(fix !== undefined && why !== '' && wanted !== '')
      }
      const fix = found.map(each => each.fix).join('\n')
      if (fault.mended === undefined) assert.ok(world.publish(fix) > 0, 'the fix holds no record')
      else {
        assert.match(fix, fault.mended.says)
        for (const [changed, literal] of Object.entries(fault.mended.zone ?? {})) world.dns.set(changed, literal)
      }
      const after = amiss(
        await world.checkup(fault.mended === undefined ? fault.outside : fault.mended.outside),
      ).filter(({ id }) => !STAGES.has(id))
      assert.deepEqual(after, [])
    })
  }

  test('ends with 1 for a warning, 2 for a failure, 75 for what could not be told', async () => {
    const codes: number[] = []
    for (const zone of [
      spf('v=spf1 ~all'),
      spf('v=spf1 -all'),
      { '_dmarc.example.com': { fail: 'servfail' as const }, '_smtp._tls.example.com': { fail: 'servfail' as const } },
    ]) {
      await using world = await openDoctorWorld(zone)
      codes.push((await world.doctor('doctor', { skip: ['config'] })).code)
    }
    assert.deepEqual(codes, [1, 2, 75])
  })

  test('proposes no record where the sender has no domain of its own, and tells that once', async () => {
    await using world = await openDoctorWorld()
    for (const sender of ['a@co.uk', 'a@github.io', 'a@[198.51.100.7]', 'a@10.0.0.1.5']) {
      const { out, code } = await world.doctor(`doctor ${sender}`, { json: true, skip: ['config'] })
      const [checked] = (JSON.parse(out) as Checkup).senders
      const wrong = (checked?.checks ?? []).filter(({ level }) => level !== 'ok')
      assert.deepEqual(
        wrong.map(({ id, level }) => `${id} ${level}`),
        ['domain.own fail'],
        sender,
      )
      assert.match(wrong[0]?.fix ?? '', /take a domain of your own$/)
      assert.equal(code, 2)
    }
  })

  test('--watch asks again until the fix is there, less and less often, and ends with 0', async () => {
    await using world = await openDoctorWorld({ '_dmarc.example.com': {} })
    const pauses: number[] = []
    const clock: Clock = {
      ...systemClock,
      sleep: async ms => {
        pauses.push(ms)
        if (pauses.length === 6)
          world.publish('_dmarc.example.com. IN TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"')
      },
    }
    const called = { probe: 0, askMailboxes: 0, askTime: 0 }
    const outside: Outside = {
      probe: async () => ({ greeting: `220 call ${++called.probe}` }),
      askMailboxes: async ({ addresses }) => {
        called.askMailboxes++
        return {
          answers: addresses.map(each => ({ address: `${each.local}@${each.domain}`, code: 250, reply: '250' })),
        }
      },
      askTime: async () => Date.now() + called.askTime++,
      fetchPolicy: async () => ({ text: POLICY }),
      tryTls: async () => ({ reached: true }),
    }
    const flags = { watch: true, json: true, skip: ['config'] }
    const { out, code } = await world.doctor('doctor', flags, { clock, lookout: outside })
    const rounds = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Checkup)
    assert.equal(code, 0)
    const wrong = rounds.map(each => amiss(each).map(({ id }) => id))
    assert.deepEqual(wrong, [...new Array(6).fill(['dmarc.exists']), []])
    assert.deepEqual(pauses, [10_000, 15_000, 23_000, 35_000, 53_000, 60_000])
    // Others are called once: what they said stands in every round.
    assert.deepEqual(called, { probe: 1, askMailboxes: 1, askTime: 1 })
    for (const { senders } of rounds) {
      const ids = senders.flatMap(({ checks }) => checks.map(({ id }) => id))
      for (const id of ['egress.port-25', 'mx.mailboxes', 'host.clock']) assert.ok(ids.includes(id), id)
    }
  })

  test('--only and --skip choose checks and families, and a word that fits none is refused', async () => {
    await using world = await openDoctorWorld(spf('v=spf1 -all'))
    const ids = async (flags: { only?: string[]; skip?: string[] }): Promise<string[]> => {
      const { out } = await world.doctor('doctor example.com', { ...flags, json: true })
      const { senders, state } = JSON.parse(out) as Checkup
      return [...new Set([...senders.flatMap(({ checks }) => checks), ...state].map(({ id }) => id))]
    }
    assert.deepEqual(await ids({ only: ['spf.covers-egress', 'dkim.length'] }), ['spf.covers-egress', 'dkim.length'])
    assert.ok((await ids({ only: ['host'] })).every(id => id.startsWith('host.')))
    assert.ok(
      !(await ids({ skip: ['spf', 'host.ptr*'] })).some(id => id.startsWith('spf.') || id.startsWith('host.ptr')),
    )
    await assert.rejects(world.doctor('doctor', { only: ['spff'] }), /no check is called spff/)
  })

  test('looks at the rest of the world when the queue file cannot be opened', async () => {
    await using world = await openDoctorWorld()
    const text = readFileSync(join(world.folder, 'postrider.yaml'), 'utf8')
    writeFileSync(join(world.folder, 'other.yaml'), text.replace('":memory:"', '"/proc/nowhere/queue.db"'))
    const { out, code } = await world.doctor('doctor', {
      json: true,
      skip: ['config', 'disk'],
      config: join(world.folder, 'other.yaml'),
    })
    const checkup = JSON.parse(out) as Checkup
    assert.deepEqual(
      amiss(checkup).map(({ id, level }) => ({ id, level })),
      [{ id: 'queue.opens', level: 'fail' }],
    )
    assert.equal(code, 2)
    assert.ok(checkup.senders[0]!.checks.length > 20)
  })
})
