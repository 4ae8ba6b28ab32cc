/**
 * DeliveryEngine: what delivers: the scheduler that takes due jobs from the queue, the pool of sessions, and the flow between them.
 *
 * Policy. A mailer that only looks has none of it running. History older than `queue.keepHistoryMs` is removed once an hour.
 */
import type { Clock } from '../ambient/clock.ts'
import type { Random } from '../ambient/random.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { createTransmitter, SessionPool } from '../deliver/index.ts'
import type { Resolver } from '../dns/index.ts'
import { type DeliveryPorts, deliver } from '../flow/delivery.ts'
import { openDialogues } from '../flow/dialogues.ts'
import { openOwnMail } from '../flow/own-mail.ts'
import { openPace } from '../flow/pace.ts'
import type { Script } from '../flow/play.ts'
import { openReverseNames, publicAddressesOf } from '../flow/reverse-names.ts'
import { openSources } from '../flow/sources.ts'
import { openTlsReporting } from '../flow/tls-reports.ts'
import { noWarmUp, openWarmUp } from '../flow/warm-up.ts'
import { type Address, printAddress } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Job } from '../model/job.ts'
import type { Capture } from '../model/played.ts'
import { isTestDomain } from '../model/route.ts'
import type { Recorder } from '../observe/index.ts'
import { DEFAULT_SUPPRESS, type SettlePolicy } from '../outcome/index.ts'
import type { Preflight } from '../preflight/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Router } from '../route/index.ts'
import { type LaneNow, Scheduler, Standings, type StandingsPorts } from '../schedule/index.ts'
import { bindProblem } from '../smtp/index.ts'
import type { DeliveryStatistics } from '../statistics/index.ts'
import { watchCaptured } from './captured-queue.ts'
import { noteKnownBefore } from './known-before.ts'
import type { ReloadableOptions } from './reloadable-options.ts'

export interface DeliveryEngineParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly random: Random
  readonly store: QueueStore
  readonly router: Router
  readonly resolver: Resolver
  readonly recorder: Recorder
  readonly live: Pick<ReloadableOptions, 'returnKeys' | 'options'>
  readonly preflight: Pick<Preflight, 'addresses' | 'leadsBack'>
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly statistics: DeliveryStatistics
  readonly capture: Capture | undefined
  /** Why nothing goes to an address. */
  readonly barred: ((address: string) => string | undefined) | undefined
}

export interface DeliveryEngine {
  /** There may be something to do. */
  nudge(): void
  /** Each mail site that is delivered to, as it is now. */
  lanes(): readonly LaneNow[]
  /** Resolves when nothing is being attempted and nothing is due. */
  idle(): Promise<void>
  /** Finishes what is under way within that time, cuts off the rest, and says goodbye to the servers. */
  close(withinMs: number): Promise<void>
  destroy(reason: unknown): void
}

const PRUNE_EVERY_MS = 3_600_000
/** A goodbye is a courtesy; a server that does not answer it keeps nobody waiting. */
const GOODBYE_MS = 2_000

/** For a mailer that does not deliver. */
export const noDelivery: DeliveryEngine = {
  nudge: () => {},
  lanes: () => [],
  idle: async () => {},
  close: async () => {},
  destroy: () => {},
}

export function openDeliveryEngine(parts: DeliveryEngineParts): DeliveryEngine {
  const { options, clock, random, store, recorder } = parts
  const pool = new SessionPool({
    clock,
    timeouts: options.delivery.timeouts,
    record: recorder.record,
    ...(options.tls.ca === undefined ? {} : { ca: options.tls.ca }),
  })
  const reporting = openTlsReporting(parts)
  const standings = openStandings(parts, (...heard) => scheduler.heard(...heard))
  const isCaptured = watchCaptured(parts)
  const scheduler: Scheduler = new Scheduler(
    {
      takeLeadership: leadership(parts, standings, isCaptured),
      claim: async request => (isCaptured() ? [] : store.claim(request)),
      nextDue: exclude => store.nextDue(exclude),
      renew: (jobs, until) => store.renew(jobs, until),
      release: (job, dueAt) => store.release(job, dueAt),
      onWork: call => store.onWork(call),
      work: (job, signal, attempting) =>
        isPlayed(job.domain, parts)
          ? play(job, { ...ports, ...parts }, signal, attempting)
          : deliver(withBarred(job, parts), ports, signal, attempting),
      record: recorder.record,
      share: store.share?.bind(store),
      memory: standings,
      clock,
      random,
    },
    { running: options.delivery.concurrency },
  )
  const ports: DeliveryPorts = {
    ...{ router: parts.router, store, recorder, clock, random },
    transmitter: createTransmitter({ pool, clock }),
    siteQueues: scheduler,
    ...openPaceParts(parts, standings),
    dialogues: openDialogues(options.queue.keepDialogues, clock),
    ownMail: openOwnMail(parts),
    policy: settlePolicy(options),
    returnKeys: () => parts.live.returnKeys,
    countTls: reporting.count,
    countSettled: (settlement, site) => parts.statistics.settled(settlement, site),
  }
  const stopPruning = pruneRegularly(parts)
  return {
    nudge: () => scheduler.nudge(),
    lanes: () => scheduler.lanes(),
    idle: () => scheduler.idle(),
    close: async withinMs => {
      stopPruning()
      await scheduler.close({ withinMs })
      ports.sources.close()
      const cancel = clock.after(GOODBYE_MS, () => pool.destroy(new Error('no answer to QUIT')))
      await pool.close()
      await reporting.close()
      await standings.close()
      cancel()
    },
    destroy: reason => {
      stopPruning()
      scheduler.destroy(reason)
      ports.sources.close()
      pool.destroy(reason)
      reporting.destroy()
      standings.destroy()
    },
  }
}

/** What rested before we began rests on, and what other relays were told is heard. */
function leadership(
  { options, store }: DeliveryEngineParts,
  standings: Standings,
  isCaptured: ReturnType<typeof watchCaptured>,
): QueueStore['takeLeadership'] {
  let counts = options.delivery.warmUp !== 'off'
  return async (now, leaseMs) => {
    if (isCaptured('anew')) return false
    const leads = await store.takeLeadership(now, leaseMs)
    if (!leads) return false
    await standings.read()
    if (counts) await noteKnownBefore(standings, { store, now })
    counts = false
    return true
  }
}

/** Nothing of it goes out. */
function isPlayed(domain: string, { capture, options }: DeliveryEngineParts): boolean {
  return capture !== undefined || isTest(domain, options)
}

/** Those to whom nothing may go are given up, and nobody is asked for it. */
function withBarred(job: Job, { barred }: DeliveryEngineParts): Job {
  if (barred === undefined) return job
  const recipients = job.recipients.map(recipient => {
    const detail = barred(printAddress(recipient.address))
    if (detail === undefined) return recipient
    return { ...recipient, suppressed: { until: Number.MAX_SAFE_INTEGER, code: 'suppressed', detail } as const }
  })
  return { ...job, recipients }
}

function openPaceParts(
  parts: DeliveryEngineParts,
  standings: Standings,
): Pick<DeliveryPorts, 'pace' | 'sources' | 'warmUp' | 'overflow'> {
  const { options, clock, random, recorder } = parts
  // Who wants no question asked of the DNS about himself is asked none.
  const reverseNames =
    options.preflight === 'off' ? undefined : openReverseNames({ clock, ask: sourcesLeadBack(parts) })
  return {
    overflow: {
      afterMs: () => parts.live.options.egress.overflow?.afterMs,
      findRoute: parts.router.findOverflow,
    },
    sources: openSources({ standings, clock, recorder, bindProblem, reverseNames }),
    pace: openPace({ standings, clock, recorder }),
    warmUp: options.delivery.warmUp === 'off' ? noWarmUp : openWarmUp({ standings, clock, random }),
  }
}

/** Of a source that the world sees as several addresses, one with a name is enough. */
function sourcesLeadBack({ live, preflight }: DeliveryEngineParts): Parameters<typeof openReverseNames>[0]['ask'] {
  return async (source, signal) => {
    const { hostname, egress } = live.options
    const found = await preflight.addresses(signal)
    const addresses = publicAddressesOf(source, { hostname, sources: egress.sources, found })
    const answers = await Promise.all(addresses.map(address => preflight.leadsBack(address, signal)))
    if (answers.includes(true)) return true
    return answers.length === 0 || answers.includes(undefined) ? undefined : false
  }
}

function openStandings({ clock, store, recorder }: DeliveryEngineParts, heard: StandingsPorts['heard']): Standings {
  return new Standings({
    clock,
    store,
    heard,
    turned: (site, key, { cap, trend }) => recorder.record({ kind: 'warm-up', at: clock.now(), site, key, cap, trend }),
    trouble: (doing, error) => {
      const detail = error instanceof Error ? error.message : String(error)
      recorder.record({ kind: 'queue-error', at: clock.now(), doing, detail })
    },
  })
}

function isTest(domain: string, { delivery }: ResolvedOptions): boolean {
  return delivery.testAddresses && isTestDomain(domain)
}

type Playing = DeliveryPorts & Pick<DeliveryEngineParts, 'store' | 'capture' | 'options'>

/** Mail to a test address, and all of who captures it; loaded by who sends some. */
async function play(
  job: Job,
  { capture, options, ...ports }: Playing,
  signal: AbortSignal,
  attempting: AbortSignal,
): Promise<void> {
  const [{ playDelivery }, { testOutcome }] = await Promise.all([
    import('../flow/play.ts'),
    import('../flow/test-addresses.ts'),
  ])
  const script: Script =
    capture === undefined || isTest(job.domain, options) ? testOutcome : recipient => capture.outcomeOf(recipient, job)
  await playDelivery(job, { ...ports, script, take: capture?.take.bind(capture) }, signal, attempting)
}

/** Now and then, so that the file does not grow with what nobody asks for any more. */
function pruneRegularly({ options, clock, store, recorder }: DeliveryEngineParts): () => void {
  let cancel = (): void => {}
  const prune = async (): Promise<void> => {
    try {
      await store.forgetContent(clock.now())
      await store.prune(clock.now() - options.queue.keepHistoryMs)
    } catch (error) {
      recorder.record({ kind: 'queue-error', at: clock.now(), doing: 'removing old history', detail: String(error) })
    }
    cancel = clock.after(PRUNE_EVERY_MS, prune, { idle: true })
  }
  cancel = clock.after(PRUNE_EVERY_MS, prune, { idle: true })
  return () => cancel()
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
