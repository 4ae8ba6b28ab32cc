/**
 * Attempt: one job once: its route, then hop by hop until no open recipient can gain from another hop.
 *
 * The queue of the site is entered around each transmission, never around the DNS work. `better` keeps "mailbox full" from
 * being forgotten because the second host was down. A recipient that is left without a verdict, because we were told to
 * stop or the site queue is closed, was not attempted.
 *
 * Not here: what a verdict leads to (outcome/settle.ts), the order of commit and telling (delivery.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Domain } from '../model/address.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { Hop, NoRoute, Route, SiteLimits } from '../model/route.ts'
import type { Priority } from '../model/submission.ts'
import type { Verdict } from '../model/verdict.ts'

/** What one hop is given to carry. */
export interface Parcel {
  readonly job: Job
  readonly recipients: readonly JobRecipient[]
  readonly content: Buffer
  readonly site: string
  readonly enterFinalDot: () => () => void
}

export interface AttemptPorts {
  readonly findRoute: (domain: Domain, needs: Needs, signal: AbortSignal) => Promise<Route | NoRoute>
  readonly read: (id: QueueId) => Promise<Buffer | undefined>
  /** `undefined`: the site queue is closed, and nothing was run. */
  readonly enterSiteQueue: <T>(siteQueue: Lane, run: () => Promise<T>, signal: AbortSignal) => Promise<T | undefined>
  /** Tells the site queue how its site did: a trouble of the site, or none. */
  readonly observe: (site: string, trouble?: Failure) => void
  readonly transmit: (parcel: Parcel, hop: Hop, signal: AbortSignal) => Promise<Evidence>
  readonly enterFinalDot: (job: Job) => () => void
  readonly classify: (
    seen: Evidence | NoRoute,
    recipients: readonly JobRecipient[],
    attempts: number,
  ) => readonly Verdict[]
  readonly better: (known: Verdict | undefined, next: Verdict) => Verdict
  readonly mayTryHop: (verdict: Verdict, next: Hop) => boolean
  readonly routed: (job: Job, route: Route | NoRoute) => void
  /** Tells what a hop, or the lack of one, showed of TLS. */
  readonly countTls: (job: Job, route: Route | NoRoute, seen?: Evidence) => void
}

/** Which site queue, and how much its site bears. */
export interface Lane {
  readonly site: string
  readonly domain: Domain
  readonly limits: SiteLimits
  readonly priority: Priority
}

export interface Needs {
  readonly requireTls: boolean
  readonly tlsRequiredNo: boolean
}

/** @returns the best-informed verdict of each recipient that was attempted. */
export async function attempt(job: Job, ports: AttemptPorts, signal: AbortSignal): Promise<readonly Verdict[]> {
  // RFC 8689 §5: a notice, which has no return-path, goes even where REQUIRETLS cannot.
  const requireTls = job.requireTls && job.reversePath !== null
  const needs = { requireTls, tlsRequiredNo: job.facts.tlsRequiredNo }
  const route = await ports.findRoute(job.domain, needs, signal)
  ports.routed(job, route)
  if (route.kind === 'no-route') {
    ports.countTls(job, route)
    return ports.classify(route, job.recipients, job.attempts)
  }
  const content = await ports.read(job.messageId)
  if (content === undefined) throw new Error(`the queue has no bytes for ${job.messageId}, whose job it gave out`)

  const verdicts = new Map<number, Verdict>()
  for (const hop of route.hops) {
    const open = job.recipients.filter(({ index }) => {
      const verdict = verdicts.get(index)
      return verdict === undefined || ports.mayTryHop(verdict, hop)
    })
    if (signal.aborted) break
    if (open.length === 0) continue
    const parcel: Parcel = {
      job,
      recipients: open,
      content,
      site: route.site,
      enterFinalDot: () => ports.enterFinalDot(job),
    }
    const siteQueue: Lane = { site: route.site, domain: job.domain, limits: hop.limits, priority: job.priority }
    const evidence = await ports.enterSiteQueue(siteQueue, () => ports.transmit(parcel, hop, signal), signal)
    if (evidence === undefined) break
    ports.countTls(job, route, evidence)
    for (const verdict of ports.classify(evidence, open, job.attempts)) {
      verdicts.set(verdict.recipient, ports.better(verdicts.get(verdict.recipient), verdict))
    }
  }
  const judged = [...verdicts.values()]
  if (judged.length > 0) ports.observe(route.site, troubleOf(judged))
  return judged
}

/** A site is in trouble when nobody got further than its door; a refused recipient or message shows that it is well. */
function troubleOf(verdicts: readonly Verdict[]): Failure | undefined {
  let trouble: Failure | undefined
  for (const verdict of verdicts) {
    if (verdict.kind === 'accepted') return undefined
    const { failure } = verdict
    if (failure.scope !== 'host' && failure.scope !== 'domain') return undefined
    trouble = failure
  }
  return trouble
}
