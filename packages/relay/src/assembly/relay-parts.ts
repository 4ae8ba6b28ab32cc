/**
 * RelayParts: every part of the relay built once from a settled configuration, and closed in the order that loses nothing:
 * no new connections, messages under way answered, webhooks stopped, the mailer last.
 *
 * Not here: what the parts do; listening and the admin server (relay.ts); the policy (smtp-service.ts); another configuration
 * (reload.ts).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createMailer,
  type Logger,
  type Mailer,
  type MailerSeams,
  type QueueCounts,
  systemClock,
} from '@postrider/core'
import { ConfigStore, type EditableAccountStore, Logins, type TokenVerifier } from '../account/index.ts'
import { Bans, VolumeBaselines } from '../admission/index.ts'
import { accountsOf, folderOf, postmasterOf, type RelayConfig, sendersOf, spoolOf } from '../config/options.ts'
import { kept, Prometheus, type Readiness } from '../http/index.ts'
import { StoredKeys } from '../key/index.ts'
import type { Listener } from '../listener/index.ts'
import type { HttpServer } from '../server/index.ts'
import type { RelayStore } from '../store/index.ts'
import { AcmeRenewal } from '../upkeep/acme-renewal.ts'
import { Certificates } from '../upkeep/certificates.ts'
import { Disk } from '../upkeep/free-disk.ts'
import { Postmaster } from '../upkeep/postmaster-mail.ts'
import { VolumeFile } from '../upkeep/volume-file.ts'
import { Background } from '../upkeep/warm-preflight.ts'
import type { ListedAccount, V1Ports } from '../v1/index.ts'
import { Dispatcher, Records, takeOver } from '../webhook/index.ts'
import { currentOf, type RelayContext } from './context.ts'
import { accountsBeside, openStore } from './open-accounts.ts'
import { readinessOf } from './readiness.ts'
import { type Reloaded, reloader } from './reload.ts'
import { openSmtpService } from './smtp-service.ts'

/** What embedders and tests may hand in, beside the seams of the mailer. */
export interface RelaySeams extends Omit<MailerSeams, 'metrics'> {
  /** Checks OAuth 2.0 tokens; with it XOAUTH2 and OAUTHBEARER are offered. */
  readonly verifyToken?: TokenVerifier
  /** Reads the configuration again, for who asks for it over HTTP. @default that of the start */
  readonly readConfig?: () => Promise<RelayConfig>
}

/** What the relay as a whole answers for over HTTP. */
export type OwnRoutes = Pick<V1Ports, 'readiness' | 'reload' | 'version'>

export interface RelayParts {
  readonly config: RelayConfig
  readonly mailer: Mailer
  readonly metrics: Prometheus
  readonly listener: Listener
  /** Listens for HTTP wherever that is asked for; nothing of it is loaded before. @throws MailerError `invalid-option` */
  listenHttp(own: OwnRoutes): Promise<readonly HttpServer[]>
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
  const { verifyToken: _verifyToken, readConfig: _readConfig, ...mailerSeams } = seams
  const clock = seams.clock ?? systemClock
  const metrics = new Prometheus()
  const current = currentOf(config)
  const folder = folderOf(config)
  const logger = seams.logger ?? SILENT
  const certificates = new Certificates({ config, clock, logger })
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const store = await openStore(config, clock)
  const accounts = await openAllAccounts(config, store)
  const mailer = await createMailer(config, { ...mailerSeams, clock, logger, metrics })
  const context: RelayContext = { current, clock, logger, metrics, folder, mailer }
  try {
    return await buildRelay(context, { store, accounts, certificates, seams })
  } catch (error) {
    await Promise.all([mailer.close({ withinMs: 0 }), accounts.stored.close(), store.close()])
    certificates.close()
    throw error
  }
}

/** Counting what waits reads much of a long queue. */
const COUNTS_KEPT_MS = 10_000

interface OpenedParts {
  readonly store: RelayStore
  readonly accounts: Accounts
  readonly certificates: Certificates
  readonly seams: RelaySeams
}

async function buildRelay(
  context: RelayContext,
  { store, accounts, certificates, seams }: OpenedParts,
): Promise<RelayParts> {
  const { current, clock, mailer, metrics } = context
  const told = await certificates.open()
  const upkeep = openUpkeep(context, accounts)
  const webhooks = await openWebhooks(context, store)
  const { background, disk, postmaster } = upkeep
  const logins = openLogins(context, accounts, seams)
  const bans = new Bans({ clock, options: () => current.config.relay.ban })
  const { listener, policy } = openSmtpService(context, { ...upkeep, logins, certificates, bans })
  if (current.config.options.notices.to !== 'nobody') postmaster.start()
  await Promise.all([upkeep.volumeFile.open(), disk.watch()])
  const acme = openRenewal(context, certificates)
  await webhooks.start()
  const ends: (() => Promise<void>)[] = []
  const counts = kept(() => mailer.queue.counts(), COUNTS_KEPT_MS, clock)
  let http: readonly HttpServer[] = []
  let closing: Promise<void> | undefined
  const stopLooking = (): void => {
    for (const one of [background, postmaster, disk, certificates]) one.close()
  }
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
    readiness: () => readinessOf(context, certificates, disk),
    reload: reloader(context, { accounts: accounts.configured, certificates, webhooks, background, seams }),
    onClose: end => ends.push(end),
    listenHttp: async own => {
      if (current.config.relay.http.listen.length === 0) return []
      const { startHttpService } = await import('./http-service.ts')
      http = await startHttpService(context, {
        policy,
        certificates,
        keys: new StoredKeys(store, clock),
        logins,
        bans,
        records: new Records(store),
        v1: { ...own, accounts: () => listAccounts(accounts), counts },
      })
      return http
    },
    close: withinMs => {
      closing ??= (async () => {
        await Promise.all([listener.close({ withinMs }), ...http.map(server => server.close(withinMs, clock))])
        stopLooking()
        await acme?.close()
        await Promise.all([...ends.map(end => end()), webhooks.close(), upkeep.volumeFile.close()])
        await mailer.close({ withinMs })
        await Promise.all([accounts.stored.close(), store.close()])
      })()
      return closing
    },
    destroy: reason => {
      listener.destroy(reason)
      for (const server of http) server.destroy()
      stopLooking()
      mailer.destroy(reason)
      // Never rejects: all are settled.
      void Promise.allSettled([...ends.map(end => end()), webhooks.close(), accounts.stored.close()]).finally(() =>
        store.close(),
      )
    },
  }
}

/** What runs beside the mail. */
interface Upkeep {
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
    volumeFile: new VolumeFile({ folder, baselines, clock }),
    disk: new Disk({ folder: spoolOf(current.config), leastFreeBytes, clock }),
    background: new Background({ mailer, clock, logger, senders: () => allSenders(current.config, accounts) }),
    postmaster: new Postmaster({ mailer, clock, logger, address: () => postmasterOf(current.config) }),
  }
}

function openLogins({ current, clock, logger }: RelayContext, accounts: Accounts, seams: RelaySeams): Logins {
  return new Logins({
    stores: [accounts.configured, accounts.stored],
    clock,
    usualSenders: () => sendersOf(current.config),
    usualRewriteFrom: () => current.config.relay.rewriteFrom || undefined,
    onTrouble: error =>
      logger.error({ event: 'login-trouble', problem: (error as Error).message }, 'accounts cannot be read'),
    ...(seams.verifyToken ? { verifyToken: seams.verifyToken } : {}),
  })
}

async function listAccounts({ configured, stored }: Accounts): Promise<readonly ListedAccount[]> {
  const first = await configured.list()
  const names = new Set(first.map(({ name }) => name))
  return [
    ...first.map(account => ({ ...account, from: 'configuration' as const })),
    ...(await stored.list())
      .filter(({ name }) => !names.has(name))
      .map(account => ({ ...account, from: 'store' as const })),
  ]
}

/** Whatever anybody may send as. */
async function allSenders(config: RelayConfig, { configured, stored }: Accounts): Promise<readonly string[]> {
  const accounts = [...(await configured.list()), ...(await stored.list())]
  const addresses = [config.relay.rewriteFrom, ...accounts.map(account => account.rewriteFrom ?? '')]
  const patterns = accounts.flatMap(account => account.senders)
  return [...config.relay.domains, ...sendersOf(config), ...patterns, ...addresses.filter(address => address !== '')]
}

interface Accounts {
  readonly configured: ConfigStore
  readonly stored: EditableAccountStore
}

async function openAllAccounts(config: RelayConfig, store: RelayStore): Promise<Accounts> {
  const configured = new ConfigStore()
  await configured.replace(accountsOf(config))
  return { configured, stored: await accountsBeside(store, config) }
}

/** Begins at once, beside everything else: port 80 or 443 may be another's for a while. */
function openRenewal(
  { current: { config }, clock, logger }: RelayContext,
  certificates: Certificates,
): AcmeRenewal | undefined {
  const { acme } = config.relay
  if (acme === undefined) return undefined
  const renewal = new AcmeRenewal({ config, acme, clock, logger, onNew: () => certificates.reload() })
  renewal.start()
  return renewal
}

async function openWebhooks(context: RelayContext, store: RelayStore): Promise<Dispatcher> {
  const { current, clock, logger, metrics, mailer, folder } = context
  const records = new Records(store)
  const newest = (): Promise<number> => mailer.newestFact()
  await takeOver(join(folder, 'webhooks.json'), records, newest)
  return new Dispatcher({
    endpoints: current.config.relay.webhooks,
    facts: options => mailer.facts(options),
    readFacts: options => mailer.readFacts(options),
    newest,
    record: fact => mailer.record(fact),
    records,
    clock,
    logger,
    metrics,
  })
}

const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
