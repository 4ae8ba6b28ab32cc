/**
 * Schema: the one shape of the `relay` section: every key with its default, its bounds and its doc line. The JSON Schema and
 * the table of options are made from it. The mailer hands in what shapes are made of.
 *
 * Policy. As in the mailer's schema: strict objects, durations in `…Ms`, sizes in `…Bytes`; a key says in words what it wants.
 * 0 is no limit where a limit may be lifted. Defaults are near those that people set in Postfix by hand.
 *
 * Not here: the kinds of values (vocabulary.ts), types for programs, and what follows from the values (options.ts).
 */
import type { SchemaExtension } from '@postrider/core'
import { FACT_KINDS } from '../webhook/fact-kinds.ts'
import { FORMATS } from '../webhook/formats.ts'
import { accountLimits, accountShape } from './account-schema.ts'
import { captureShape } from './capture-schema.ts'
import { inboundShape } from './inbound-schema.ts'
import { oidcShape } from './oidc-schema.ts'
import { publicShape } from './public-schema.ts'
import { DAY, isMailbox, type Kinds, MIB, MINUTE, SECOND, type Words, words } from './vocabulary.ts'

const USUAL_EVENTS = [
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'suppressed',
  'held',
  'complained',
  'returned',
  'unsubscribed',
] as const

function acmeShape(k: Kinds, is: Words) {
  return k.strictObject({
    email: is.text('The address that the authority may write to, about certificates that run out.'),
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
    dnsHook: is.hook('For dns-01: a URL that gets POST {action, name, value} to set and to clear the TXT record.'),
  })
}

function rotationShape(is: Words) {
  const says =
    'A URL that gets POST {action, name, value} to set and to clear the TXT record of a DKIM key; without one the records are changed by hand.'
  return { dnsHook: is.hook(says) }
}

function limitsShape(k: Kinds, { count, ms }: Words) {
  const idle = 'How long a client that is logged in may stay silent; at least 5 minutes (RFC 5321 §4.5.3.2.7).'
  const free =
    'No message is accepted while less than this is free on the disk of the queue or, with `queue.url`, of `folder`.'
  return k.strictObject({
    connections: count(
      'The most connections that may be open at once; when they are taken, strangers give way to clients that have logged in before.',
      2000,
    ),
    connectionsPerAddress: count('The most connections from one address that may be open at once.', 200),
    unauthenticatedPerMinute: count(
      'The most connections that one address may make in a minute without logging in.',
      30,
    ),
    softErrors: count(
      'How many mistakes, such as unknown commands, a client may make in a session before it is answered late.',
      3,
    ),
    hardErrors: count('How many mistakes end the session.', 10),
    errorDelayMs: ms('How long each answer to a further mistake is held back.', SECOND),
    idleMs: ms(idle, 10 * MINUTE, 5 * MINUTE),
    idleBeforeLoginMs: ms('How long a client may stay silent before it has logged in.', MINUTE),
    loginWithinMs: ms('How long a client may take to log in.', 2 * MINUTE),
    bodyIdleMs: ms('How long a client may stay silent while it sends a message.', 3 * MINUTE),
    bodyMs: ms('How long a client may take to send a message.', 30 * MINUTE),
    maxConcurrentMessages: count(
      'The most messages that are accepted at the same time; clients with further ones are told to try again later.',
      256,
    ),
    replyWithinMs: ms(
      'How long it may take to check and sign a message (DNS, keys) before it is written to the queue, and as long again for each 4 MiB of it; after that the client is told to try again later (451). A write to the queue file that has begun is always waited for; one to PostgreSQL, which may be failing over, until this time, and what is found written after it is taken back. Clients give up too: MyBB after 5 seconds.',
      4 * SECOND,
    ),
    mostReceived: count(
      'A message with more Received fields than this is taken for a mail loop and refused (RFC 5321 §6.3).',
      50,
    ),
    bodyMemoryBytes: count('A message larger than this is kept in a file, not in memory, while it comes in.', MIB),
    bodiesMemoryBytes: count(
      'The most memory for all messages together that are coming in.',
      128 * MIB,
      64 * 1024 * MIB,
    ),
    freeDiskBytes: count(free, 128 * MIB, 1024 * 1024 * MIB),
    account: k
      .strictObject(accountLimits((doc, fallback) => count(doc, fallback)))
      .prefault({})
      .describe('What one account may send at each relay; 0 is no limit.'),
  })
}

function abuseShape(k: Kinds, { count, ms }: Words) {
  const spike =
    'An account that sends to this many times its usual number of recipients in a day is held: its messages wait until the operator releases them. 0 never holds.'
  const ban = k.strictObject({
    failures: count('How many failed logins ban an address; 0 never bans.', 5),
    withinMs: ms('The time within which so many logins must fail.', 10 * MINUTE),
    firstMs: ms('How long the first ban lasts; each further one lasts twice as long.', MINUTE),
    longestMs: ms('How long a ban lasts at most.', DAY),
    forgetMs: ms('After this time without a ban the next one is as short as the first again.', DAY),
  })
  const spikes = k.strictObject({
    factor: count(spike, 10),
    floor: count('An account is never held for fewer recipients than this in a day.', 500),
  })
  return {
    ban: ban.prefault({}).describe('How addresses that fail to log in are banned.'),
    spike: spikes.prefault({}).describe('When an account sends far more than it usually does.'),
  }
}

function operatingShape(k: Kinds, is: Words) {
  const token = {
    description:
      'The bearer token that requests must show, except for `/health` and for whether the relay is ready. Needed when the server listens beyond loopback.',
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
    requestsPerSecond: is.count('The most requests of one API key in a second; 0 is no limit.', 100),
    requestMs: is.ms('How long a whole request may take, and how long a client nothing of its answer.', 2 * MINUTE),
    bodyBytes: is.count('The largest body of a request.', 64 * MIB, 1024 * MIB),
    bodiesBytes: is.count(
      'The most memory for the bodies of all requests together that are under way.',
      256 * MIB,
      64 * 1024 * MIB,
    ),
    interface: k.boolean().default(true).describe('Whether there is a web interface, at `/ui/`, and logins to it.'),
    sessionIdleMs: is.ms(
      'After how long without a request a login to the interface is over.',
      12 * 60 * MINUTE,
      MINUTE,
    ),
    sessionMs: is.ms('How long a login to the interface lasts at the most.', 7 * DAY, MINUTE),
    oidc: oidcShape(k, is)
      .optional()
      .describe('Logging in to the interface with OpenID Connect, beside passwords; off unless given.'),
  })
  const webhook = k.strictObject({
    url: is.url,
    secret: is.secret('The signing secret, `whsec_…` (Standard Webhooks).'),
    previousSecret: is.secret('The secret before it, while receivers change over: both sign.').optional(),
    events: k
      .array(k.enum(FACT_KINDS))
      .min(1)
      .default([...USUAL_EVENTS])
      .describe('The kinds of events that are posted.'),
    format: k
      .enum(FORMATS)
      .default('postrider')
      .describe(
        'In whose form: our own, or that of the webhooks of Resend or Postmark, for programs that read those; what these have no event for is not posted.',
      ),
  })
  return {
    admin: admin.prefault({}).describe('Health and metrics over HTTP.'),
    http: http.prefault({}).describe('Sending over HTTP, with the API keys of `postrider key`.'),
    public: publicShape(k, is).prefault({}).describe('What strangers may look at. It is off unless it listens.'),
    webhooks: k
      .array(webhook)
      .default([])
      .describe('The endpoints that are told what becomes of messages. Of relays that share a queue, one is enough.'),
  }
}

function certificateShape(k: Kinds, is: Words) {
  const pair = k.strictObject({
    certificateFile: is.file('The file of the certificate and of the chain below it, as PEM.'),
    privateKeyFile: is.file('The file of its private key, as PEM.'),
  })
  return {
    certificates: k
      .array(pair)
      .default([])
      .describe('Certificates to show; the first one when a client names no host.'),
    certificateFolders: k
      .array(is.file('The name of a folder.'))
      .default([])
      .describe('Folders with certificates and keys, such as /etc/letsencrypt/live/mail.example.com.'),
    acme: acmeShape(k, is).optional().describe('Have certificates made by an ACME server; off unless given.'),
  }
}

function sendersShape(k: Kinds, is: Words) {
  const everyone =
    'The addresses that accounts without a list of their own may send as; by default every address in and below `domains`.'
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
        'The address that replaces a From or MAIL FROM that the account may not use; without it such a message is refused.',
      ),
    postmaster: is.text(
      'The address that is told of trouble, and of failed mail that has no sender to tell; by default postmaster@ the first of `domains`.',
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
    dkimRotation: k
      .strictObject(rotationShape(is))
      .prefault({})
      .describe('How DKIM keys are turned that `postrider keys rotate` begins to turn.'),
    ...certificateShape(k, is),
    trace: trace.prefault({}).describe('What the world may see of who submitted a message.'),
    limits: limitsShape(k, is).prefault({}).describe('How much clients may use, and how long they may take.'),
    ...abuseShape(k, is),
    ...operatingShape(k, is),
    inbound: inboundShape(k, is)
      .prefault({})
      .describe('What other mail servers may bring: mail about our mail. It is off unless it listens.'),
    capture: captureShape(k, is)
      .prefault({})
      .describe('All mail is captured in place of being delivered, for development and tests: it goes nowhere.'),
  })
  return { relay: relay.prefault({}).describe('The submission relay.') }
}
