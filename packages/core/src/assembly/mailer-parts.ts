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
import { isTestDomain } from '../model/route.ts'
import { createRecorder, type Logger, type Metrics, type Recorder } from '../observe/index.ts'
import { createPreflight, type DoctorProbes, type Preflight } from '../preflight/index.ts'
import { openSqliteQueue, type QueueStore } from '../queue/index.ts'
import { createRouter, filePolicyStorage, type Router } from '../route/index.ts'
import { chooseKeys } from '../sign/index.ts'
import { type DeliveryEngine, noDelivery, openDeliveryEngine } from './delivery-engine.ts'
import { openDoctorProbes } from './doctor-probes.ts'
import { openReloadableOptions, type ReloadableOptions } from './reloadable-options.ts'
import { type Names, openNames } from './resolvers.ts'
import { submissionPorts } from './submission-ports.ts'

/** What embedders and tests may hand in. */
export interface MailerSeams {
  /** Whether this mailer delivers, or only submits and looks. @default true */
  readonly deliver?: boolean
  /** pino-shaped. @default silent */
  readonly logger?: Logger
  /** @default none */
  readonly metrics?: Metrics
  /** Keeps what is queued, in place of `queue.path` and `queue.url`; the mailer closes it. */
  readonly store?: QueueStore
  /** Asks names in place of `dns.servers`. */
  readonly resolver?: Resolver
  readonly clock?: Clock
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
}

/** What the mailer runs on. */
export interface MailerParts {
  readonly live: ReloadableOptions
  readonly clock: Clock
  readonly recorder: Recorder
  readonly store: QueueStore
  readonly router: Router
  readonly preflight: Preflight
  readonly submission: SubmissionPorts
  readonly engine: DeliveryEngine
  readonly settledWatch: SettledWatch
  /** Ends everything but the engine, which is closed before. */
  close(): Promise<void>
  destroy(reason: unknown): void
}

/** @throws MailerError `invalid-key`, `invalid-option`, `queue-unavailable`, `queue-newer` */
export async function openMailerParts(options: ResolvedOptions, seams: MailerSeams): Promise<MailerParts> {
  const clock = seams.clock ?? systemClock
  const random = seams.random ?? systemRandom
  const recorder = createRecorder({
    ...(seams.logger === undefined ? {} : { logger: seams.logger }),
    ...(seams.metrics === undefined ? {} : { metrics: seams.metrics }),
  })
  const reloadable = openReloadableOptions(options)
  const chooseOurs = (from: readonly Address[]): readonly DkimKey[] => chooseKeys(from, reloadable.keys)
  const names = openNames(options, seams.resolver, clock)
  const preflight = openPreflight(options, seams, { clock, recorder, names, chooseKeys: chooseOurs })
  const router = openRouter(options, seams, { clock, random, recorder, names })
  const store = seams.store ?? (await openStore(options, clock))
  const submission = submissionPorts({ live: reloadable, clock, preflight, chooseKeys: chooseOurs, store, recorder })
  const engine =
    seams.deliver === false
      ? noDelivery
      : openDeliveryEngine({
          options,
          clock,
          random,
          store,
          router,
          resolver: names.resolver,
          recorder,
          chooseKeys: chooseOurs,
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
    close: async () => {
      settledWatch.close()
      preflight.close()
      await router.close()
      await names.close()
      await store.close()
    },
    destroy: reason => {
      engine.destroy(reason)
      settledWatch.close()
      preflight.close()
      store.destroy(reason)
      // What remains to be ended has nothing to lose.
      Promise.all([router.close(), names.close()]).catch(() => {})
    },
  }
}

function egressOf({ hostname, egress }: ResolvedOptions): Egress {
  return { hostname, addresses: egress.addresses }
}

interface PreflightParts {
  readonly clock: Clock
  readonly recorder: Recorder
  readonly names: Names
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
}

function openPreflight(
  options: ResolvedOptions,
  seams: MailerSeams,
  { clock, recorder, names, chooseKeys }: PreflightParts,
): Preflight {
  return createPreflight({
    resolver: names.resolver,
    freshResolver: names.fresh,
    ranges: seams.specialRanges,
    clock,
    mode: options.preflight,
    egress: egressOf(options),
    publicAddresses: options.egress.publicAddresses,
    families: options.delivery.ipFamily === 'auto' ? [4, 6] : [options.delivery.ipFamily],
    viaSmarthost: options.routes.some(route => route.domain === '*'),
    chooseKeys,
    record: recorder.record,
    mailPort: options.delivery.port,
    ...openDoctorProbes({ options, resolver: names.fresh, clock, chooseKeys, policyPort: seams.policyPort }),
    ...seams.lookout,
    ...(names.askServer === undefined ? {} : { askServer: names.askServer }),
    ...(seams.interfaces === undefined ? {} : { interfaces: seams.interfaces }),
  })
}

interface RouterParts {
  readonly clock: Clock
  readonly random: Random
  readonly recorder: Recorder
  readonly names: Names
}

function openRouter(
  options: ResolvedOptions,
  { policyPort }: MailerSeams,
  { clock, random, recorder, names }: RouterParts,
): Router {
  const { cacheFile } = options.mtaSts
  const router = createRouter({
    resolver: names.resolver,
    clock,
    random,
    egress: egressOf(options),
    routes: options.routes,
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
        ? (await import('../flow/test-addresses.ts')).testRoute(domain)
        : router.findRoute(domain, needs, signal),
  }
}

async function openStore({ queue }: ResolvedOptions, clock: Clock): Promise<QueueStore> {
  if (queue.url === undefined) return openSqliteQueue({ path: queue.path, clock })
  // Only who shares a queue pays for it: pg is a peer that need not be there.
  const { openPostgresQueue } = await import('../queue/postgres/store.ts')
  const { url: connectionString, directUrl: directConnectionString } = queue
  return openPostgresQueue({
    connectionString,
    ...(directConnectionString !== undefined && { directConnectionString }),
    clock,
  })
}
