/**
 * Scenarios: an address and a sender that are new to a provider grow with it: nothing is lost, what is urgent does not wait, and who
 * sends little never notices.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Fact } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { seededRandom } from '../../packages/core/src/ambient/random.ts'
import { openWarmUp } from '../../packages/core/src/flow/warm-up.ts'
import { requireAddress } from '../../packages/core/src/model/address.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import type { Verdict } from '../../packages/core/src/model/verdict.ts'
import { classify } from '../../packages/core/src/outcome/index.ts'
import { begun } from '../../packages/core/src/reputation/index.ts'
import { Standings } from '../../packages/core/src/schedule/index.ts'
import { feedbackReport } from '../../packages/core/src/testing/feedback-report.ts'
import { jobFor } from '../../packages/core/src/testing/parcel.ts'
import { type QuotaProvider, quotaProvider } from '../support/quota-provider.ts'
import { evidenceOf, parseReply } from '../support/replies.ts'
import { openWorld } from '../support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 5)
const SITE = 'google'

interface Volume {
  readonly days: number
  /** On that day, from 0. */
  readonly aDay: (day: number) => number
  readonly provider: QuotaProvider
  readonly senders?: readonly string[]
  readonly sources?: readonly string[]
  /** Our address is known there. @default false */
  readonly isKnown?: boolean
}

interface Outcome {
  readonly delivered: number
  readonly expired: number
  readonly waited: number
  readonly deferred: number
  /** The longest that anything urgent took. */
  readonly urgentMs: number
  readonly senders: ReadonlyMap<string, { readonly delivered: number; readonly slowestMs: number }>
}

/** Whoever sends so much, day by day, minute by minute, through the real warm-up and the real judge. */
async function play({
  days,
  aDay,
  provider,
  senders = ['a.example'],
  sources = ['192.0.2.1'],
  isKnown = false,
}: Volume): Promise<Outcome> {
  const clock = new FakeClock(START)
  const random = seededRandom(7)
  const standings = new Standings({
    clock,
    store: { standings: async () => [], putStandings: async () => [] },
    heard: () => {},
    trouble: () => assert.fail(),
  })
  for (const source of isKnown ? sources : [])
    standings.change(SITE, `source ${source}`, () => ({ warmUp: begun(30_000, START) }))
  const warmUp = openWarmUp({ standings, clock, random })
  const line = new Map<number, Job[]>()
  const due = (job: Job, at: number): void => {
    const minute = Math.max(Math.ceil(at / MINUTE), Math.floor(clock.now() / MINUTE) + 1)
    line.set(minute, [...(line.get(minute) ?? []), job])
  }
  const seen = { delivered: 0, expired: 0, waited: 0, deferred: 0, urgentMs: 0, senders: new Map() }
  const waited = new Set<number>()
  const attempt = (job: Job): void => {
    const now = clock.now()
    if (now >= job.expiresAt) {
      seen.expired++
      return
    }
    const lane = { site: SITE, source: sources[job.id % sources.length] as string }
    const wait = warmUp.admit(job, lane)
    if (wait !== undefined) {
      assert.ok(wait.until > now)
      waited.add(job.id)
      due(job, wait.until)
      return
    }
    const sender = job.reversePath?.domain ?? ''
    const said = provider.answer({ source: lane.source, sender }, now)
    const verdicts: readonly Verdict[] =
      said === undefined
        ? [{ kind: 'accepted', recipient: 0, reply: { code: 250, lines: [] }, host: 'mx', address: '192.0.2.9' }]
        : classify(evidenceOf('gmail-smtp-in.l.google.com', 'final-dot', parseReply(said)), job.recipients)
    warmUp.settled(job, lane, verdicts)
    if (said === undefined) {
      seen.delivered++
      const { delivered = 0, slowestMs = 0 } = seen.senders.get(sender) ?? {}
      const tookMs = Math.max(slowestMs, now - job.acceptedAt)
      seen.senders.set(sender, { delivered: delivered + 1, slowestMs: tookMs })
      if (job.priority === 'high') seen.urgentMs = Math.max(seen.urgentMs, now - job.acceptedAt)
      return
    }
    seen.deferred++
    due({ ...job, attempts: job.attempts + 1 }, now + HOUR)
  }
  let id = 0
  for (let minute = 0; minute < (days + 6) * 24 * 60; minute++) {
    const now = clock.now()
    const day = Math.floor(minute / (24 * 60))
    const wanted = day < days ? aDay(day) : 0
    const ofDay = minute % (24 * 60)
    // Between eight and eighteen.
    const from = Math.max(0, ofDay - 480)
    const count =
      ofDay < 480 || ofDay >= 1080 ? 0 : Math.floor(((from + 1) * wanted) / 600) - Math.floor((from * wanted) / 600)
    for (let n = 0; n < count; n++, id++) {
      const sender = senders[id % senders.length]
      attempt({
        ...jobFor(Buffer.from('x'), ['you@dest.test'], { id }),
        reversePath: requireAddress(`me@${sender}`, 'test'),
        acceptedAt: now,
        expiresAt: now + 5 * DAY,
        priority: id % 50 === 0 ? 'high' : 'normal',
      })
    }
    const slot = Math.floor(now / MINUTE)
    for (const job of line.get(slot) ?? []) attempt(job)
    line.delete(slot)
    await clock.advance(MINUTE)
  }
  standings.destroy()
  return { ...seen, waited: waited.size }
}

suite('a month with a provider that counts', () => {
  const usual = () => quotaProvider({ source: 200, sender: 200 })

  test('fifty a day from day one: nobody waits, nothing is deferred', async () => {
    const { delivered, waited, deferred } = await play({ days: 30, aDay: () => 50, provider: usual() })
    assert.deepEqual([delivered, waited, deferred], [1_500, 0, 0])
  })

  test('five hundred a day from day one: some wait at first, under two of a hundred are deferred, nothing expires', async () => {
    const { delivered, expired, deferred, urgentMs } = await play({ days: 30, aDay: () => 500, provider: usual() })
    assert.deepEqual([delivered, expired], [15_000, 0])
    assert.ok(deferred < 300, String(deferred))
    assert.ok(urgentMs < MINUTE, String(urgentMs))
  })

  test('five thousand a day, growing by two fifths each day: under two of a hundred are deferred, nothing expires', async () => {
    const { delivered, expired, deferred, urgentMs } = await play({
      days: 20,
      aDay: day => Math.min(5_000, Math.round(120 * 1.38 ** day)),
      provider: usual(),
    })
    assert.equal(expired, 0)
    assert.ok(deferred < delivered * 0.02, `${deferred} of ${delivered}`)
    assert.ok(urgentMs < MINUTE, String(urgentMs))
  })

  test('once a week a newsletter of two thousand: it goes out within its days, and faster each week', async () => {
    const { delivered, expired, deferred } = await play({
      days: 28,
      aDay: day => (day % 7 === 0 ? 2_000 : 20),
      provider: usual(),
    })
    assert.equal(expired, 0)
    assert.equal(delivered, 4 * 2_000 + 24 * 20)
    assert.ok(deferred < delivered * 0.02, `${deferred} of ${delivered}`)
  })

  test('two senders of one address, one far over: what the other sends is delivered on its day', async () => {
    const provider = quotaProvider({ source: 30_000, sender: 60 })
    const senders = ['over.example', 'over.example', 'over.example', 'under.example']
    const outcome = await play({ days: 10, aDay: () => 200, provider, senders, isKnown: true })
    assert.deepEqual(outcome.senders.get('under.example'), { delivered: 500, slowestMs: 0 })
    assert.ok((outcome.senders.get('over.example')?.slowestMs ?? 0) > HOUR)
  })
})

test('what was promised a place in the next hour has it, however much new mail comes before it', async () => {
  const clock = new FakeClock(START + HOUR / 2)
  const standings = new Standings({
    clock,
    store: { standings: async () => [], putStandings: async () => [] },
    heard: () => {},
    trouble: () => {},
  })
  for (const key of ['source 192.0.2.1', 'sender sender.test'] as const)
    standings.change(SITE, key, () => ({ warmUp: { ...begun(1_000, clock.now()), trend: 'raised', before: 100 } }))
  const warmUp = openWarmUp({ standings, clock, random: () => 0.5 })
  const job = jobFor(Buffer.from(''), ['you@dest.test'])
  const jobOf = (): Job => ({
    ...job,
    reversePath: requireAddress('me@sender.test', 'from'),
    acceptedAt: clock.now(),
    expiresAt: clock.now() + 120 * HOUR,
  })
  const lane = { site: SITE, source: '192.0.2.1' } as Parameters<typeof warmUp.admit>[1]
  const promised = Array.from({ length: 160 }, jobOf).filter(job => warmUp.admit(job, lane) !== undefined)
  assert.equal(promised.length, 60)
  await clock.advance(HOUR / 2 + 1_000)
  const fresh = Array.from({ length: 500 }, jobOf).filter(job => warmUp.admit(job, lane) === undefined)
  assert.equal(fresh.length, 40)
  await clock.advance(0.6 * HOUR)
  assert.ok(promised.every(job => warmUp.admit(job, lane) === undefined))
})

suite('warm-up on the wire', () => {
  const zone = {
    'dest.test': { MX: ['10 gmail-smtp-in.l.google.com'] },
    'gmail-smtp-in.l.google.com': { A: ['127.0.0.11'] },
  }
  const draft = { from: 'me@sender.test', to: 'you@dest.test', subject: 'x', text: 'x' }

  test('what an hour has no room for waits and is no attempt, what is urgent goes, and a restart forgets nothing', async () => {
    const clock = new FakeClock(START)
    await using world = await openWorld({ zone, seams: { clock, random: () => 0.5 } })
    const waiting: Fact[] = []
    world.mailer.on('waiting', fact => waiting.push(fact))
    const arrived = (): number => world.mx[0]?.messages.length ?? 0
    for (let n = 0; n < 123; n++) await world.mailer.send(draft)
    await world.mailer.idle()
    assert.equal(arrived(), 120)
    await world.mailer.send(draft, { priority: 'high' })
    await world.mailer.idle()
    assert.equal(arrived(), 121)
    const [first] = waiting
    assert.equal(waiting.length, 3)
    assert.match(
      first?.kind === 'waiting' ? first.because : '',
      /^google takes 150 recipients a day from \S+ for now, and 120 were used today$/,
    )
    assert.ok((await world.mailer.queue.list({})).every(({ recipients }) => recipients[0]?.attempts === 0))
    // What is counted is written a few seconds later.
    await clock.advance(6_000)
    const [ofSender, ofSource] = await world.mailer.queue.reputation()
    assert.deepEqual([ofSender?.of, ofSender?.name, ofSource?.name], ['sender', 'sender.test', 'out.sender.test/4'])
    const { cap, used, roomNow, trend } = ofSource?.warmUp ?? {}
    assert.deepEqual([cap, used, roomNow, trend], [150, 121, 0, 'begun'])
    await world.mailer.close()
    const next = await world.another({}, { clock, random: () => 0.5 })
    await next.send(draft)
    await next.idle()
    assert.equal(arrived(), 121)
    await clock.advance(2 * HOUR)
    await next.idle()
    assert.equal(arrived(), 125)
  })

  test('a complaint counts against the domain of its sender, with the provider that took the message', async () => {
    const clock = new FakeClock(START)
    await using world = await openWorld({ zone, seams: { clock, random: () => 0.5 } })
    const { id } = await world.mailer.send(draft)
    await world.mailer.idle()
    const original = String(world.mx[0]?.messages[0]?.content)
    const { result } = await world.mailer.feedback(feedbackReport({ original }))
    assert.equal(result, 'complained', id)
    // What was counted before and is not written yet is joined with it.
    await clock.advance(20_000)
    await world.mailer.idle()
    const [ofSender] = await world.mailer.queue.reputation()
    assert.deepEqual([ofSender?.name, ofSender?.warmUp?.complaints, ofSender?.warmUp?.used], ['sender.test', 1, 1])
  })

  test('who sent before anything was counted is no stranger, and who began since stays one', async () => {
    const clock = new FakeClock(START)
    const seams = { clock, random: (): number => 0.5 }
    for (const warmUp of ['off', 'auto'] as const) {
      await using world = await openWorld({ zone, options: { delivery: { warmUp } }, seams })
      await world.mailer.send(draft)
      await world.mailer.idle()
      await clock.advance(10_000)
      await world.mailer.close()
      await clock.advance(4 * 24 * HOUR)
      const next = await world.another(
        { delivery: { warmUp: 'auto', allowPrivateAddresses: true, port: world.mx[0]?.port ?? 0 } },
        seams,
      )
      for (let n = 0; n < 199; n++) await next.send(draft)
      await next.idle()
      assert.equal(world.mx[0]?.messages.length, warmUp === 'off' ? 200 : 121, warmUp)
      assert.ok((await next.queue.reputation()).every(({ site }) => site === 'google'))
    }
  })

  test('where it is off, and at a site that is no provider, nothing waits', async () => {
    await using world = await openWorld({ zone, options: { delivery: { warmUp: 'off' } } })
    for (let n = 0; n < 130; n++) await world.mailer.send(draft)
    await world.mailer.idle()
    assert.equal(world.mx[0]?.messages.length, 130)
  })
})
