/**
 * MailerParts: every room built once from settled options, and wired for the two flows.
 *
 * Policy. What a test or an embedder replaces is a seam: clock, chance, store, resolver, logger, metrics. Everything else is built
 * here and closed here, in the order that loses nothing: claiming stops, transactions end, sessions leave, policies are
 * kept, the queue closes last.
 *
 * Not here: what the steps do (their rooms), in which order a message passes them (flow/).
 */

import { type Clock, systemClock } from '../ambient/clock.ts'
import { type Random, systemRandom } from '../ambient/random.ts'
import type { SpecialRange } from '../ambient/special-ranges.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { Resolver } from '../dns/index.ts'
import { SettledWatch } from '../flow/settled.ts'
import type { SubmissionPorts } from '../flow/submission.ts'
import type { Address } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Egress } from '../model/egress.ts'
import { errorFact } from '../model/error-fact.ts'
import type { Capture } from '../model/played.ts'
import { isTestDomain } from '../model/route.ts'
import { createRecorder, type Logger, type Metrics, type Recorder } from '../observe/index.ts'
import { createPreflight, type DoctorProbes, type Preflight } from '../preflight/index.ts'
import { openSqliteQueue, type QueueStore, type TakeoverPlan } from '../queue/index.ts'
import { createRouter, filePolicyStorage, type Router } from '../route/index.ts'
import { chooseKeys } from '../sign/index.ts'
import { DeliveryStatistics } from '../statistics/index.ts'
import { type DeliveryEngine, noDelivery, openDeliveryEngine } from './delivery-engine.ts'
import { openDoctorProbes } from './doctor-probes.ts'
import { openReloadableOptions, type ReloadableOptions } from './reloadable-options.ts'
import { type Names, openNames } from './resolvers.ts'
import { sampleOf } from './return-sample.ts'
import { submissionPorts } from './submission-ports.ts'

/** What embedders and tests may hand in. */
export interface MailerSeams {
  /** Whether this mailer delivers, or only submits and looks. @default true */
  readonly deliver?: boolean
  /** pino-shaped. @default silent */
  readonly logger?: Logger
  /** Takes counters, gauges and histograms; `METRICS` lists them. @default none */
  readonly metrics?: Metrics
  /** Keeps what is queued, in place of `queue.path` and `queue.url`; the mailer closes it. */
  readonly store?: QueueStore
  /** Asks names in place of `dns.servers`. */
  readonly resolver?: Resolver
  /** What tells time and waits: a `FakeClock` in tests. @default that of the system */
  readonly clock?: Clock
  /** Where ids, jitter and boundaries come from. @default that of the system */
  readonly random?: Random
  /** What relative paths are relative to. @default the working directory */
  readonly cwd?: string
  /** The addresses of this machine, to find the public one. @default those of the system */
  readonly interfaces?: () => readonly string[]
  /** What the doctor needs beyond the DNS, in place of sockets and HTTPS; undefined leaves a check out. */
  readonly lookout?: DoctorProbes
  /** Addresses that are no hosts of the internet, for tests. @default all of IANA's special-purpose registries */
  readonly specialRanges?: readonly SpecialRange[]
  /** The port of MTA-STS policy hosts, for tests. @default 443 */
  readonly policyPort?: number
  /** Takes all mail in place of the network, and says what becomes of it. */
  readonly capture?: Capture
  /** Why nothing goes to an address, asked at each attempt; undefined where something may. @default it may to everybody */
  readonly barred?: (address: string) => string | undefined
}

/** What the mailer runs on. */
export interface MailerParts {
  readonly live: ReloadableOptions
  /** That of the queue, where it has one that all its users share. */
  readonly clock: Clock
  readonly recorder: Recorder
  readonly store: QueueStore
  readonly router: Router
  readonly preflight: Preflight
  readonly submission: SubmissionPorts
  readonly engine: DeliveryEngine
  readonly settledWatch: SettledWatch
  readonly statistics: DeliveryStatistics
  /** The addresses of this machine, where others than the system's count. */
  readonly interfaces: (() => readonly string[]) | undefined
  readonly resolver: Resolver
  /** Ends everything but the engine, which is closed before. */
  close(): Promise<void>
  destroy(reason: unknown): void
}

/** @throws MailerError `invalid-key`, `invalid-option`, `queue-unavailable`, `queue-newer` */
export async function openMailerParts(options: ResolvedOptions, seams: MailerSeams): Promise<MailerParts> {
  const machine = seams.clock ?? systemClock
  const random = seams.random ?? systemRandom
  const recorder = openRecorder(seams)
  const reloadable = openReloadableOptions(options)
  const chooseOurs = (from: readonly Address[]): readonly DkimKey[] => chooseKeys(from, reloadable.keys)
  const names = openNames(options, seams.resolver, machine)
  const here = { clock: machine, recorder, names, live: reloadable }
  const preflight = openPreflight(options, seams, { ...here, chooseKeys: chooseOurs })
  const router = openRouter(options, seams, { ...here, random })
  const store = seams.store ?? (await openStore(options, machine, recorder))
  // Who captures moves its own clock on.
  const clock = seams.capture === undefined ? (store.clock ?? machine) : machine
  const submission = submissionPorts({ live: reloadable, clock, preflight, chooseKeys: chooseOurs, store, recorder })
  const statistics = openStatistics(options, { clock, store, recorder, capture: seams.capture })
  const engine =
    seams.deliver === false
      ? noDelivery
      : openDeliveryEngine({
          options,
          live: reloadable,
          preflight,
          clock,
          random,
          store,
          router,
          resolver: names.resolver,
          recorder,
          chooseKeys: chooseOurs,
          statistics,
          capture: seams.capture,
          barred: seams.barred,
        })
  const settledWatch = new SettledWatch({ history: id => store.history(id), on: recorder.on, clock })
  return {
    live: reloadable,
    clock,
    recorder,
    store,
    router,
    preflight,
    submission,
    engine,
    settledWatch,
    statistics,
    interfaces: seams.interfaces,
    resolver: names.resolver,
    close: async () => {
      settledWatch.close()
      await statistics.close()
      preflight.close()
      await router.close()
      await names.close()
      await store.close()
    },
    destroy: reason => {
      engine.destroy(reason)
      statistics.destroy()
      settledWatch.close()
      preflight.close()
      store.destroy(reason)
      // What remains to be ended has nothing to lose.
      Promise.all([router.close(), names.close()]).catch(() => {})
    },
  }
}

function openRecorder({ logger, metrics }: MailerSeams): Recorder {
  return createRecorder({
    ...(logger === undefined ? {} : { logger }),
    ...(metrics === undefined ? {} : { metrics }),
  })
}

/** What is accepted, and complaints, are told wherever they come in. */
function openStatistics(
  { delivery }: ResolvedOptions,
  {
    clock,
    store,
    recorder,
    capture,
  }: Pick<MailerParts, 'clock' | 'store' | 'recorder'> & {
    readonly capture: Capture | undefined
  },
): DeliveryStatistics {
  const onTrouble = (error: unknown): void => recorder.record(errorFact('writing statistics', error, clock.now()))
  const statistics = new DeliveryStatistics({ clock, store, onTrouble })
  const isPlayed = (domain: string): boolean =>
    capture !== undefined || (delivery.testAddresses && isTestDomain(domain))
  const isReal = (recipient: string): boolean => !isPlayed(recipient.slice(recipient.lastIndexOf('@') + 1))
  recorder.on('queued', ({ recipients, account }) => {
    const real = recipients.filter(isReal).length
    if (real > 0) statistics.count('accepted', real, account)
  })
  recorder.on('complained', ({ recipient, account }) => {
    if (isReal(recipient)) statistics.count('complained', 1, account)
  })
  return statistics
}

function egressOf({ hostname, egress }: ResolvedOptions): Egress {
  return { hostname, sources: egress.sources }
}

interface PreflightParts {
  readonly clock: Clock
  readonly recorder: Recorder
  readonly names: Names
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly live: ReloadableOptions
}

function openPreflight(
  options: ResolvedOptions,
  seams: MailerSeams,
  { clock, recorder, names, chooseKeys, live }: PreflightParts,
): Preflight {
  return createPreflight({
    resolver: names.resolver,
    freshResolver: names.fresh,
    ranges: seams.specialRanges,
    clock,
    mode: options.preflight,
    egress: () => egressOf(live.options),
    publicAddresses: () => live.options.egress.publicAddresses,
    families: options.delivery.ipFamily === 'auto' ? [4, 6] : [options.delivery.ipFamily],
    viaSmarthost: options.routes.some(route => route.domain === '*'),
    chooseKeys,
    record: recorder.record,
    mailPort: options.delivery.port,
    returnPath: () => live.returnKeys && sampleOf(live.returnKeys, clock),
    ...openDoctorProbes({
      options,
      egress: () => live.options.egress,
      resolver: names.fresh,
      clock,
      chooseKeys,
      policyPort: seams.policyPort,
    }),
    ...seams.lookout,
    ...(names.askServer === undefined ? {} : { askServer: names.askServer }),
    ...(seams.interfaces === undefined ? {} : { interfaces: seams.interfaces }),
  })
}

interface RouterParts {
  readonly live: ReloadableOptions
  readonly clock: Clock
  readonly random: Random
  readonly recorder: Recorder
  readonly names: Names
}

function openRouter(
  options: ResolvedOptions,
  { policyPort }: MailerSeams,
  { clock, random, recorder, names, live }: RouterParts,
): Router {
  const { cacheFile } = options.mtaSts
  const router = createRouter({
    resolver: names.resolver,
    clock,
    random,
    egress: () => egressOf(live.options),
    routes: options.routes,
    overflow: () => live.options.egress.overflow,
    providers: options.providers,
    delivery: options.delivery,
    tls: options.tls,
    mtaSts: {
      ...(cacheFile === undefined ? {} : { storage: filePolicyStorage(cacheFile) }),
      ...(policyPort === undefined ? {} : { port: policyPort }),
    },
    record: recorder.record,
  })
  if (!options.delivery.testAddresses) return router
  return {
    ...router,
    findRoute: async (domain, needs, signal) =>
      isTestDomain(domain)
        ? (await import('../flow/play.ts')).testRoute(domain)
        : router.findRoute(domain, needs, signal),
  }
}

async function openStore({ queue }: ResolvedOptions, clock: Clock, recorder: Recorder): Promise<QueueStore> {
  if (queue.url === undefined) {
    const onTakeover = (plan: TakeoverPlan): void =>
      recorder.record({ kind: 'queue-takeover', at: clock.now(), ...plan })
    return openSqliteQueue({ path: queue.path, clock, onTakeover })
  }
  // Only who shares a queue pays for it: pg is a peer that need not be there.
  const { openPostgresQueue } = await import('../queue/postgres/open.ts')
  const { url: connectionString, directUrl: directConnectionString } = queue
  return openPostgresQueue({
    connectionString,
    ...(directConnectionString !== undefined && { directConnectionString }),
    clock,
  })
}
