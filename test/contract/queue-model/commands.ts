/**
 * Commands: what is done to a store and to the reference at once, and what has to agree.
 *
 * Policy. Two processes, each with a store of its own on one queue and the leases it knows. What the reference cannot know (the
 * order of a claim, what another process sees of a message that is on the fast path) is not compared, everything else is.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClaimRequest } from '../../../packages/core/src/model/claim-request.ts'
import type { Job } from '../../../packages/core/src/model/job.ts'
import type { QueueId } from '../../../packages/core/src/model/queue-id.ts'
import { DAY, deliveredFacts, LEASE_MS, makeSubmission, settle } from '../queue-samples.ts'
import { outlive, settled } from '../queue-store/harness.ts'
import { isOpen, type ModelJob, type ModelMessage, type Reference } from './reference.ts'
import { type Held, type Process, pass, type Step, type World } from './world.ts'

const DOMAINS = ['b.example', 'c.example', 'd.example']
/** Counted as over that long before its end. */
const SAFE_MS = LEASE_MS * 0.9
const HEARD_MS = 20
const at = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)]

export interface Enqueue {
  readonly process: number
  readonly domains: number
  readonly each: number
  readonly delayMs: number
  readonly key: number
  readonly held: boolean
}

function submissionOf(wish: Enqueue, { clock, keyed }: World, unique: number): ReturnType<typeof makeSubmission> {
  const now = clock.now()
  const to = DOMAINS.slice(0, wish.domains).flatMap(domain =>
    Array.from({ length: wish.each }, (_, n) => `u${n}@${domain}`),
  )
  const key = wish.key > 0 ? `k${wish.key}` : keyed ? `unique${unique}` : undefined
  return makeSubmission({
    to,
    acceptedAt: now,
    notBefore: now + wish.delayMs,
    expiresAt: now + 3_650 * DAY,
    ...(key !== undefined && { idempotencyKey: key, idempotencyDigest: key }),
    ...(wish.held && { held: true }),
  })
}

/** `twice`: the same message again in the same transaction, which then has to be rolled back and taken apart. */
export const enqueue =
  (wish: Enqueue, twice: boolean): Step =>
  async (model, world) => {
    const { store, owns = false } = world.processes[wish.process] as Process
    const submission = submissionOf(wish, world, model.messages.length)
    const known = model.messages.find(({ key }) => key !== undefined && key === submission.idempotencyKey)
    if (twice && submission.idempotencyKey === undefined) {
      const answers = await Promise.allSettled([store.enqueue(submission), store.enqueue(submission)])
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    } else {
      const { id, duplicate } = await store.enqueue(submission)
      assert.deepEqual([id, duplicate], [known?.id ?? submission.id, known !== undefined])
    }
    if (known !== undefined) return
    const facts = wish.held ? ['queued', 'held'] : ['queued']
    const { id, idempotencyKey: key } = submission
    const message: ModelMessage = { id, key, jobs: [], held: wish.held, facts }
    const atOnce = key === undefined && !wish.held && wish.domains === 1 && wish.delayMs === 0
    if (model.everybodyDelivers && owns && atOnce) message.owner = { process: wish.process, since: model.now }
    for (const domain of DOMAINS.slice(0, wish.domains)) {
      const due = submission.notBefore
      message.jobs.push({
        message,
        domain,
        recipients: wish.each,
        state: 'waiting',
        attempts: 0,
        due,
        lease: undefined,
      })
    }
    model.messages.push(message)
  }

export const lead =
  (process: number): Step =>
  async (model, { clock, processes }) => {
    const it = processes[process] as Process
    const expected = model.lead(process)
    let answer = await it.store.takeLeadership(clock.now(), LEASE_MS)
    // The lock of one that was killed is free when its thread has ended.
    while (expected !== 'no' && !answer) {
      await new Promise(resolve => setImmediate(resolve))
      answer = await it.store.takeLeadership(clock.now(), LEASE_MS)
    }
    assert.equal(answer, expected !== 'no')
    it.owns = answer
    if (expected === 'taken') it.leases = it.leases.map(held => ({ ...held, safeUntil: -1 }))
    it.leadsUntil = expected === 'no' ? -1 : model.now + SAFE_MS
  }

export const claim =
  (process: number, limit: number): Step =>
  async (model, world) => {
    const { clock, processes } = world
    const it = processes[process] as Process
    const request = (): ClaimRequest => ({
      now: clock.now(),
      limit,
      perDomain: 1_000,
      leaseMs: LEASE_MS,
      exclude: [],
    })
    if (!model.delivers(process)) return assert.deepEqual(await it.store.claim(request()), [])
    it.owns = true
    let claimable = model.claimable(process)
    // A domain may stand in line a little too early, and then takes the place of another in a small claim.
    const all = limit > claimable.length + DOMAINS.length
    const jobs: Job[] = []
    await settled(async () => {
      jobs.push(...(await it.store.claim(request())))
      claimable = model.claimable(process)
      if (!all || jobs.length >= claimable.length) return true
      // What another process added is heard of a moment later, by its clock too.
      await sleep(HEARD_MS)
      await pass(HEARD_MS)(model, world)
      return false
    })
    const most = claimable.length + model.mayBeGiven(process)
    const enough = jobs.length >= claimable.length && jobs.length <= most
    assert.ok(all ? enough : jobs.length <= limit, `${jobs.length} of ${claimable.length}`)
    for (const job of jobs) {
      const of = model.jobs().find(({ message, domain }) => message.id === job.messageId && domain === job.domain)
      assert.ok(of !== undefined && of.lease === undefined, `${job.messageId} for ${job.domain} was not to be had`)
      assert.deepEqual([job.attempts, job.recipients.length], [of.attempts, of.recipients])
      assert.ok(claimable.includes(of) || most > claimable.length, `${job.messageId} is of another`)
      if (!claimable.includes(of)) of.message.owner = undefined
      of.lease = { token: job.lease.token, by: process, until: job.lease.until, dot: false }
      it.leases = it.leases.filter(held => held.of !== of)
      it.leases.push({ job, of, safeUntil: job.lease.until - LEASE_MS + SAFE_MS })
    }
  }

/** With one of the leases that a process knows, whether it is still in force or not. */
const withLease =
  (
    process: number,
    pick: number,
    step: (held: Held, it: Process, inForce: boolean, model: Reference, world: World) => Promise<void>,
  ): Step =>
  async (model, world) => {
    const it = world.processes[process] as Process
    const held = at(it.leases, pick)
    if (held !== undefined) await step(held, it, held.of.lease?.token === held.job.lease.token, model, world)
  }

export const commit = (
  process: number,
  pick: number,
  outcome: 'delivered' | 'bounced' | 'deferred',
  waitMs: number,
): Step =>
  withLease(process, pick, async (held, it, inForce, model, { clock }) => {
    const due = clock.now() + waitMs
    const settlement = settle(held.job, outcome, outcome === 'deferred' ? { nextAttemptAt: due } : {})
    const facts = outcome === 'delivered' ? deliveredFacts(held.job, clock.now()) : []
    assert.equal(await it.store.commit(settlement, [], facts), inForce)
    it.leases = it.leases.filter(other => other !== held)
    if (inForce) model.settle(held.of, outcome, due)
  })

export const release = (process: number, pick: number, waitMs: number): Step =>
  withLease(process, pick, async (held, it, inForce, _model, { clock }) => {
    assert.equal(await it.store.release(held.job, clock.now() + waitMs), inForce)
    it.leases = it.leases.filter(other => other !== held)
    if (!inForce) return
    Object.assign(held.of, { due: clock.now() + waitMs, lease: undefined })
    held.of.message.owner = undefined
  })

export const renew = (process: number, pick: number): Step =>
  withLease(process, pick, async (held, it, inForce, model, { clock }) => {
    const lost = await it.store.renew([held.job], clock.now() + LEASE_MS)
    assert.deepEqual(lost, inForce ? [] : [held.job.id])
    if (!inForce) held.safeUntil = -1
    else if (held.safeUntil >= 0) held.safeUntil = model.now + SAFE_MS
    if (inForce && held.of.lease !== undefined) held.of.lease.until = clock.now() + LEASE_MS
  })

export const enterFinalDot = (process: number, pick: number): Step =>
  withLease(process, pick, async (held, it, inForce, model) => {
    const may = model.now < held.safeUntil && (model.everybodyDelivers || model.now < it.leadsUntil)
    assert.equal(it.store.enterFinalDot(held.job) !== undefined, may)
    assert.ok(!may || inForce, 'no dot without a lease')
    if (may && held.of.lease !== undefined) held.of.lease.dot = true
  })

/** What people do, where the process that delivers does it: another one cannot know what it has on the fast path. */
export const operate =
  (process: number, pick: number, what: 'hold' | 'unhold' | 'retry' | 'cancel'): Step =>
  async (model, { clock, processes }) => {
    const message = at(model.messages, pick)
    if (message === undefined || !model.delivers(process)) return
    const { store } = processes[process] as Process
    const [id, now] = [message.id as QueueId, clock.now()]
    model.recall()
    const open = message.jobs.some(isOpen)
    if (what === 'hold' || what === 'unhold') {
      const changed = open && message.held === (what === 'unhold')
      assert.equal(await (what === 'hold' ? store.hold(id, 'odd', now) : store.unhold(id, now)), changed ? 1 : 0)
      if (!changed) return
      message.held = what === 'hold'
      message.facts.push(what === 'hold' ? 'held' : 'released')
    } else if (what === 'cancel') assert.equal(await store.cancel(id, now), model.cancel(message) ? 1 : 0)
    else {
      const waits = (job: ModelJob): boolean => isOpen(job) && job.lease === undefined && !message.held && job.due > now
      const jobs = message.jobs.filter(waits)
      assert.equal(await store.retry(id, now), jobs.length > 0 ? 1 : 0)
      for (const job of jobs) job.due = now
    }
  }

async function succeed(dead: number, model: Reference, { processes, clock, queue }: World): Promise<void> {
  const heir = processes[1 - dead] as Process
  heir.owns = true
  await outlive(heir.store, clock, queue.silentMs)
  model.now += queue.silentMs
  model.succeed(dead)
}

export const leave =
  (process: number, how: 'closed' | 'killed'): Step =>
  async (model, world) => {
    const { open, processes, queue } = world
    const it = processes[process] as Process
    const marked = it.leases.filter(({ job, of }) => of.lease?.token === job.lease.token && of.lease.dot)
    if (how === 'killed') await settled(() => queue.marked(marked.map(({ job }) => job)))
    if (how === 'closed') await it.store.close()
    else it.store.destroy(new Error('killed'))
    const leases = it.leases.filter(({ job, of }) => of.lease?.token === job.lease.token).map(({ of }) => of)
    model.gone(process, how, leases)
    if (how === 'killed' && model.everybodyDelivers) await succeed(process, model, world)
    Object.assign(it, { store: await open(), leases: [], leadsUntil: -1, owns: false })
  }

/** Everything that can be seen, of every message. */
export const look =
  (process: number): Step =>
  async (model, { processes }) => {
    const { store } = processes[process] as Process
    const exact = model.delivers(process)
    if (model.messages.some(({ owner }) => owner !== undefined)) model.recall()
    const seen = (state: string): string => (exact || state !== 'running' ? state : 'waiting')
    for (const { id, jobs, facts } of model.messages) {
      const entry = await store.show(id as QueueId)
      const states = jobs.flatMap(({ recipients, state, lease }) =>
        Array.from({ length: recipients }, () => (lease !== undefined && exact ? 'running' : state)),
      )
      assert.deepEqual(
        entry?.recipients.map(({ state }) => (state === 'deferred' && !exact ? 'waiting' : seen(state))),
        exact ? states : states.map(state => (state === 'deferred' ? 'waiting' : state)),
      )
      const bytes = await store.read(id as QueueId)
      assert.equal(bytes !== undefined, jobs.some(isOpen), 'bytes are there while it is open')
      const told = (await store.history(id as QueueId)).map(({ fact }) => fact.kind)
      assert.deepEqual(told.toSorted(), facts.toSorted())
    }
    const { messages, recipients } = await store.counts(0)
    const open = model.jobs().filter(isOpen)
    assert.deepEqual(
      [messages, recipients],
      [new Set(open.map(({ message }) => message)).size, open.reduce((sum, job) => sum + job.recipients, 0)],
    )
  }
