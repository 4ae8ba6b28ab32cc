/**
 * RelayParts: every part of the relay built once from a settled configuration, and closed in the order that loses nothing:
 * no new connections, messages under way answered, webhooks stopped, the mailer last.
 *
 * Not here: what the parts do; listening and the admin server (relay.ts); the policy (smtp-service.ts); another configuration
 * (reload.ts).
 */
import { mkdir } from 'node:fs/promises'
import {
  createMailer,
  type Logger,
  type Mailer,
  type MailerSeams,
  type QueueCounts,
  systemClock,
} from '@postrider/core'
import { Logins, type TokenVerifier, VerifierPool } from '../account/index.ts'
import { kept, Prometheus, type Readiness } from '../admin/index.ts'
import { VolumeBaselines } from '../admission/index.ts'
import { folderOf, postmasterOf, type RelayConfig, sendersOf, spoolOf } from '../config/options.ts'
import type { Listener } from '../listener/index.ts'
import type { RelayStore } from '../store/index.ts'
import { Certificates } from '../upkeep/certificates.ts'
import { Disk } from '../upkeep/free-disk.ts'
import { Postmaster } from '../upkeep/postmaster-mail.ts'
import { VolumeFile } from '../upkeep/volume-file.ts'
import { Background } from '../upkeep/warm-preflight.ts'
import type { V1Ports } from '../v1/index.ts'
import { openAdmission } from './admission-service.ts'
import { type Accounts, allSenders, listAccounts, openAllAccounts } from './all-accounts.ts'
import { anyoneOf, openCapture, resumeReleases } from './capture.ts'
import { currentOf, type RelayContext } from './context.ts'
import type { HttpListening } from './http-service.ts'
import { openStore } from './open-accounts.ts'
import { PublicPart } from './public-part.ts'
import { readinessOf } from './readiness.ts'
import { type Reloaded, reloader } from './reload.ts'
import { openRenewal } from './renewal.ts'
import { type KeyRotationSeams, startKeyRotation } from './signing-keys.ts'
import { openSmtpService } from './smtp-service.ts'
import { openTelling } from './webhook-service.ts'

/** What embedders and tests may hand in, beside the seams of the mailer. */
export interface RelaySeams extends Omit<MailerSeams, 'metrics'>, Pick<KeyRotationSeams, 'nameServer'> {
  /** Checks OAuth 2.0 tokens; with it XOAUTH2 and OAUTHBEARER are offered. */
  readonly verifyToken?: TokenVerifier
  /** Where endpoints may be that were made over HTTP. @default everywhere in the public internet */
  readonly mayReach?: (address: string) => boolean
  /** Reads the configuration again, for who asks for it over HTTP. @default that of the start */
  readonly readConfig?: () => Promise<RelayConfig>
}

/** What the relay as a whole answers for over HTTP. */
export interface OwnRoutes extends Pick<V1Ports, 'readiness' | 'reload' | 'version'> {
  /** Where the web interface was built into. */
  readonly webFolder: URL
}

export interface RelayParts {
  readonly config: RelayConfig
  readonly mailer: Mailer
  readonly metrics: Prometheus
  readonly listener: Listener
  /** What listens for strangers. */
  publicServers(): PublicPart['servers']
  /** Listens for HTTP wherever that is asked for; nothing of it is loaded before. @throws MailerError `invalid-option` */
  listenHttp(own: OwnRoutes): Promise<HttpListening>
  readonly background: Background
  readonly told: readonly string[]
  readonly counts: () => Promise<QueueCounts>
  readiness(): Promise<Readiness>
  reload(config: RelayConfig): Promise<Reloaded>
  /** Something else to end, before the mailer does. */
  onClose(end: () => Promise<void>): void
  close(withinMs: number): Promise<void>
  destroy(reason: unknown): void
}

/** @throws MailerError `invalid-option`, `invalid-key`, `queue-unavailable`, `queue-newer` */
export async function openRelayParts(config: RelayConfig, seams: RelaySeams): Promise<RelayParts> {
  const { verifyToken: _verify, readConfig: _read, mayReach: _reach, nameServer: _server, ...mailerSeams } = seams
  const machine = seams.clock ?? systemClock
  const metrics = new Prometheus()
  const current = await currentOf(config)
  const folder = folderOf(config)
  const logger = seams.logger ?? SILENT
  const certificates = new Certificates({ config, clock: machine, logger })
  await mkdir(folder, { recursive: true, mode: 0o750 })
  // Of a start that fails nothing is left, the last opened ends first.
  await using opened = new AsyncDisposableStack()
  opened.defer(() => certificates.close())
  const capture = await openCapture(current, { ...mailerSeams, clock: machine, logger })
  opened.defer(() => capture?.close(0))
  const store = await openStore(config, machine)
  opened.defer(() => store.close())
  const accounts = await openAllAccounts(config, store)
  opened.defer(() => accounts.stored.close())
  const capturing = capture === undefined ? { clock: machine } : { clock: capture.clock, capture }
  const mailer = await createMailer(config, { ...mailerSeams, ...capturing, logger, metrics })
  opened.defer(() => mailer.close({ withinMs: 0 }))
  capture?.follow(mailer)
  // What is kept in the database of the queue is told by one clock, too.
  const clock = capture === undefined ? mailer.clock : machine
  const publicPart = new PublicPart(current)
  const context: RelayContext = { current, clock, logger, metrics, folder, mailer, capture, publicPart }
  const parts = await buildRelay(context, { store, accounts, certificates, publicPart, seams })
  opened.move()
  return finishStart(parts, context)
}

/** Mail that leaves a relay that captures leaves it when nothing else can refuse the start. */
async function finishStart(parts: RelayParts, context: RelayContext): Promise<RelayParts> {
  try {
    await resumeReleases(context)
    return parts
  } catch (error) {
    await parts.close(0)
    throw error
  }
}

const NOT_LISTENING: HttpListening = { servers: [], interfaceUrls: [], end: async () => undefined }

/** Passwords of accounts and of users stand in one line: at some 60 ms each, the last waits for a quarter of a minute. */
const VERIFIERS = { parallel: 1, waiting: 256 } as const

/** Counting what waits reads much of a long queue. */
const COUNTS_KEPT_MS = 10_000

interface OpenedParts {
  readonly store: RelayStore
  readonly accounts: Accounts
  readonly certificates: Certificates
  readonly publicPart: PublicPart
  readonly seams: RelaySeams
}

async function buildRelay(
  context: RelayContext,
  { store, accounts, certificates, publicPart, seams }: OpenedParts,
): Promise<RelayParts> {
  const { current, clock, mailer, metrics } = context
  const told = await certificates.open()
  const upkeep = openUpkeep(context, accounts)
  const { background, verifiers } = upkeep
  const telling = await openTelling(context, store, seams)
  const { dispatcher: webhooks } = telling
  const logins = openLogins(context, { accounts, verifiers, seams })
  const admission = openAdmission(context, store)
  const { listener, policy, poster } = openSmtpService(context, { ...upkeep, ...admission, logins, certificates })
  await beginUpkeep(upkeep, current.config)
  const acme = openRenewal(context, certificates)
  const { rotations, turning } = startKeyRotation(context, store, seams)
  await webhooks.start()
  const reloaded = { accounts: accounts.configured, certificates, webhooks, background, rotations, seams }
  const ends: (() => Promise<void>)[] = [async () => acme?.close(), admission.close, () => turning.close()]
  const counts = kept(() => mailer.queue.counts(), COUNTS_KEPT_MS, clock)
  let http = NOT_LISTENING
  const servers = () => [publicPart, ...http.servers]
  let closing: Promise<void> | undefined
  const stopLooking = (): void => closeEach([poster, upkeep.background, upkeep.postmaster, upkeep.disk, certificates])
  return {
    get config() {
      return current.config
    },
    mailer,
    metrics,
    listener,
    background,
    told,
    counts,
    readiness: () => readinessOf(context, certificates, upkeep.disk),
    reload: reloader(context, reloaded),
    onClose: end => ends.push(end),
    publicServers: () => publicPart.servers,
    listenHttp: async ({ webFolder, ...own }) => {
      await publicPart.listen(context, certificates)
      acme?.start()
      if (current.config.relay.http.listen.length === 0) return NOT_LISTENING
      const { startHttpService } = await import('./http-service.ts')
      http = await startHttpService(context, {
        ...{ policy, certificates, logins, verifiers, bans: admission.bans, store, webFolder, seams, telling },
        v1: { ...own, accounts: () => listAccounts(accounts), accountStore: accounts.stored, counts },
      })
      ends.push(http.end)
      return http
    },
    close: withinMs => {
      closing ??= (async () => {
        await Promise.all([listener.close({ withinMs }), ...servers().map(each => each.close(withinMs, clock))])
        stopLooking()
        await Promise.all([...ends.map(end => end()), webhooks.close(withinMs), upkeep.volumeFile.close()])
        await closeMail(context, withinMs)
        await Promise.all([accounts.stored.close(), store.close()])
      })()
      return closing
    },
    destroy: reason => {
      listener.destroy(reason)
      for (const each of servers()) each.destroy()
      stopLooking()
      mailer.destroy(reason)
      context.capture?.destroy(reason)
      // Never rejects: all are settled.
      void endAll([...ends.map(end => end()), webhooks.close(0), accounts.stored.close()], store)
    },
  }
}

async function endAll(endings: readonly Promise<void>[], store: RelayStore): Promise<void> {
  await Promise.allSettled(endings)
  await store.close().catch(() => undefined)
}

/** Both have the same time; what captures takes mail for as long as its mailer has some. */
async function closeMail({ mailer, capture }: RelayContext, withinMs: number): Promise<void> {
  await Promise.all([mailer.close({ withinMs }), capture?.releases.close(withinMs)])
  await capture?.close(0)
}

function closeEach(parts: readonly { close(): void }[]): void {
  for (const part of parts) part.close()
}

/** What runs beside the mail. */
interface Upkeep {
  readonly verifiers: VerifierPool
  readonly baselines: VolumeBaselines
  readonly volumeFile: VolumeFile
  readonly disk: Disk
  readonly background: Background
  readonly postmaster: Postmaster
}

function openUpkeep({ current, clock, logger, folder, mailer }: RelayContext, accounts: Accounts): Upkeep {
  const baselines = new VolumeBaselines({ clock, options: () => current.config.relay.spike })
  const leastFreeBytes = (): number => current.config.relay.limits.freeDiskBytes
  return {
    baselines,
    verifiers: new VerifierPool(VERIFIERS),
    volumeFile: new VolumeFile({ folder, baselines, clock }),
    disk: new Disk({ folder: spoolOf(current.config), leastFreeBytes, clock }),
    background: new Background({ mailer, clock, logger, senders: () => allSenders(current.config, accounts) }),
    postmaster: new Postmaster({ mailer, clock, logger, address: () => postmasterOf(current.config) }),
  }
}

async function beginUpkeep({ postmaster, volumeFile, disk }: Upkeep, { options }: RelayConfig): Promise<void> {
  if (options.notices.to !== 'nobody') postmaster.start()
  await Promise.all([volumeFile.open(), disk.watch()])
}

interface LoginParts {
  readonly accounts: Accounts
  readonly verifiers: VerifierPool
  readonly seams: RelaySeams
}

function openLogins({ current, clock, logger }: RelayContext, { accounts, verifiers, seams }: LoginParts): Logins {
  return new Logins({
    pool: verifiers,
    stores: [accounts.configured, accounts.stored],
    clock,
    usualSenders: () => sendersOf(current.config),
    usualRewriteFrom: () => current.config.relay.rewriteFrom || undefined,
    anyone: anyoneOf(current.config)?.login,
    onTrouble: error =>
      logger.error({ event: 'login-trouble', problem: (error as Error).message }, 'accounts cannot be read'),
    ...(seams.verifyToken ? { verifyToken: seams.verifyToken } : {}),
  })
}

const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
