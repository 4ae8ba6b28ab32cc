/**
 * DeliveryPorts: what the second flow needs, from the rooms that have it.
 */
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import { renderNotice } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { Transmitter } from '../deliver/index.ts'
import type { DeliveryPorts } from '../flow/delivery.ts'
import { type Address, type Domain, printAddress, requireAddress } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { type DurableFact, ofMessage } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { NoticeDue, Settlement } from '../model/settlement.ts'
import type { Submission } from '../model/submission.ts'
import type { Recorder } from '../observe/index.ts'
import {
  better,
  classify,
  classifySuppressed,
  DEFAULT_SUPPRESS,
  expiredVerdicts,
  factsOf,
  mayTryHop,
  type SettlePolicy,
  settle,
} from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Router } from '../route/index.ts'
import { sign } from '../sign/index.ts'

export interface DeliveryParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly random: Random
  readonly store: QueueStore
  readonly router: Router
  readonly transmitter: Transmitter
  readonly recorder: Recorder
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly countTls: DeliveryPorts['countTls']
}

/** All but the site queue, which belongs to the job that runs. */
export function deliveryPorts(parts: DeliveryParts): Omit<DeliveryPorts, 'enterSiteQueue' | 'observe' | 'opensAt'> {
  const { options, clock, random, store, router, transmitter, recorder } = parts
  const policy = settlePolicy(options)
  return {
    findRoute: (domain, needs, signal) => router.findRoute(domain, needs, signal),
    read: id => store.read(id),
    transmit: (parcel, hop, signal) => transmitter.transmit(parcel, hop, signal),
    enterFinalDot: job => store.enterFinalDot(job),
    classify,
    better,
    mayTryHop,
    routed: (job, route) => recorder.record(routedFact(job, route, clock.now())),
    countTls: parts.countTls,
    judgeUnasked: job => classifySuppressed(job.recipients, clock.now()),
    judgeNeverTried: job => expiredVerdicts(job.recipients),
    settle: (job, verdicts, now) => settle(job, verdicts, { policy, now, random }),
    factsOf,
    makeNotice: (due, settlement) => makeNotice(due, settlement, parts),
    noticeFact,
    commit: (settlement, notices, facts) => store.commit(settlement, notices, facts),
    release: (job, dueAt) => store.release(job, dueAt),
    record: recorder.record,
    now: () => clock.now(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
}

function settlePolicy({ delivery, notices }: ResolvedOptions): SettlePolicy {
  const { scheduleMs, jitter, expireAfterMs, warnAfterMs } = delivery.retry
  return {
    retry: { scheduleMs, jitter, expireAfterMs },
    suppress: DEFAULT_SUPPRESS,
    delayWarningMs: warnAfterMs,
    // A program hears of facts; whoever runs a relay says otherwise.
    notices: notices.to === 'auto' ? 'nobody' : notices.to,
  }
}

function routedFact(job: Job, route: Route | NoRoute, at: number) {
  const found = route.kind === 'route'
  return {
    kind: 'routed',
    ...ofMessage(job, at),
    domain: route.domain,
    site: found ? route.site : '',
    hosts: found ? hostsOf(route.hops) : [],
  } as const
}

function hostsOf(hops: readonly Hop[]): readonly Domain[] {
  const first = hops[0]?.host
  return hops.every(hop => hop.host === first)
    ? first === undefined
      ? []
      : [first]
    : [...new Set(hops.map(hop => hop.host))]
}

/** A notice goes back in by the front of the queue, in the transaction of the settlement that caused it. */
async function makeNotice(due: NoticeDue, settlement: Settlement, parts: DeliveryParts): Promise<Submission> {
  const { options, clock, store, chooseKeys } = parts
  const { job } = settlement
  const now = clock.now()
  const from = requireAddress(options.notices.from, 'notices.from')
  const original = await store.read(job.messageId)
  const { message, envelope } = await renderNotice(due, {
    job,
    hostname: options.hostname,
    now,
    from,
    ...(original === undefined ? {} : { original }),
  })
  const keys = chooseKeys([from])
  return {
    id: makeQueueId(now),
    envelope,
    message: keys.length === 0 ? message : await sign(message, keys, now),
    clearance: unasked(options.hostname, from.domain),
    acceptedAt: now,
    notBefore: now,
    expiresAt: now + options.delivery.retry.expireAfterMs,
    priority: 'low',
    tags: job.tags,
  }
}

/** Of our own notices nobody asks whether they may be sent. */
function unasked(envelopeDomain: Domain, fromDomain: Domain): Clearance {
  return { result: 'skipped', envelopeDomain, fromDomain, publicAddresses: [], checks: [] }
}

function noticeFact({ kind, to }: NoticeDue, submission: Submission, { job, at }: Settlement): DurableFact {
  return {
    kind: 'notice-queued',
    ...ofMessage(job, at),
    notice: kind,
    noticeId: submission.id,
    to: printAddress(to),
  }
}
