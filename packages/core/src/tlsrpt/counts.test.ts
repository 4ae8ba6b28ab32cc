import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { TlsResult, TlsTally } from '../model/tls-result.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { TlsCounts } from './counts.ts'

const DAY = 86_400_000
const MIDNIGHT = Date.UTC(2026, 5, 2)
const A = 'a.test' as Domain
const result = (over: Partial<TlsResult> = {}): TlsResult => ({
  reportTo: [A],
  policy: { type: 'no-policy-found', text: [], domain: A, mxHosts: [] },
  good: true,
  failures: [],
  ...over,
})

function open(clock: FakeClock, fail = { times: 0 }) {
  const written: (readonly TlsTally[])[] = []
  const troubles: unknown[] = []
  const counts = new TlsCounts({
    clock,
    store: async tallies => {
      if (fail.times-- > 0) throw new Error('locked')
      written.push(tallies)
    },
    onTrouble: error => troubles.push(error),
  })
  return { counts, written, troubles }
}

test('what comes in half a minute is written once', async () => {
  const clock = new FakeClock(MIDNIGHT)
  const { counts, written } = open(clock)
  for (let i = 0; i < 100; i++) counts.add(result())
  assert.equal(written.length, 0)
  await clock.advance(30_000)
  assert.deepEqual(
    written.map(rows => rows.map(({ good, bad }) => [good, bad])),
    [[[100, 0]]],
  )
  await clock.advance(DAY)
  assert.equal(written.length, 1, 'nothing new, nothing written')
})

test('a session before midnight UTC and one after it belong to different days', async () => {
  const clock = new FakeClock(MIDNIGHT - 1)
  const { counts, written } = open(clock)
  counts.add(result())
  await clock.advance(1)
  counts.add(result())
  await counts.close()
  assert.deepEqual(
    written.flat().map(({ day }) => day),
    [MIDNIGHT / DAY - 1, MIDNIGHT / DAY],
  )
})

test('a failed session counts once, and each of its failures beside it, for everyone who is told', async () => {
  const { counts, written } = open(new FakeClock(MIDNIGHT))
  const failures = [
    { type: 'certificate-expired', mxHost: 'mx.a.test' },
    { type: 'sts-policy-fetch-error', reason: '404' },
  ] as const
  counts.add(result({ good: false, failures, reportTo: [A, 'mx.a.test' as Domain] }))
  await counts.close()
  assert.deepEqual(
    written.flat().map(({ domain, failure, good, bad }) => [domain, failure?.type, good, bad]),
    [A, 'mx.a.test'].flatMap(domain => [
      [domain, undefined, 0, 1],
      [domain, 'certificate-expired', 0, 1],
      [domain, 'sts-policy-fetch-error', 0, 1],
    ]),
  )
})

test('close writes what is left, and counts nothing more', async () => {
  const { counts, written } = open(new FakeClock(MIDNIGHT))
  counts.add(result())
  await counts.close()
  counts.add(result())
  await counts.close()
  assert.equal(written.flat().length, 1)
})

test('what cannot be written is told, kept, and written with what came meanwhile', async () => {
  const clock = new FakeClock(MIDNIGHT)
  const { counts, written, troubles } = open(clock, { times: 1 })
  counts.add(result())
  await clock.advance(30_000)
  assert.equal(troubles.length, 1)
  counts.add(result())
  await clock.advance(30_000)
  assert.deepEqual(
    written.flat().map(({ good }) => good),
    [2],
  )
})

test('memory is bounded however many domains there are and however long the queue cannot be written', async () => {
  const { counts, written } = open(new FakeClock(MIDNIGHT), { times: 1000 })
  for (let i = 0; i < 30_000; i++) {
    counts.add(result({ reportTo: [`d${i}.test` as Domain] }))
    if (i % 1000 === 0) await counts.flush()
  }
  await counts.flush()
  assert.ok(written.flat().length <= 20_000)
})

test('to count a session costs a few microseconds', () => {
  const { counts } = open(new FakeClock(MIDNIGHT))
  const one = result()
  for (let i = 0; i < 20_000; i++) counts.add(one)
  const started = process.threadCpuUsage()
  const rounds = 50_000
  for (let i = 0; i < rounds; i++) counts.add(one)
  const each = process.threadCpuUsage(started).user / rounds
  // The target is 5; a slow machine is given room.
  assert.ok(each < 25, `${each.toFixed(2)} µs`)
})
