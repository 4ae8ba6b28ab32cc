/**
 * Attempt: one job once: its route, then hop by hop until no open recipient can gain from another hop.
 *
 * The lane of the site is entered around each transmission, never around the DNS work. `better` keeps "mailbox full" from
 * being forgotten because the second host was down. A recipient that is left without a verdict, because we were told to
 * stop or the lane is closed, was not attempted.
 *
 * Not here: what a verdict leads to (outcome/settle.ts), the order of commit and telling (delivery.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Domain } from '../model/address.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { Verdict } from '../model/verdict.ts'

/** What one hop is given to carry. */
export interface Parcel {
  readonly job: Job
  readonly recipients: readonly JobRecipient[]
  readonly content: Buffer
  readonly enterFinalDot: () => () => void
}

export interface AttemptRooms {
  readonly findRoute: (domain: Domain, needs: Needs, signal: AbortSignal) => Promise<Route | NoRoute>
  readonly read: (id: QueueId) => Promise<Buffer | undefined>
  readonly enterLane: <T>(route: Route, run: () => Promise<T>, signal: AbortSignal) => Promise<T>
  readonly transmit: (parcel: Parcel, hop: Hop, signal: AbortSignal) => Promise<Evidence>
  readonly enterFinalDot: (job: Job) => () => void
  readonly classify: (seen: Evidence | NoRoute, recipients: readonly JobRecipient[]) => readonly Verdict[]
  readonly better: (known: Verdict | undefined, next: Verdict) => Verdict
  readonly mayTryNextHop: (verdict: Verdict, next: Hop) => boolean
  readonly routed: (job: Job, route: Route | NoRoute) => void
}

export interface Needs {
  readonly requireTls: boolean
  readonly tlsRequiredNo: boolean
}

/** @returns the best-informed verdict of each recipient that was attempted. */
export async function attempt(job: Job, rooms: AttemptRooms, signal: AbortSignal): Promise<readonly Verdict[]> {
  const needs = { requireTls: job.requireTls, tlsRequiredNo: job.facts.tlsRequiredNo }
  const route = await rooms.findRoute(job.domain, needs, signal)
  rooms.routed(job, route)
  if (route.kind === 'no-route') return rooms.classify(route, job.recipients)
  const content = await rooms.read(job.messageId)
  if (content === undefined) throw new Error(`the queue has no bytes for ${job.messageId}, whose job it gave out`)

  const verdicts = new Map<number, Verdict>()
  let open = job.recipients
  for (const [index, hop] of route.hops.entries()) {
    if (open.length === 0 || signal.aborted) break
    const parcel: Parcel = { job, recipients: open, content, enterFinalDot: () => rooms.enterFinalDot(job) }
    const evidence = await rooms.enterLane(route, () => rooms.transmit(parcel, hop, signal), signal)
    for (const verdict of rooms.classify(evidence, open)) {
      verdicts.set(verdict.recipient, rooms.better(verdicts.get(verdict.recipient), verdict))
    }
    const next = route.hops[index + 1]
    if (next === undefined) break
    open = open.filter(({ index: recipient }) => {
      const verdict = verdicts.get(recipient)
      return verdict === undefined || rooms.mayTryNextHop(verdict, next)
    })
  }
  return [...verdicts.values()]
}
