/**
 * Options: the `relay` section of postrider.yaml and the POSTRIDER_RELAY_* variables as programs see it, and what follows from
 * its values.
 *
 * Not here: defaults and bounds (schema.ts), reading files and variables (the mailer's loadConfig), the old containers'
 * variables (legacy.ts).
 */
import { dirname, join, resolve } from 'node:path'
import {
  type LoadedConfig,
  loadConfig,
  MailerError,
  type MailerOptions,
  parseDomain,
  resolveOptions,
} from '@postrider/core'
import type { AccountLimits, ConfiguredAccount } from '../account/index.ts'
import { type Environment, translateEnvironment } from './container-variables.ts'
import { unsubscribePageOf } from './public-root.ts'
import type { AccountLimitOptions, RelaySectionOptions, RelaySettings } from './relay-options.ts'
import { relaySchema } from './schema.ts'

export type {
  AccountOptions,
  AcmeOptions,
  AcmeSettings,
  RelaySectionOptions,
  RelaySettings,
  WebhookOptions,
  WebhookSettings,
} from './relay-options.ts'

/** What `createRelay` takes: the mailer's options and the relay's section; every key may be left out. */
export interface RelayOptions extends MailerOptions {
  /** The section `relay` of postrider.yaml. */
  readonly relay?: RelaySectionOptions | undefined
}

/** Everything settled: the mailer's options and ours. */
export interface RelayConfig extends LoadedConfig {
  /** The section `relay`, with every default filled in. */
  readonly relay: RelaySettings
}

/**
 * Checks and settles options given in code.
 * @throws MailerError `invalid-option`, one line for each mistake
 */
export async function resolveRelayOptions(options: RelayOptions, cwd = '.'): Promise<RelayConfig> {
  return withRelay(await resolveOptions(options, { cwd, extension: relaySchema }))
}

/**
 * A loaded configuration, with our section under its name. A client that only speaks SMTP hears of failures by mail, or not at
 * all (RFC 5321 §6.1).
 */
function withRelay(config: LoadedConfig): RelayConfig {
  const { notices } = config.options
  const to = notices.to === 'auto' ? 'sender' : notices.to
  const relay = withPlainNames(config.sections.relay as RelaySettings)
  const unsubscribeUrl = config.options.feedback.unsubscribeUrl ?? unsubscribePageOf({ ...config, relay })
  const feedback = { ...config.options.feedback, unsubscribeUrl }
  const queue = queueOf(config, relay)
  const options = { ...config.options, queue, notices: { ...notices, to } as const, feedback }
  requirePools(relay, config.options)
  requireSeal(relay, config.options)
  return {
    ...config,
    options,
    relay,
    warnings: [...config.warnings, ...unheard(config.options, relay), ...forgetful(options, relay)],
  }
}

/** @throws MailerError `invalid-option`: mail of an account would leave from nowhere that it was meant to */
function requirePools({ accounts }: RelaySettings, { egress }: RelayConfig['options']): void {
  const pools = new Set(egress.sources.flatMap(({ pool }) => pool ?? []))
  const at = accounts.findIndex(({ pool }) => pool !== undefined && !pools.has(pool))
  if (at < 0) return
  const where = `relay.accounts[${at}].pool`
  const found = accounts[at]?.pool ?? ''
  const wanted = pools.size === 0 ? 'none: egress.sources has no pools' : `one of ${[...pools].join(', ')}`
  throw new MailerError('invalid-option', `${where}: found ${found}, wanted ${wanted}`, {
    where,
    found,
    wanted,
    fix: 'give the pool to an address of egress.sources',
  })
}

/** @throws MailerError `invalid-option`: there is no key to seal with */
function requireSeal({ inbound, domains }: RelaySettings, { dkim }: RelayConfig['options']): void {
  const { seal } = inbound
  // Each of `domains` has a key, or gets one.
  const signed = [...dkim.map(({ domain }) => domain), ...domains]
  if (seal === undefined || signed.some(domain => domain.toLowerCase() === seal.toLowerCase())) return
  const where = 'relay.inbound.seal'
  const wanted = signed.length === 0 ? 'none: no domain is signed for' : `one of ${[...new Set(signed)].join(', ')}`
  throw new MailerError('invalid-option', `${where}: found ${seal}, wanted ${wanted}`, {
    where,
    found: seal,
    wanted,
    fix: 'name a domain with a DKIM key, or leave it out',
  })
}

/** Names of links, as they stand in mail and in certificates: A-labels (RFC 5890 §2.3.2.1). */
function withPlainNames(relay: RelaySettings): RelaySettings {
  const names = relay.public.names.map(name => {
    const plain = parseDomain(name)
    return typeof plain === 'string' ? plain : name
  })
  return { ...relay, public: { ...relay.public, names } }
}

const MONTH_MS = 30 * 86_400_000
/** As of a mailer with `feedback.unsubscribe`. */
const ANSWERED_MS = 2 * MONTH_MS

/** An account may have its own List-Unsubscribe where the mailer has none, and would keep a short history. */
function queueOf(
  { options, historyGiven }: LoadedConfig,
  { accounts }: RelaySettings,
): RelayConfig['options']['queue'] {
  const { queue } = options
  const isAnswered = accounts.some(({ unsubscribe = 'as-given' }) => unsubscribe !== 'as-given')
  if (historyGiven || !isAnswered) return queue
  return { ...queue, keepHistoryMs: Math.max(queue.keepHistoryMs, ANSWERED_MS) }
}

/** One that was given as short. */
function forgetful({ queue, feedback }: RelayConfig['options'], { accounts }: RelaySettings): readonly string[] {
  const at = accounts.findIndex(({ unsubscribe = 'as-given' }) => unsubscribe !== 'as-given')
  const isTold = feedback.complaints || feedback.unsubscribe !== 'as-given'
  if (at < 0 || isTold || queue.keepHistoryMs >= MONTH_MS) return []
  return [
    `queue.keepHistoryMs: found ${queue.keepHistoryMs} beside relay.accounts[${at}].unsubscribe, so that who unsubscribes later is not known any more; leave it out for 5184000000 (60 days)`,
  ]
}

/** Mail that comes back to a domain that nobody receives for is lost without a word. */
function unheard(
  { returnPath: { domain, use, receivedBy } }: RelayConfig['options'],
  { inbound, accounts }: RelaySettings,
): readonly string[] {
  const isUsed = use !== 'as-given' || accounts.some(({ returnPath = use }) => returnPath !== 'as-given')
  if (domain === undefined || !isUsed || receivedBy === 'other' || inbound.listen.length > 0) return []
  return [
    `returnPath.domain: found ${domain} and nobody who receives for it, so that bounces are lost; set relay.inbound.listen, such as 0.0.0.0:25, or returnPath.receivedBy: other`,
  ]
}

/** The old Postfix containers' volumes, and where certbot keeps its own. */
const USUAL_CERTIFICATE_FOLDERS = ['/etc/postfix/certs', '/etc/postfix/tls'] as const

/** Where keys, certificates and accounts are kept: they stay where they are when the queue moves into a database. */
export function folderOf({ relay, options }: RelayConfig): string {
  if (relay.folder !== '') return resolve(relay.folder)
  return options.queue.path === ':memory:' ? resolve('.') : dirname(options.queue.path)
}

/** Where messages are while they come in: on the disk of the queue, or, when that is elsewhere, beside the keys. */
export function spoolOf(config: RelayConfig): string {
  const { path, url } = config.options.queue
  return url === undefined && path !== ':memory:' ? dirname(path) : folderOf(config)
}

/** Folders with certificates: those configured, our own, and those of the old containers. */
export function certificateFolders(config: RelayConfig): readonly string[] {
  return [
    ...config.relay.certificateFolders,
    join(folderOf(config), 'certificates'),
    ...USUAL_CERTIFICATE_FOLDERS,
    join('/etc/letsencrypt/live', config.options.hostname),
  ]
}

/** What an account without a list of its own may send as: every address in and below the domains we sign for. */
export function sendersOf({ relay, options }: RelayConfig): readonly string[] {
  if (relay.senders.length > 0) return relay.senders
  const domains = new Set([...relay.domains, ...options.dkim.map(key => key.domain)])
  if (domains.size === 0) domains.add(parentOf(options.hostname))
  return [...domains].flatMap(domain => [`*@${domain}`, `*@*.${domain}`])
}

/** Where a name of `relay.inbound.aliases` without a domain holds. */
export function aliasDomainsOf({ relay, options }: RelayConfig): readonly string[] {
  const { domain } = options.returnPath
  return [
    ...new Set([
      ...relay.domains,
      ...options.dkim.map(key => key.domain as string),
      ...(domain === undefined ? [] : [domain]),
      options.hostname,
    ]),
  ]
}

/** Who is told of trouble. */
export function postmasterOf({ relay, options }: RelayConfig): string {
  if (relay.postmaster !== '') return relay.postmaster
  return `postmaster@${relay.domains[0] ?? options.dkim[0]?.domain ?? parentOf(options.hostname)}`
}

/** The accounts as the account room takes them. */
export function accountsOf(config: RelayConfig): readonly ConfiguredAccount[] {
  return config.relay.accounts.map(
    ({
      name,
      senders,
      password,
      passwordHash,
      rewriteFrom,
      returnPath,
      passOn,
      unsubscribe,
      feedbackId,
      pool,
      limits,
    }) => ({
      name,
      senders: senders ?? [],
      ...(password === undefined ? {} : { password }),
      ...(passwordHash === undefined ? {} : { passwordHash }),
      ...(rewriteFrom === undefined ? {} : { rewriteFrom }),
      ...(returnPath === undefined ? {} : { returnPath }),
      ...(passOn === undefined ? {} : { passOn }),
      ...(unsubscribe === undefined ? {} : { unsubscribe }),
      ...(feedbackId ? { feedbackId } : {}),
      ...(pool === undefined ? {} : { pool }),
      ...(limits === undefined ? {} : { limits: definedOnly(limits) }),
    }),
  )
}

function definedOnly(limits: AccountLimitOptions): AccountLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

/** `mail.example.com` serves example.com. */
function parentOf(hostname: string): string {
  const labels = hostname.split('.')
  return labels.length > 2 ? labels.slice(1).join('.') : hostname
}

/** Where to look for the configuration. */
export interface RelayConfigRequest {
  /** Where `POSTRIDER_…` and the variables of other containers are read from: usually `process.env`. */
  readonly env: Environment
  /** The folder that `postrider.yaml` is looked for in, and that relative paths start from. */
  readonly cwd: string
  /** What this machine calls itself, for a `hostname` that is not set. @default that of the system */
  readonly machineName?: string
}

/**
 * The configuration from postrider.yaml, POSTRIDER_* variables, and those of the old Postfix containers.
 * @throws MailerError `invalid-config`, one line for each mistake
 */
export async function loadRelayConfig({ env, cwd, machineName }: RelayConfigRequest): Promise<RelayConfig> {
  const name = machineName === undefined ? {} : { machineName }
  return withRelay(await loadConfig({ env: translateEnvironment(env), cwd, extension: relaySchema, ...name }))
}

/** The same, for callers that have nothing but an environment. */
export function relayOptionsFromEnvironment(env: Environment, cwd = '.'): Promise<RelayConfig> {
  return loadRelayConfig({ env, cwd })
}
