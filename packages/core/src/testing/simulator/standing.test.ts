import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SIMULATED } from './behaviour.ts'
import { Judge } from './judge.ts'
import { Standing, type Temper } from './standing.ts'
import { BEHAVIOURS } from './table.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const TEMPER: Temper = { offsetMs: 0, shrink: 0.5, forgive: 0.8 }
const BY_DAY = { perMs: DAY, first: 100, growth: 2, restMs: HOUR }
const FINDINGS = { authentication: 'pass', reverseName: 'pass', blocked: [], known: [] } as const

/** So many asked for at once. */
function ask(standing: Standing, count: number, now: number): number {
  let taken = 0
  for (let n = 0; n < count; n++) {
    if (standing.isOver(0, 1, now)) continue
    standing.take(1, now)
    taken++
  }
  return taken
}

test('a stranger has the first quota, and who used it twice as much the day after', () => {
  const standing = new Standing([BY_DAY], TEMPER, 0)
  assert.equal(ask(standing, 105, HOUR), 100)
  assert.equal(standing.allowed(0, DAY + HOUR), 200)
})

test('a quiet week changes little, and half a year of silence makes a stranger', () => {
  const standing = new Standing([BY_DAY], TEMPER, 0)
  ask(standing, 100, 0)
  ask(standing, 200, DAY)
  const after = (days: number): number => {
    return standing.allowed(0, days * DAY)
  }
  assert.equal(after(2), 400)
  assert.ok(after(8) > 250 && after(8) < 400)
  assert.equal(after(180), 100)
})

test('who goes on knocking is trusted half as much, which is forgiven within weeks', () => {
  const standing = new Standing([BY_DAY], TEMPER, 0)
  ask(standing, 300, 0)
  assert.equal(standing.trustAt(HOUR), 1)
  assert.equal(standing.trustAt(DAY), 0.5)
  const trust = [2, 5, 15, 30].map(day => standing.trustAt(day * DAY))
  assert.deepEqual(trust, [...trust].sort())
  assert.ok((trust[0] as number) < 0.7 && (trust[3] as number) > 0.99)
})

test('whatever is asked, nobody has nothing, and no more is taken than is allowed', () => {
  const steps = fc.array(fc.tuple(fc.nat(40 * HOUR), fc.nat(400), fc.nat(30)), { maxLength: 60 })
  fc.assert(
    fc.property(steps, steps => {
      const standing = new Standing([BY_DAY], TEMPER, 0)
      let now = 0
      for (const [later, count, unknown] of steps) {
        now += later
        for (let n = 0; n < unknown; n++) standing.note('unknown', now)
        const allowed = standing.allowed(0, now)
        assert.ok(allowed >= 1 && Number.isInteger(allowed))
        assert.ok(ask(standing, count, now) <= allowed)
        const trust = standing.trustAt(now)
        assert.ok(trust >= 0.05 && trust <= 1)
      }
    }),
  )
})

test('of a hundred thousand strangers only some are remembered', () => {
  const judge = new Judge(BEHAVIOURS.postgrey, FINDINGS, 1)
  for (let n = 0; n < 100_000; n++) {
    const asked = { address: '192.0.2.1', sender: `s${n}.test`, now: n }
    judge.rcpt(asked, 'you@dest.test')
    judge.message(asked, ['you@dest.test'])
  }
  assert.ok(judge.remembered > 10_000 && judge.remembered <= 60_000, String(judge.remembered))
})

test('a quota that is asked at RCPT counts the recipients of the transaction', () => {
  const judge = new Judge(BEHAVIOURS.apple, FINDINGS, 1)
  const [quota] = judge.hidden.quotas.filter(({ at }) => at === 'RCPT').sort((a, b) => a.first - b.first)
  const asked = { address: '192.0.2.1', sender: 'a.test', now: 0 }
  const refused = Array.from({ length: 2 * (quota?.first ?? 0) }, (_, before) =>
    judge.rcpt(asked, 'you@dest.test', before),
  ).findIndex(reply => reply !== undefined)
  assert.equal(refused, quota?.first)
})

test('of those let in together no more is taken than a quota has', () => {
  const judge = new Judge(BEHAVIOURS.apple, FINDINGS, 1)
  const [quota] = judge.hidden.quotas.filter(({ at }) => at === 'RCPT').sort((a, b) => a.first - b.first)
  const asked = { address: '192.0.2.1', sender: 'a.test', now: 0 }
  const most = quota?.first ?? 0
  for (let n = 1; n < most; n++) assert.equal(judge.message(asked, ['you@dest.test']), undefined)
  // Two of them, each in a transaction of its own, for the last place.
  for (let n = 0; n < 2; n++) assert.equal(judge.rcpt(asked, 'you@dest.test'), undefined)
  assert.equal(judge.message(asked, ['you@dest.test']), undefined)
  assert.notEqual(judge.message(asked, ['you@dest.test']), undefined)
})

test('a quota names whom it is about, and holds up nobody else', () => {
  const judge = new Judge(BEHAVIOURS.gmail, FINDINGS, 1)
  const quota = judge.hidden.quotas.find(({ of }) => of === 'signer')
  const ask = (n: number, signer: string): string | undefined =>
    judge.message({ address: `192.0.2.${n % 250}`, sender: `s${n}.test`, signer, now: 0 }, ['you@dest.test'])
  for (let n = 0; n < (quota?.first ?? 0); n++) assert.equal(ask(n, 'signs.test'), undefined)
  assert.match(ask(-1, 'signs.test') ?? '', /^421-4\.7\.28 .*\r\n421-4\.7\.28 from your DKIM domain \[\{signer\} 36\]/)
  assert.equal(ask(-1, 'other.test'), undefined)
})

test('addresses of one IPv6 /64 are one', () => {
  const judge = new Judge(BEHAVIOURS.gmail, FINDINGS, 1)
  const first = Math.min(...judge.hidden.quotas.filter(({ of }) => of === 'address').map(({ first }) => first))
  for (let n = 0; n < first; n++) {
    const address = n % 2 === 0 ? `2001:db8::${n.toString(16)}` : `2001:db8:0:0:1:2:3:${n.toString(16)}`
    assert.equal(judge.message({ address, now: n }, ['you@dest.test']), undefined)
  }
  assert.match(String(judge.message({ address: '2001:db8::ffff', now: first }, ['you@dest.test'])), /^421-4\.7\.28/)
  assert.equal(judge.message({ address: '2001:db8:0:1::1', now: first }, ['you@dest.test']), undefined)
})

test('every reply is one of SMTP: one code on all its lines, none longer than RFC 5321 §4.5.3.1.5 allows, every value known', () => {
  for (const provider of SIMULATED) {
    const text = JSON.stringify(BEHAVIOURS[provider])
    const replies = [...text.matchAll(/"(?:reply|greeting|taken)":("(?:[^"\\]|\\.)*")/g)].map(
      ([, found = '']) => JSON.parse(found) as string,
    )
    assert.ok(replies.length > 6, provider)
    for (const reply of replies) {
      const lines = reply.split('\r\n')
      const code = reply.slice(0, 3)
      assert.match(code, /^[245]\d\d$/)
      for (const [at, line] of lines.entries()) {
        assert.ok(line.startsWith(`${code}${at === lines.length - 1 ? ' ' : '-'}`), line)
        assert.ok(line.length < 480, line)
        assert.match(line, /^[\x20-\x7e]+$/)
      }
      for (const [, name] of reply.matchAll(/\{(\w+)\}/g))
        assert.ok(['ip', 'sender', 'signer', 'recipient', 'id'].includes(name ?? ''), String(name))
    }
    assert.ok(BEHAVIOURS[provider].source.length > 20)
  }
})
