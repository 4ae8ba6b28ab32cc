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
import type { Job, JobRecipient } from '../model/job.ts'
import type { MessageContent } from '../model/message.ts'
import { LARGE_BYTES } from '../model/message-buffer.ts'
import type { Lane, Parcel, SiteQueueEntry } from '../model/parcel.ts'
import type { Hop, NoRoute, Route } from '../model/route.ts'
import type { Verdict } from '../model/verdict.ts'
import { better, classify, mayTryHop, type Tried } from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { ReturnKeys } from '../report/index.ts'
import type { Router, TlsNeeds } from '../route/index.ts'
import type { DialoguePort } from './dialogues.ts'
import type { PacePort, Wait } from './pace.ts'
import { returnPathOf } from './return-path.ts'
import { observeLanes, type ShownByLane } from './shown-by-lane.ts'
import type { SourcesPort } from './sources.ts'
import type { WarmUpPort } from './warm-up.ts'

/** One queue for each lane, a mail site as one of our addresses sees it: how much it bears, and whether it is paused. */
export interface SiteQueuePort {
  /** Runs `run` when the lane has room. `undefined`: its queue is full, paused or closed, and nothing was run. */
  enter<T>(entry: SiteQueueEntry, run: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>
  /** Tells the queue how its lane did: a failure of the site, or none. */
  observe(lane: Lane, failure?: Failure): void
  /** Whether what waits for this lane may take another: it is paused for what is about our address alone. */
  mayLeave(lane: Lane): boolean
}

export interface OverflowPort {
  /** How long a message may wait for its turn; undefined: there is no such way. */
  afterMs(): number | undefined
  /** undefined: there is no such way. */
  findRoute(domain: Domain, needs: TlsNeeds, signal: AbortSignal): Promise<Route | NoRoute> | undefined
}

export interface AttemptPorts {
  readonly router: Pick<Router, 'findRoute'>
  readonly store: Pick<QueueStore, 'read' | 'readBlock' | 'nearFinalDot' | 'enterFinalDot'>
  readonly transmitter: Pick<Transmitter, 'transmit'>
  readonly siteQueues: SiteQueuePort
  readonly pace: PacePort
  readonly sources: SourcesPort
  readonly warmUp: WarmUpPort
  /** Where goes what would wait too long. @default it waits */
  readonly overflow?: OverflowPort
  readonly dialogues: DialoguePort
  readonly recorder: { record(fact: Fact): void }
  readonly clock: { now(): number }
  /** Of return addresses, when mail can come back to us. */
  readonly returnKeys: () => ReturnKeys | undefined
  /** Counts what a hop, or the lack of one, showed of TLS. */
  readonly countTls: (job: Job, route: Route | NoRoute, seen?: Evidence) => void
}

/** What an attempt showed, or why none was made. */
export interface Attempted {
  /** The best-informed verdict of each recipient that was attempted. */
  readonly verdicts: readonly Verdict[]
  /** The mail site of the domain, when it has one. */
  readonly site?: string
  readonly waits?: Wait
}

export async function attempt(job: Job, ports: AttemptPorts, signal: AbortSignal): Promise<Attempted> {
  const route = await ports.router.findRoute(job.domain, needsOf(job), signal)
  ports.recorder.record(routedFact(job, route, ports.clock.now()))
  if (route.kind === 'no-route') {
    ports.countTls(job, route)
    return { verdicts: classify(route, job.recipients) }
  }
  const content = await contentOf(job, ports.store)
  // What is at its end is tried once more, whatever is held.
  const held = ports.clock.now() < job.expiresAt ? await ports.pace.held(route.site, job, content) : undefined
  const { site } = route
  if (held !== undefined) return { verdicts: [], site, waits: held }
  const { sources, warmUp } = ports
  const counts = route.via !== 'smarthost'
  const hops = await sources.choose(route, job, source => !counts || warmUp.hasRoom(job, { site, source }))
  const lane = { site, source: hops[0]?.departure.source }
  const over = counts ? await overflow({ job, route, hops, content }, lane, { ports, signal }) : undefined
  if (over !== undefined) return over
  const waits = counts ? warmUp.admit(job, lane) : undefined
  if (waits !== undefined) return { verdicts: [], site, waits }
  const verdicts = await carry({ job, route, hops, content }, ports, signal)
  if (counts) warmUp.settled(job, lane, verdicts)
  return { verdicts, site }
}

/** Through the server that takes what would wait too long. What it does not take waits for its turn, as if it had not been asked. */
async function overflow(
  carrying: Carrying,
  lane: Lane,
  { ports, signal }: { readonly ports: AttemptPorts; readonly signal: AbortSignal },
): Promise<Attempted | undefined> {
  const { job } = carrying
  const afterMs = ports.overflow?.afterMs()
  if (ports.overflow === undefined || afterMs === undefined) return undefined
  const nextAt = ports.warmUp.nextAt(job, lane)
  if (nextAt === undefined || nextAt - job.acceptedAt <= afterMs) return undefined
  const route = await ports.overflow.findRoute(job.domain, needsOf(job), signal)
  if (route?.kind !== 'route') return undefined
  const hops = route.hops.map(hop => ({ ...hop, departure: { ...hop.departure, because: 'overflow' as const } }))
  const verdicts = await carry({ ...carrying, route, hops }, ports, signal)
  const isTaken = verdicts.some(
    verdict =>
      verdict.kind === 'accepted' ||
      verdict.failure.permanence === 'permanent' ||
      verdict.failure.code === 'delivery-uncertain',
  )
  return isTaken ? { verdicts, site: route.site } : undefined
}

interface Carrying {
  readonly job: Job
  readonly route: Route
  /** Of the route, each from the address of ours that it is to leave from. */
  readonly hops: readonly Hop[]
  readonly content: MessageContent
}

async function carry(carrying: Carrying, ports: AttemptPorts, signal: AbortSignal): Promise<readonly Verdict[]> {
  const { job, route, hops } = carrying
  const verdicts = new Map<number, Verdict>()
  const shown: ShownByLane[] = []
  const shut: (string | undefined)[] = []
  const left = [...hops]
  for (let hop = left.shift(); hop !== undefined; hop = left.shift()) {
    const open = job.recipients.filter(({ index }) => {
      const verdict = verdicts.get(index)
      return verdict === undefined || mayTryHop(verdict, hop)
    })
    if (signal.aborted) break
    const { source } = hop.departure
    if (open.length === 0 || shut.includes(source)) continue
    const lane = { site: route.site, source }
    const next = shown.length > 0 || shut.length > 0
    const seen = await carryOver({ ...carrying, hop, lane, open, next }, ports, signal)
    if (seen === undefined) {
      if (!ports.siteQueues.mayLeave(lane)) break
      shut.push(source)
      continue
    }
    // What cannot be sent from an address that is gone says nothing of the site.
    const spare = seen.lost ? fromNext(hop) : undefined
    if (spare !== undefined) {
      left.unshift(spare)
      continue
    }
    shown.push({ lane, verdicts: seen.verdicts })
    for (const verdict of seen.verdicts) {
      verdicts.set(verdict.recipient, better(verdicts.get(verdict.recipient), verdict))
    }
    // What another hop would show is no longer ours to see.
    if (seen.cutOff) break
  }
  observeLanes(shown, ports.siteQueues)
  return [...verdicts.values()]
}

function fromNext({ otherDepartures = [], ...hop }: Hop): Hop | undefined {
  const [departure, ...others] = otherDepartures
  if (departure === undefined) return undefined
  return { ...hop, departure: { ...departure, because: 'lost' }, ...(others.length > 0 && { otherDepartures: others }) }
}

interface Passage extends Carrying {
  readonly hop: Hop
  readonly lane: Lane
  readonly open: readonly JobRecipient[]
  /** Another lane was tried before. */
  readonly next: boolean
}

interface Carried {
  readonly verdicts: readonly Verdict[]
  /** By ourselves. */
  readonly cutOff: boolean
  /** This machine has the address no more that it was to leave from. */
  readonly lost?: boolean
}

/** One hop; and once more, over a new connection, where the first had served enough. */
async function carryOver(
  { job, route, content, hop, lane, open, next }: Passage,
  ports: AttemptPorts,
  signal: AbortSignal,
): Promise<Carried | undefined> {
  const verdicts = new Map<number, Verdict>()
  let left = open
  const keepsDialogue = ports.dialogues.wants(job, route.site)
  for (let again = false; ; again = true) {
    const limits = ports.pace.limits(lane, hop.limits)
    const spare = hop.otherDepartures !== undefined
    const entry = { ...lane, spare, domain: job.domain, limits, priority: job.priority, next }
    const parcel: Parcel = {
      job,
      recipients: left,
      content,
      site: route.site,
      keepsDialogue,
      reversePathFor: returnPathOf(job, ports.returnKeys()),
      nearFinalDot: () => ports.store.nearFinalDot?.(job),
      enterFinalDot: () => ports.store.enterFinalDot(job),
    }
    // What it bears may be learnt while this one waits.
    const transmit = (): Promise<Evidence> => ports.transmitter.transmit(parcel, limited(hop, lane, ports), signal)
    const seen = await ports.siteQueues.enter(entry, transmit, signal)
    if (seen === undefined) return again ? { verdicts: [...verdicts.values()], cutOff: false } : undefined
    // Cut off by ourselves.
    const cutOff = seen.loss?.code === 'aborted'
    ports.countTls(job, route, seen)
    const lost = noteLoss(seen, ports)
    const judged = classify(seen, left, triedBefore(job, ports.clock.now()))
    for (const verdict of judged) verdicts.set(verdict.recipient, verdict)
    const failed = judged.filter(verdict => verdict.kind === 'failed')
    const goesOn =
      failed.length > 0 &&
      (await ports.pace.obey({ lane, job, content, failures: failed.map(({ failure }) => failure), seen }))
    if (!goesOn || again || cutOff) return { verdicts: [...verdicts.values()], cutOff, lost }
    const used = new Set(failed.filter(({ failure }) => isUsedUp(failure)).map(({ recipient }) => recipient))
    left = left.filter(({ index }) => used.has(index))
  }
}

/** @returns whether what it was to leave from is gone */
function noteLoss({ loss, hop: { departure } }: Evidence, { sources }: AttemptPorts): boolean {
  const { source, localAddress } = departure
  if (loss?.code !== 'local-address' || source === undefined || localAddress === undefined) return false
  sources.lose(source, localAddress)
  return true
}

function limited(hop: Hop, lane: Lane, { pace }: AttemptPorts): Hop {
  const limits = pace.limits(lane, hop.limits)
  return limits === hop.limits ? hop : { ...hop, limits }
}

function isUsedUp({ effects = [] }: Failure): boolean {
  return effects.some(({ measure }) => measure.kind === 'reconnect')
}

/** RFC 8689 §5: a notice, which has no return-path, goes even where REQUIRETLS cannot. */
function needsOf({ requireTls, reversePath, facts: { tlsRequiredNo } }: Job): TlsNeeds {
  return { requireTls: requireTls && reversePath !== null, tlsRequiredNo }
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
