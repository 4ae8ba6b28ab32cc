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
import { openOwnMail } from '../flow/own-mail.ts'
import { openTlsReporting } from '../flow/tls-reports.ts'
import type { Address } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Fact } from '../model/fact.ts'
import { isTestDomain } from '../model/route.ts'
import type { Recorder } from '../observe/index.ts'
import { DEFAULT_SUPPRESS, type SettlePolicy } from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Router } from '../route/index.ts'
import { Scheduler } from '../schedule/index.ts'

export interface DeliveryEngineParts {
  readonly options: ResolvedOptions
  readonly clock: Clock
  readonly random: Random
  readonly store: QueueStore
  readonly router: Router
  readonly resolver: Resolver
  readonly recorder: Recorder
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
}

export interface DeliveryEngine {
  /** There may be something to do. */
  nudge(): void
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
  const isPlayed = (domain: string): boolean => options.delivery.testAddresses && isTestDomain(domain)
  const scheduler = new Scheduler(
    {
      takeLeadership: (now, leaseMs) => store.takeLeadership(now, leaseMs),
      claim: request => store.claim(request),
      nextDue: exclude => store.nextDue(exclude),
      renew: (jobs, until) => store.renew(jobs, until),
      release: (job, dueAt) => store.release(job, dueAt),
      onWork: call => store.onWork(call),
      work: (job, signal, attempting) =>
        isPlayed(job.domain)
          ? play(job, { ...ports, store }, signal, attempting)
          : deliver(job, ports, signal, attempting),
      record: fact => {
        recorder.record(fact)
        notePausedSite(parts, fact)
      },
      clock,
      random,
    },
    { running: options.delivery.concurrency },
  )
  const ports: DeliveryPorts = {
    router: parts.router,
    store,
    transmitter: createTransmitter({ pool, clock }),
    siteQueues: scheduler,
    recorder,
    clock,
    ownMail: openOwnMail(parts),
    policy: settlePolicy(options),
    random,
    countTls: reporting.count,
  }
  const stopPruning = pruneRegularly(parts)
  return {
    nudge: () => scheduler.nudge(),
    idle: () => scheduler.idle(),
    close: async withinMs => {
      stopPruning()
      await scheduler.close({ withinMs })
      const cancel = clock.after(GOODBYE_MS, () => pool.destroy(new Error('no answer to QUIT')))
      await pool.close()
      await reporting.close()
      cancel()
    },
    destroy: reason => {
      stopPruning()
      scheduler.destroy(reason)
      pool.destroy(reason)
      reporting.destroy()
    },
  }
}

/** Mail to a test address; loaded by who sends some. */
async function play(...played: Parameters<typeof import('../flow/test-addresses.ts').playDelivery>): Promise<void> {
  const { playDelivery } = await import('../flow/test-addresses.ts')
  await playDelivery(...played)
}

/** So that who looks from another process sees why nothing goes to a site. */
function notePausedSite({ store, clock, recorder }: DeliveryEngineParts, fact: Fact): void {
  if (fact.kind !== 'site-paused' && fact.kind !== 'site-widened') return
  const { site, at, until, because = '' } = fact
  store.notePausedSite(site, until === undefined ? undefined : { site, since: at, until, because }).catch(error => {
    const detail = error instanceof Error ? error.message : String(error)
    recorder.record({ kind: 'queue-error', at: clock.now(), doing: 'noting that a site is paused', detail })
  })
}

/** Now and then, so that the file does not grow with what nobody asks for any more. */
function pruneRegularly({ options, clock, store, recorder }: DeliveryEngineParts): () => void {
  let cancel = (): void => {}
  const prune = async (): Promise<void> => {
    try {
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
