/**
 * Rooms: every room of the relay built once from a settled configuration, and closed in the order that loses nothing:
 * no new connections, messages under way answered, webhooks stopped, the mailer last.
 *
 * Not here: what rooms do; listening and the admin server (relay.ts); certificates on disk (certificates.ts).
 */
import { dirname, join, resolve } from 'node:path'
import { type Clock, createMailer, type Logger, type Mailer, type MailerSeams, systemClock } from '@postrider/core'
import {
  ConfigStore,
  type EditableAccountStore,
  Logins,
  openAccountStore,
  type TokenVerifier,
} from './account/index.ts'
import { AcmeRenewal } from './acme-renewal.ts'
import { Bans, Habits, type InNetwork, KnownRecipients, networkList, trustedNetworks } from './admission/index.ts'
import { Background } from './background.ts'
import { Certificates } from './certificates.ts'
import { Disk } from './disk.ts'
import { HabitFile } from './habit-file.ts'
import { Prometheus, type Readiness } from './http/index.ts'
import { Handover, Listener, MemoryBudget, SubmissionServer } from './listener/index.ts'
import { accountsOf, folderOf, postmasterOf, type RelayConfig, sendersOf } from './options.ts'
import { tellPostmaster } from './postmaster.ts'
import { Cursors, Dispatcher } from './webhook/index.ts'

/** What embedders and tests may hand in, beside the seams of the mailer. */
export interface RelaySeams extends Omit<MailerSeams, 'metrics'> {
  /** Checks OAuth 2.0 tokens; with it XOAUTH2 and OAUTHBEARER are offered. */
  readonly verifyToken?: TokenVerifier
}

export interface RelayRooms {
  readonly config: RelayConfig
  readonly mailer: Mailer
  readonly metrics: Prometheus
  readonly listener: Listener
  readonly background: Background
  readonly told: readonly string[]
  readiness(): Promise<Readiness>
  reload(config: RelayConfig): Promise<void>
  /** Something else to end, before the mailer does. */
  onClose(end: () => Promise<void>): void
  close(withinMs: number): Promise<void>
  destroy(reason: unknown): void
}

/** What may change while the relay runs. */
interface Current {
  config: RelayConfig
  trusted: InNetwork
  proxies: InNetwork
}

/** What every room gets. */
interface Ground {
  readonly current: Current
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Prometheus
  readonly folder: string
  readonly mailer: Mailer
}

/** @throws MailerError `invalid-option`, `invalid-key`, `queue-unavailable`, `queue-newer` */
export async function openRelayRooms(config: RelayConfig, seams: RelaySeams): Promise<RelayRooms> {
  const { verifyToken, ...mailerSeams } = seams
  const clock = seams.clock ?? systemClock
  const metrics = new Prometheus()
  const current: Current = { config, ...networksOf(config) }
  const folder = folderOf(config)
  const logger = seams.logger ?? SILENT
  const certificates = new Certificates({ config, clock, logger })
  const accounts = await openAccounts(config)
  const mailer = await createMailer(config, { ...mailerSeams, clock, logger, metrics })
  const ground: Ground = { current, clock, logger, metrics, folder, mailer }
  try {
    return await furnish(ground, { accounts, certificates, verifyToken })
  } catch (error) {
    await Promise.all([mailer.close({ withinMs: 0 }), accounts.stored.close()])
    certificates.close()
    throw error
  }
}

interface Furniture {
  readonly accounts: Accounts
  readonly certificates: Certificates
  readonly verifyToken: TokenVerifier | undefined
}

async function furnish(ground: Ground, { accounts, certificates, verifyToken }: Furniture): Promise<RelayRooms> {
  const { current, clock, logger, folder, mailer, metrics } = ground
  const { relay: settings } = current.config
  const told = await certificates.open()
  const habits = new Habits({ clock, options: settings.habit })
  const habitFile = new HabitFile({ path: join(folder, 'habits.json'), habits, clock })
  const disk = new Disk({ folder, leastFreeBytes: () => current.config.relay.limits.freeDiskBytes, clock })
  const webhooks = await openWebhooks(ground)
  const background = new Background({ mailer, clock, logger, domains: () => current.config.relay.domains })
  const listener = openListener(ground, {
    habits,
    disk,
    contexts: () => certificates.contexts,
    logins: new Logins({
      stores: [accounts.configured, accounts.stored],
      clock,
      usualSenders: () => sendersOf(current.config),
      ...(settings.rewriteFrom === '' ? {} : { usualRewriteFrom: settings.rewriteFrom }),
      ...(verifyToken ? { verifyToken } : {}),
    }),
  })
  await Promise.all([habitFile.open(), disk.watch()])
  const acme = openRenewal(ground, certificates)
  webhooks?.start()
  const ends: (() => Promise<void>)[] = []
  let closing: Promise<void> | undefined
  const stopLooking = (): void => {
    background.close()
    disk.close()
    certificates.close()
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
    readiness: () => readinessOf(ground, certificates, disk),
    reload: async config => {
      const networks = networksOf(config)
      await accounts.configured.replace(accountsOf(config))
      Object.assign(current, { config, ...networks })
      await certificates.reload()
    },
    onClose: end => ends.push(end),
    close: withinMs => {
      closing ??= (async () => {
        await listener.close({ withinMs })
        stopLooking()
        await acme?.close()
        await Promise.all([...ends.map(end => end()), webhooks?.close(), habitFile.close()])
        await mailer.close({ withinMs })
        await accounts.stored.close()
      })()
      return closing
    },
    destroy: reason => {
      listener.destroy(reason)
      stopLooking()
      mailer.destroy(reason)
      void Promise.allSettled([...ends.map(end => end()), webhooks?.close(), accounts.stored.close()])
    },
  }
}

interface Accounts {
  readonly configured: ConfigStore
  readonly stored: EditableAccountStore
}

async function openAccounts(config: RelayConfig): Promise<Accounts> {
  const configured = new ConfigStore()
  await configured.replace(accountsOf(config))
  const { accountsFile } = config.relay
  const path = accountsFile === '' ? join(folderOf(config), 'accounts.db') : resolve(accountsFile)
  return { configured, stored: await openAccountStore(path) }
}

interface Desk {
  readonly habits: Habits
  readonly disk: Disk
  readonly logins: Logins
  readonly contexts: () => Certificates['contexts']
}

function openListener(
  { current, clock, logger, mailer, metrics, folder }: Ground,
  { habits, disk, logins, contexts }: Desk,
): Listener {
  const { options, relay: settings } = current.config
  const recipients = new KnownRecipients({ find: address => mailer.suppression(address), clock })
  mailer.on('suppressed', fact => recipients.forget(fact.recipient))
  const handover = new Handover({
    mailer,
    hostname: options.hostname,
    clock,
    logger,
    habits,
    onJump: (account, jump) => tellPostmaster({ mailer, logger, to: postmasterOf(current.config), account, jump }),
    replyWithinMs: settings.limits.replyWithinMs,
    mostReceived: settings.limits.mostReceived,
    trace: settings.trace,
  })
  const desk = new SubmissionServer({
    hostname: options.hostname,
    clock,
    logger,
    metrics,
    logins,
    bans: new Bans({ clock, options: settings.ban }),
    recipients,
    handover,
    budget: new MemoryBudget(settings.limits.bodiesMemoryBytes),
    folder: options.queue.path === ':memory:' ? folder : dirname(options.queue.path),
    memoryBytes: settings.limits.bodyMemoryBytes,
    limits: () => ({ ...current.config.relay.limits, ...current.config.options.limits }),
    hasRoom: disk.hasRoom,
  })
  return new Listener({
    desk,
    clock,
    contexts,
    limits: () => current.config.relay.limits,
    isProxy: () => current.proxies,
    isTrusted: () => current.trusted,
  })
}

/** Begins at once, beside everything else: port 80 or 443 may be another's for a while. */
function openRenewal(
  { current: { config }, clock, logger }: Ground,
  certificates: Certificates,
): AcmeRenewal | undefined {
  const { acme } = config.relay
  if (acme === undefined) return undefined
  const renewal = new AcmeRenewal({ config, acme, clock, logger, onNew: () => certificates.reload() })
  renewal.start()
  return renewal
}

async function openWebhooks({ current, clock, logger, mailer, folder }: Ground): Promise<Dispatcher | undefined> {
  const { webhooks } = current.config.relay
  if (webhooks.length === 0) return undefined
  const cursors = new Cursors(join(folder, 'webhooks.json'))
  await cursors.open()
  const facts: Mailer['facts'] = options => mailer.facts(options)
  return new Dispatcher({ endpoints: webhooks, facts, newest: () => newestFact(mailer), cursors, clock, logger })
}

/** Pages through what is kept; asked once in the life of an endpoint. */
async function newestFact(mailer: Mailer): Promise<number> {
  let newest = 0
  for await (const { number } of mailer.facts({ signal: AbortSignal.abort() })) newest = number
  return newest
}

async function readinessOf(
  { mailer, current, clock }: Ground,
  certificates: Certificates,
  disk: Disk,
): Promise<Readiness> {
  const queue = await mailer.queue.counts().then(
    counts => ({ name: 'queue', ok: true, detail: `${counts.messages} messages` }),
    (error: Error) => ({ name: 'queue', ok: false, detail: error.message }),
  )
  const least = current.config.relay.limits.freeDiskBytes
  const free = disk.freeBytes === Number.POSITIVE_INFINITY ? 'unknown' : `${Math.floor(disk.freeBytes / 1024 ** 2)} MiB`
  const checks = [
    queue,
    { name: 'disk', ok: disk.hasRoom(), detail: `${free} free, ${Math.floor(least / 1024 ** 2)} MiB wanted` },
    certificates.check(clock.now()),
  ]
  return { ready: checks.every(check => check.ok), checks }
}

function networksOf({ relay }: RelayConfig): Omit<Current, 'config'> {
  return {
    trusted: trustedNetworks(relay.trustedNetworks, 'relay.trustedNetworks'),
    proxies: networkList(relay.proxies, 'relay.proxies'),
  }
}

const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
