/**
 * Schema: the one shape of the `relay` section: every key with its default, its bounds and its doc line. The JSON Schema and
 * the table of options are made from it. The mailer hands in what shapes are made of.
 *
 * Policy. As in the mailer's schema: strict objects, durations in `…Ms`, sizes in `…Bytes`; a key says in words what it wants.
 * 0 is no limit where a limit may be lifted. Defaults are near those that people set in Postfix by hand.
 *
 * Not here: the kinds of values (vocabulary.ts), types for programs, and what follows from the values (options.ts).
 */
import type { DurableFact, SchemaExtension } from '@postrider/core'
import { DAY, isMailbox, type Kinds, MIB, MINUTE, MOST, SECOND, type Words, words } from './vocabulary.ts'

/** What a webhook may ask for: the durable facts. */
const WEBHOOK_EVENTS = [
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
  'uncertain',
  'notice-queued',
] as const satisfies readonly DurableFact['kind'][]
const USUAL_EVENTS = ['delivered', 'deferred', 'bounced', 'expired', 'suppressed', 'held', 'complained'] as const

const ACCOUNT_LIMITS = {
  messagesPerMinute: ['Messages in a minute.', 600],
  messagesPerHour: ['Messages in an hour.', 10_000],
  messagesPerDay: ['Messages in a day.', 100_000],
  recipientsPerMinute: ['Recipients in a minute.', 1200],
  recipientsPerHour: ['Recipients in an hour.', 20_000],
  recipientsPerDay: ['Recipients in a day.', 200_000],
} as const
type AccountLimitName = keyof typeof ACCOUNT_LIMITS

function accountLimits<T>(make: (doc: string, fallback: number) => T): Record<AccountLimitName, T> {
  const entries = Object.entries(ACCOUNT_LIMITS).map(([name, [doc, fallback]]) => [name, make(doc, fallback)])
  return Object.fromEntries(entries) as Record<AccountLimitName, T>
}

function accountShape(k: Kinds, is: Words) {
  const own = accountLimits(doc => k.int().min(0).max(MOST).optional().describe(doc))
  return k.strictObject({
    name: k.string().min(1).max(255).describe('The user name to log in with.'),
    password: is.secret('The password itself; better: passwordHash.').optional(),
    passwordHash: is.hash.optional(),
    senders: k
      .array(is.sender)
      .optional()
      .describe('The addresses it may send as; by default those of `relay.senders`.'),
    rewriteFrom: is.mailbox
      .optional()
      .describe('The address that takes the place of a From and of a MAIL FROM it may not use.'),
    limits: k.strictObject(own).optional().describe('Its own limits, in place of `relay.limits.account`.'),
  })
}

function acmeShape(k: Kinds, is: Words) {
  return k.strictObject({
    email: is.text('Where the authority writes to.'),
    directory: k
      .string()
      .default('https://acme-v02.api.letsencrypt.org/directory')
      .describe('The ACME server (RFC 8555).'),
    challenge: k
      .enum(['http-01', 'tls-alpn-01', 'dns-01'])
      .default('http-01')
      .describe('How the names are proved: port 80, port 443, or a DNS record made by `dnsHook`.'),
    names: is.list('The names in the certificate; by default the hostname.', is.domain),
    listen: is.text('Where challenges are answered; by default [::]:80 for http-01 and [::]:443 for tls-alpn-01.'),
    dnsHook: is.text('For dns-01: a URL that gets POST {action, name, value} to set and to clear the TXT record.'),
  })
}

function limitsShape(k: Kinds, { count, ms }: Words) {
  const idle = 'Silence allowed to a client that is logged in; at least 5 minutes (RFC 5321 §4.5.3.2.7).'
  const free =
    'Free space on the disk of the queue, or with `queue.url` on that of `folder`, below which nothing is accepted.'
  return k.strictObject({
    connections: count(
      'Connections at once; when they are taken, strangers give way to clients that have logged in before.',
      2000,
    ),
    connectionsPerAddress: count('Connections at once from one address.', 200),
    unauthenticatedPerMinute: count('Connections in a minute from one address that do not log in.', 30),
    softErrors: count('Mistakes in a session after which answers come late.', 3),
    hardErrors: count('Mistakes in a session after which it ends.', 10),
    errorDelayMs: ms('How late those answers come.', SECOND),
    idleMs: ms(idle, 10 * MINUTE, 5 * MINUTE),
    idleBeforeLoginMs: ms('Silence allowed before login.', MINUTE),
    loginWithinMs: ms('Time to log in.', 2 * MINUTE),
    bodyIdleMs: ms('Silence allowed inside a message.', 3 * MINUTE),
    bodyMs: ms('Time for a whole message.', 30 * MINUTE),
    maxConcurrentMessages: count('Messages that are being accepted at once; further ones are told to come back.', 256),
    replyWithinMs: ms(
      'Time until a message is ready to be written to the queue (DNS, signing), and as long again for each 4 MiB of it; then the client is told to come back (451). A write that has begun is waited for.',
      SECOND,
    ),
    mostReceived: count(
      'A message with more Received fields than this is taken for a mail loop and refused (RFC 5321 §6.3).',
      50,
    ),
    bodyMemoryBytes: count('A message above this size waits in a file.', MIB),
    bodiesMemoryBytes: count('Memory for all messages that are coming in.', 128 * MIB, 64 * 1024 * MIB),
    freeDiskBytes: count(free, 128 * MIB, 1024 * 1024 * MIB),
    account: k
      .strictObject(accountLimits((doc, fallback) => count(doc, fallback)))
      .prefault({})
      .describe('What one account may send at each relay; 0 is no limit.'),
  })
}

function abuseShape(k: Kinds, { count, ms }: Words) {
  const spike = 'A day of this many times the usual recipients puts the account on hold; 0 never does.'
  const ban = k.strictObject({
    failures: count('Failed logins that ban an address; 0 never bans.', 5),
    withinMs: ms('The time in which they count.', 10 * MINUTE),
    firstMs: ms('How long the first ban lasts; each further one lasts twice as long.', MINUTE),
    longestMs: ms('How long a ban lasts at most.', DAY),
    forgetMs: ms('Time without a ban after which the next one is a first one.', DAY),
  })
  const spikes = k.strictObject({
    factor: count(spike, 10),
    floor: count('Recipients a day that are never too many.', 500),
  })
  return {
    ban: ban.prefault({}).describe('What becomes of addresses that fail to log in.'),
    spike: spikes.prefault({}).describe('When an account sends far more than it usually does.'),
  }
}

function operatingShape(k: Kinds, is: Words) {
  const token = {
    description:
      'The bearer token it asks for, but for `/health` and whether it is ready; must be given when it listens beyond loopback, and for what is posted to it.',
    secret: true,
  } as const
  const admin = k.strictObject({
    listen: is.text('Where the admin HTTP server listens, such as 127.0.0.1:8025; empty has none.'),
    token: k.string().default('').meta(token),
    names: is.list(
      'Names under which it answers without a token, beside localhost, IP addresses and `hostname`.',
      is.domain,
    ),
  })
  const http = k.strictObject({
    listen: is.list(
      'Where HTTP is listened for, with the paths of the Resend API: `address:port/tls`, or `/plain` on loopback or behind `proxies`. Empty has none.',
      is.httpAddress,
    ),
    names: is.list('Names under which it answers, beside localhost, IP addresses and `hostname`.', is.domain),
    proxies: is.list('Networks of proxies in front of it, whose X-Forwarded-For is believed.'),
    requestsPerSecond: is.count('Requests of one API key in a second; 0 is no limit.', 100),
    requestMs: is.ms('Time for a whole request.', 2 * MINUTE),
    bodyBytes: is.count('The largest body of a request.', 64 * MIB, 1024 * MIB),
    bodiesBytes: is.count('Memory for all bodies of requests that are under way.', 256 * MIB, 64 * 1024 * MIB),
  })
  const webhook = k.strictObject({
    url: is.url,
    secret: is.secret('The signing secret, `whsec_…` (Standard Webhooks).'),
    events: k
      .array(k.enum(WEBHOOK_EVENTS))
      .min(1)
      .default([...USUAL_EVENTS])
      .describe('What is told.'),
  })
  return {
    admin: admin.prefault({}).describe('Health, metrics and the queue over HTTP.'),
    http: http.prefault({}).describe('Sending over HTTP, with the API keys of `postrider key`.'),
    webhooks: k
      .array(webhook)
      .default([])
      .describe('Who is told what becomes of messages; of relays that share a queue, one should tell.'),
  }
}

function certificateShape(k: Kinds, is: Words) {
  const pair = k.strictObject({
    certificateFile: is.file('PEM, with the chain.'),
    privateKeyFile: is.file('PEM.'),
  })
  return {
    certificates: k
      .array(pair)
      .default([])
      .describe('Certificates to show; the first one when a client names no host.'),
    certificateFolders: k
      .array(is.file('A folder.'))
      .default([])
      .describe('Folders with certificates and keys, such as /etc/letsencrypt/live/mail.example.com.'),
    acme: acmeShape(k, is).optional().describe('Have certificates made by an ACME server; off unless given.'),
  }
}

function sendersShape(k: Kinds, is: Words) {
  const everyone =
    'What accounts without a list of their own may send as; by default every address in and below `domains`.'
  return {
    domains: is.list('Domains to sign for; a key is made at first start for each that has none.', is.domain),
    accounts: k
      .array(accountShape(k, is))
      .default([])
      .describe('Who may log in, beside the accounts of `accountsFile`.'),
    accountsFile: is.path(
      'The file of `postrider user`; by default accounts.db in `folder` or, with `queue.url`, none: accounts are in that database.',
    ),
    senders: is.list(everyone, is.sender),
    rewriteFrom: k
      .string()
      .refine(value => value === '' || isMailbox(value))
      .meta({ wanted: 'an address, such as forum@example.com' })
      .default('')
      .describe(
        'The address that takes the place of a From and of a MAIL FROM that are not allowed; empty refuses the message.',
      ),
    postmaster: is.text(
      'Who is told of trouble, and of mail that failed and has no sender; by default postmaster@ the first of `domains`.',
    ),
    trustedNetworks: is.list('Networks whose hosts may relay without login, such as 172.18.0.0/16.'),
    proxies: is.list('Networks of proxies that speak the PROXY protocol on `/proxy` listeners.'),
  }
}

/** The relay's section, for the mailer's schema. */
export const relaySchema: SchemaExtension = k => {
  const is = words(k)
  const where =
    'Where to listen: `address:port`, with `/tls` for TLS from the first octet, `/plain` for login without TLS, `/proxy` behind a listed proxy.'
  const trace = k.strictObject({
    client: k.boolean().default(false).describe('Whether the Received line names the client and its address.'),
    login: k.boolean().default(false).describe('Whether the Received line names the user.'),
  })
  const relay = k.strictObject({
    listen: k.array(is.address).min(1).default(['[::]:587', '[::]:465/tls']).describe(where),
    folder: is.path(
      'Where keys, certificates and accounts are kept; by default the folder of `queue.path`, also when `queue.url` keeps the queue.',
    ),
    ...sendersShape(k, is),
    ...certificateShape(k, is),
    trace: trace.prefault({}).describe('What the world may see of who submitted a message.'),
    limits: limitsShape(k, is).prefault({}).describe('What clients may do.'),
    ...abuseShape(k, is),
    ...operatingShape(k, is),
  })
  return { relay: relay.prefault({}).describe('The submission relay.') }
}
