/**
 * Options: the `relay` section of postrider.yaml and the POSTRIDER_RELAY_* variables: what may be set, its defaults, and what
 * the rooms get. The only zod import (a type; the schema gets zod from the mailer's configuration).
 *
 * Policy. As in the mailer's options: durations in `…Ms`, sizes in `…Bytes`, 0 is no limit where a limit may be lifted,
 * unknown keys are refused. Defaults are near those that people set in Postfix by hand.
 *
 * Not here: reading files and variables (the mailer's loadConfig), the old containers' variables (legacy.ts).
 */
import { dirname, join, resolve } from 'node:path'
import {
  type LoadedConfig,
  loadConfig,
  type MailerOptions,
  resolveOptions,
  type SchemaExtension,
} from '@postrider/core'
import type { ZodType } from 'zod'
import { type AccountLimits, type ConfiguredAccount, isSecretHash } from './account/index.ts'
import { senderPatternProblem } from './admission/index.ts'
import { type Environment, translateEnvironment } from './legacy.ts'
import { parseListenAddress } from './listen-address.ts'

export interface AccountOptions {
  readonly name: string
  readonly password?: string | undefined
  readonly passwordHash?: string | undefined
  readonly senders?: readonly string[] | undefined
  readonly rewriteFrom?: string | undefined
  readonly limits?: Partial<AccountLimitOptions> | undefined
}

export interface AccountLimitOptions {
  readonly messagesPerMinute: number
  readonly messagesPerHour: number
  readonly messagesPerDay: number
  readonly recipientsPerMinute: number
  readonly recipientsPerHour: number
  readonly recipientsPerDay: number
}

export interface WebhookOptions {
  readonly url: string
  readonly secret: string
  readonly events: readonly string[]
}

export interface AcmeOptions {
  readonly email: string
  readonly directory: string
  readonly challenge: 'http-01' | 'tls-alpn-01' | 'dns-01'
  readonly names: readonly string[]
  readonly listen: string
  readonly dnsHook: string
}

/** The section with its defaults filled in. */
export interface RelaySettings {
  readonly listen: readonly string[]
  readonly folder: string
  readonly domains: readonly string[]
  readonly accounts: readonly AccountOptions[]
  readonly accountsFile: string
  readonly senders: readonly string[]
  readonly rewriteFrom: string
  readonly postmaster: string
  readonly trustedNetworks: readonly string[]
  readonly proxies: readonly string[]
  readonly certificates: readonly { readonly certificateFile: string; readonly privateKeyFile: string }[]
  readonly certificateFolders: readonly string[]
  readonly acme?: AcmeOptions | undefined
  readonly trace: { readonly client: boolean; readonly login: boolean }
  readonly limits: {
    readonly connections: number
    readonly connectionsPerAddress: number
    readonly loginlessPerMinute: number
    readonly softErrors: number
    readonly hardErrors: number
    readonly errorDelayMs: number
    readonly idleMs: number
    readonly idleBeforeLoginMs: number
    readonly loginWithinMs: number
    readonly bodyIdleMs: number
    readonly bodyMs: number
    readonly mostAtOnce: number
    readonly replyWithinMs: number
    readonly mostReceived: number
    readonly bodyMemoryBytes: number
    readonly bodiesMemoryBytes: number
    readonly freeDiskBytes: number
    readonly account: AccountLimitOptions
  }
  readonly ban: {
    readonly failures: number
    readonly withinMs: number
    readonly firstMs: number
    readonly longestMs: number
    readonly forgetMs: number
  }
  readonly habit: { readonly factor: number; readonly floor: number }
  readonly admin: { readonly listen: string; readonly token: string }
  readonly webhooks: readonly WebhookOptions[]
}

type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T

/** What `createRelay` takes: the mailer's options and the relay's section; every key may be left out. */
export interface RelayOptions extends MailerOptions {
  readonly relay?: DeepPartial<Omit<RelaySettings, 'acme' | 'webhooks'>> & {
    readonly acme?: Partial<AcmeOptions> | undefined
    readonly webhooks?: readonly (Pick<WebhookOptions, 'url' | 'secret'> & Partial<WebhookOptions>)[] | undefined
  }
}

/** Everything settled: the mailer's options and ours. */
export interface RelayConfig extends LoadedConfig {
  readonly relay: RelaySettings
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MIB = 1024 * 1024

/** What a webhook may ask for. */
export const WEBHOOK_EVENTS = [
  'queued',
  'delivered',
  'deferred',
  'delayed',
  'bounced',
  'expired',
  'cancelled',
  'suppressed',
  'held',
  'released',
  'complained',
] as const
const USUAL_EVENTS = ['delivered', 'deferred', 'bounced', 'expired', 'suppressed', 'held', 'complained'] as const

/** The relay's section, for the mailer's schema. */
export const relaySchema: SchemaExtension = z => {
  const text = (doc: string) => z.string().default('').describe(doc)
  const count = (doc: string, fallback: number, most = 1_000_000_000) =>
    z.int().min(0).max(most).default(fallback).describe(doc)
  const ms = (doc: string, fallback: number, least = 1) =>
    z
      .int()
      .min(least)
      .max(30 * DAY)
      .default(fallback)
      .describe(doc)
  const list = (doc: string, item: ZodType<string, string> = z.string().min(1)) =>
    z.array(item).default([]).describe(doc)
  const sender = z
    .string()
    .refine(value => senderPatternProblem(value) === undefined)
    .meta({ wanted: 'name@domain, *@domain, *@*.domain or *' })
  const address = z
    .string()
    .refine(value => parseListenAddress(value) !== undefined)
    .meta({ wanted: 'address:port with /tls, /plain or /proxy behind it, such as 0.0.0.0:587 or [::]:465/tls' })
  const accountLimits = {
    messagesPerMinute: count('Messages in a minute.', 600),
    messagesPerHour: count('Messages in an hour.', 10_000),
    messagesPerDay: count('Messages in a day.', 100_000),
    recipientsPerMinute: count('Recipients in a minute.', 1200),
    recipientsPerHour: count('Recipients in an hour.', 20_000),
    recipientsPerDay: count('Recipients in a day.', 200_000),
  }
  const account = z.strictObject({
    name: z.string().min(1).max(255).describe('The user name to log in with.'),
    password: z
      .string()
      .min(1)
      .meta({ description: 'The password itself; better: passwordHash.', secret: true })
      .optional(),
    passwordHash: z
      .string()
      .refine(isSecretHash)
      .meta({
        description: 'The password as `postrider user hash` prints it.',
        wanted: '$scrypt$ln=15,r=8,p=1$…',
        secret: true,
      })
      .optional(),
    senders: z.array(sender).optional().describe('The addresses it may send as; by default those of `relay.senders`.'),
    rewriteFrom: z.string().optional().describe('The address that takes the place of a From it may not use.'),
    limits: z
      .strictObject(accountLimits)
      .partial()
      .optional()
      .describe('Its own limits, in place of `relay.limits.account`.'),
  })
  const acme = z.strictObject({
    email: text('Where the authority writes to.'),
    directory: z
      .string()
      .default('https://acme-v02.api.letsencrypt.org/directory')
      .describe('The ACME server (RFC 8555).'),
    challenge: z
      .enum(['http-01', 'tls-alpn-01', 'dns-01'])
      .default('http-01')
      .describe('How the names are proved: port 80, port 443, or a DNS record made by `dnsHook`.'),
    names: list('The names in the certificate; by default the hostname.'),
    listen: text('Where challenges are answered; by default [::]:80 for http-01 and [::]:443 for tls-alpn-01.'),
    dnsHook: text('For dns-01: a URL that gets POST {action, name, value} to set and to clear the TXT record.'),
  })
  return {
    relay: z
      .strictObject({
        listen: z
          .array(address)
          .min(1)
          .default(['[::]:587', '[::]:465/tls'])
          .describe(
            'Where to listen: `address:port`, with `/tls` for TLS from the first octet, `/plain` for login without TLS, `/proxy` behind a listed proxy.',
          ),
        folder: text('Where keys, certificates and accounts are kept; by default the folder of the queue file.'),
        domains: list('Domains to sign for; a key is made at first start for each that has none.'),
        accounts: z.array(account).default([]).describe('Who may log in, beside the accounts of `accountsFile`.'),
        accountsFile: text('The file of `postrider user`; by default accounts.db in `folder`.'),
        senders: z
          .array(sender)
          .default([])
          .describe(
            'What accounts without a list of their own may send as; by default every address in and below `domains`.',
          ),
        rewriteFrom: text('The address that takes the place of a From that is not allowed; empty refuses the message.'),
        postmaster: text('Who is told of trouble; by default postmaster@ the first of `domains`.'),
        trustedNetworks: list('Networks whose hosts may relay without login, such as 172.18.0.0/16.'),
        proxies: list('Networks of proxies that speak the PROXY protocol on `/proxy` listeners.'),
        certificates: z
          .array(
            z.strictObject({
              certificateFile: z.string().min(1).describe('PEM, with the chain.'),
              privateKeyFile: z.string().min(1).describe('PEM.'),
            }),
          )
          .default([])
          .describe('Certificates to show; the first one when a client names no host.'),
        certificateFolders: list('Folders with certificates and keys, such as /etc/letsencrypt/live/mail.example.com.'),
        acme: acme.optional().describe('Have certificates made by an ACME server; off unless given.'),
        trace: z
          .strictObject({
            client: z.boolean().default(false).describe('Whether the Received line names the client and its address.'),
            login: z.boolean().default(false).describe('Whether the Received line names the user.'),
          })
          .prefault({})
          .describe('What the world may see of who submitted a message.'),
        limits: z
          .strictObject({
            connections: count('Connections at once.', 2000),
            connectionsPerAddress: count('Connections at once from one address.', 200),
            loginlessPerMinute: count('Connections in a minute from one address that do not log in.', 30),
            softErrors: count('Mistakes in a session after which answers come late.', 3),
            hardErrors: count('Mistakes in a session after which it ends.', 10),
            errorDelayMs: ms('How late.', SECOND),
            idleMs: ms(
              'Silence allowed to a client that is logged in; at least 5 minutes (RFC 5321 §4.5.3.2.7).',
              10 * MINUTE,
              5 * MINUTE,
            ),
            idleBeforeLoginMs: ms('Silence allowed before login.', MINUTE),
            loginWithinMs: ms('Time to log in.', 2 * MINUTE),
            bodyIdleMs: ms('Silence allowed inside a message.', 3 * MINUTE),
            bodyMs: ms('Time for a whole message.', 30 * MINUTE),
            mostAtOnce: count('Messages that are being accepted at once; further ones are told to come back.', 256),
            replyWithinMs: ms('Time to accept a message, after which the client is told to come back.', SECOND),
            mostReceived: count('Received lines that are a loop.', 50),
            bodyMemoryBytes: count('A message above this size waits in a file.', MIB),
            bodiesMemoryBytes: count('Memory for all messages that are coming in.', 128 * MIB, 64 * 1024 * MIB),
            freeDiskBytes: count(
              'Free space on the disk of the queue below which nothing is accepted.',
              128 * MIB,
              1024 * 1024 * MIB,
            ),
            account: z.strictObject(accountLimits).prefault({}).describe('What one account may send; 0 is no limit.'),
          })
          .prefault({})
          .describe('What clients may do.'),
        ban: z
          .strictObject({
            failures: count('Failed logins that ban an address; 0 never bans.', 5),
            withinMs: ms('The time in which they count.', 10 * MINUTE),
            firstMs: ms('How long the first ban lasts; each further one lasts twice as long.', MINUTE),
            longestMs: ms('How long a ban lasts at most.', DAY),
            forgetMs: ms('Time without a ban after which the next one is a first one.', DAY),
          })
          .prefault({})
          .describe('What becomes of addresses that fail to log in.'),
        habit: z
          .strictObject({
            factor: count('A day of this many times the usual recipients puts the account on hold; 0 never does.', 10),
            floor: count('Recipients a day that are never too many.', 500),
          })
          .prefault({})
          .describe('When an account sends far more than it usually does.'),
        admin: z
          .strictObject({
            listen: text('Where the admin HTTP server listens, such as 127.0.0.1:8025; empty has none.'),
            token: z.string().default('').meta({
              description: 'The bearer token it asks for; must be given when it listens beyond loopback.',
              secret: true,
            }),
          })
          .prefault({})
          .describe('Health, metrics and the queue over HTTP.'),
        webhooks: z
          .array(
            z.strictObject({
              url: z
                .string()
                .refine(value => URL.canParse(value) && /^https?:/.test(value))
                .meta({ description: 'Where to post.', wanted: 'an https:// or http:// address' }),
              secret: z
                .string()
                .min(1)
                .meta({ description: 'The signing secret, `whsec_…` (Standard Webhooks).', secret: true }),
              events: z
                .array(z.enum(WEBHOOK_EVENTS))
                .min(1)
                .default([...USUAL_EVENTS])
                .describe('What is told.'),
            }),
          )
          .default([])
          .describe('Who is told what becomes of messages.'),
      })
      .prefault({})
      .describe('The submission relay.'),
  }
}

/**
 * Checks and settles options given in code.
 * @throws MailerError `invalid-option`, one line for each mistake
 */
export async function resolveRelayOptions(options: RelayOptions, cwd = '.'): Promise<RelayConfig> {
  return withRelay(await resolveOptions(options, { cwd, extension: relaySchema }))
}

/** A loaded configuration, with our section under its name. */
export function withRelay(config: LoadedConfig): RelayConfig {
  return { ...config, relay: config.sections.relay as RelaySettings }
}

/** The old Postfix containers' volumes, and where certbot keeps its own. */
const USUAL_CERTIFICATE_FOLDERS = ['/etc/postfix/certs', '/etc/postfix/tls'] as const

/** Where keys, certificates and accounts are kept. */
export function folderOf({ relay, options }: RelayConfig): string {
  if (relay.folder !== '') return resolve(relay.folder)
  return options.queue.path === ':memory:' ? resolve('.') : dirname(options.queue.path)
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

function definedOnly(limits: Readonly<Record<string, number | undefined>>): AccountLimits {
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
}

/**
 * The configuration from postrider.yaml, POSTRIDER_* variables, and those of the old Postfix containers.
 * @throws MailerError `invalid-config`, one line for each mistake
 */
export async function loadRelayConfig({ env, cwd }: RelayConfigRequest): Promise<RelayConfig> {
  return withRelay(await loadConfig({ env: translateEnvironment(env), cwd, extension: relaySchema }))
}

/** The same, for callers that have nothing but an environment. */
export function relayOptionsFromEnvironment(env: Environment, cwd = '.'): Promise<RelayConfig> {
  return loadRelayConfig({ env, cwd })
}
