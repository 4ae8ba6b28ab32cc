/**
 * Options: the `relay` section of postrider.yaml and the POSTRIDER_RELAY_* variables as programs see it, and what follows from
 * its values.
 *
 * Not here: defaults and bounds (schema.ts), reading files and variables (the mailer's loadConfig), the old containers'
 * variables (legacy.ts).
 */
import { dirname, join, resolve } from 'node:path'
import { type LoadedConfig, loadConfig, type MailerOptions, resolveOptions } from '@postrider/core'
import type { AccountLimits, ConfiguredAccount } from '../account/index.ts'
import { type Environment, translateEnvironment } from './container-variables.ts'
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
  readonly relay?: RelaySectionOptions | undefined
}

/** Everything settled: the mailer's options and ours. */
export interface RelayConfig extends LoadedConfig {
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
  const { to, from } = config.options.notices
  const options = { ...config.options, notices: { to: to === 'auto' ? 'sender' : to, from } as const }
  return { ...config, options, relay: config.sections.relay as RelaySettings }
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

/** Who is told of trouble. */
export function postmasterOf({ relay, options }: RelayConfig): string {
  if (relay.postmaster !== '') return relay.postmaster
  return `postmaster@${relay.domains[0] ?? options.dkim[0]?.domain ?? parentOf(options.hostname)}`
}

/** The accounts as the account room takes them. */
export function accountsOf(config: RelayConfig): readonly ConfiguredAccount[] {
  return config.relay.accounts.map(({ name, senders, password, passwordHash, rewriteFrom, limits }) => ({
    name,
    senders: senders ?? [],
    ...(password === undefined ? {} : { password }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(rewriteFrom === undefined ? {} : { rewriteFrom }),
    ...(limits === undefined ? {} : { limits: definedOnly(limits) }),
  }))
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
  readonly env: Environment
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
