/**
 * Attempt: one job once: its route, then hop by hop until no open recipient can gain from another hop.
 *
 * The queue of the site is entered around each transmission, never around the DNS work. `better` keeps "mailbox full" from
 * being forgotten because the second host was down. A recipient that is left without a verdict, because we were told to
 * stop or the site queue is closed, was not attempted.
 *
 * Not here: what a verdict leads to (outcome/settle.ts), the order of commit and telling (delivery.ts).
 */
import type { Transmitter } from '../deliver/index.ts'
import type { Domain } from '../model/address.ts'
import type { Evidence } from '../model/evidence.ts'
import { type Fact, ofMessage, type RoutedFact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { MessageContent } from '../model/message.ts'
import { LARGE_BYTES } from '../model/message-buffer.ts'
import type { Parcel, SiteQueueEntry } from '../model/parcel.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { Verdict } from '../model/verdict.ts'
import { better, classify, mayTryHop, type Tried } from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Router } from '../route/index.ts'

/** One queue for each mail site: how much it bears, and whether it is paused. */
export interface SiteQueuePort {
  /** Runs `run` when the site has room. `undefined`: its queue is full, paused or closed, and nothing was run. */
  enter<T>(entry: SiteQueueEntry, run: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>
  /** Tells the queue how its site did: a failure of the site, or none. */
  observe(site: string, failure?: Failure): void
}

export interface AttemptPorts {
  readonly router: Pick<Router, 'findRoute'>
  readonly store: Pick<QueueStore, 'read' | 'readBlock' | 'enterFinalDot'>
  readonly transmitter: Pick<Transmitter, 'transmit'>
  readonly siteQueues: SiteQueuePort
  readonly recorder: { record(fact: Fact): void }
  readonly clock: { now(): number }
  /** Counts what a hop, or the lack of one, showed of TLS. */
  readonly countTls: (job: Job, route: Route | NoRoute, seen?: Evidence) => void
}

/** @returns the best-informed verdict of each recipient that was attempted. */
export async function attempt(job: Job, ports: AttemptPorts, signal: AbortSignal): Promise<readonly Verdict[]> {
  // RFC 8689 §5: a notice, which has no return-path, goes even where REQUIRETLS cannot.
  const requireTls = job.requireTls && job.reversePath !== null
  const needs = { requireTls, tlsRequiredNo: job.facts.tlsRequiredNo }
  const route = await ports.router.findRoute(job.domain, needs, signal)
  ports.recorder.record(routedFact(job, route, ports.clock.now()))
  if (route.kind === 'no-route') {
    ports.countTls(job, route)
    return classify(route, job.recipients)
  }
  const content = await contentOf(job, ports.store)

  const verdicts = new Map<number, Verdict>()
  for (const hop of route.hops) {
    const open = job.recipients.filter(({ index }) => {
      const verdict = verdicts.get(index)
      return verdict === undefined || mayTryHop(verdict, hop)
    })
    if (signal.aborted) break
    if (open.length === 0) continue
    const parcel: Parcel = {
      job,
      recipients: open,
      content,
      site: route.site,
      enterFinalDot: () => ports.store.enterFinalDot(job),
    }
    const entry = { site: route.site, domain: job.domain, limits: hop.limits, priority: job.priority }
    const transmit = (): Promise<Evidence> => ports.transmitter.transmit(parcel, hop, signal)
    const evidence = await ports.siteQueues.enter(entry, transmit, signal)
    if (evidence === undefined) break
    // Cut off by ourselves: what another hop would show is no longer ours to see.
    const cutOff = evidence.loss?.code === 'aborted'
    ports.countTls(job, route, evidence)
    for (const verdict of classify(evidence, open, triedBefore(job, ports.clock.now()))) {
      verdicts.set(verdict.recipient, better(verdicts.get(verdict.recipient), verdict))
    }
    if (cutOff) break
  }
  const judged = [...verdicts.values()]
  if (judged.length > 0) ports.siteQueues.observe(route.site, troubleOf(judged))
  return judged
}

/** What is large is read while it is sent: it may be on its way to many domains. */
async function contentOf(job: Job, store: AttemptPorts['store']): Promise<MessageContent> {
  const { messageId, facts } = job
  if (facts.sizeBytes >= LARGE_BYTES) return { sizeBytes: facts.sizeBytes, read: () => readBlocks(job, store) }
  const content = await store.read(messageId)
  if (content === undefined) throw new Error(`the queue has no bytes for ${messageId}, whose job it gave out`)
  return content
}

async function* readBlocks({ messageId, facts }: Job, store: AttemptPorts['store']): AsyncGenerator<Buffer> {
  for (let at = 0; at < facts.sizeBytes; ) {
    const block = await store.readBlock(messageId, at)
    if (block === undefined) throw new Error(`the queue has no bytes for ${messageId} from octet ${at} on`)
    yield block
    at += block.length
  }
}

function triedBefore({ attempts, acceptedAt }: Job, now: number): Tried {
  return { attempts, forMs: now - acceptedAt }
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

function routedFact(job: Job, route: Route | NoRoute, at: number): RoutedFact {
  const found = route.kind === 'route'
  return {
    kind: 'routed',
    ...ofMessage(job, at),
    domain: route.domain,
    site: found ? route.site : '',
    hosts: found ? hostsOf(route.hops) : [],
  }
}

function hostsOf(hops: readonly Hop[]): readonly Domain[] {
  const first = hops[0]?.host
  return hops.every(hop => hop.host === first)
    ? first === undefined
      ? []
      : [first]
    : [...new Set(hops.map(hop => hop.host))]
}
