/**
 * Schema: the one shape of options, of postrider.yaml and of the POSTRIDER_* variables. Every key has its default, its
 * bounds and its doc line here and nowhere else; the JSON Schema for editors and the table of the README are made from it.
 *
 * Policy. Objects are strict: an unknown key is a mistake, never ignored. The relay adds its own section through an extension.
 *
 * Not here: the kinds of values (vocabulary.ts), what is checked by it (checked-options.ts), reading files and settling defaults
 * that depend on other keys (resolve.ts), words of errors (problem.ts).
 */
import { TLS_LEVELS } from '../model/route.ts'
import { PROVIDER_IDS } from '../provider/provider.ts'
import type { CheckedOptions } from './checked-options.ts'
import type { MailerOptions } from './options.ts'
import { type AnyShape, type InputOf, type Kinds, kinds, type OutputOf, type Shape } from './shape.ts'
import { DAY, HOUR, LONGEST, MINUTE, SECOND, words } from './vocabulary.ts'

/** Further top-level sections, such as the relay's: given the kinds of shapes, name to shape. */
export type SchemaExtension = (kinds: Kinds) => Readonly<Record<string, AnyShape>>

function dkimShape(k: Kinds) {
  const is = words(k)
  return k
    .strictObject({
      domain: is.domain('The signing domain, d=; it signs for From domains of the same organisation.'),
      selector: is.selector('The selector, s=; the public key is published at `selector._domainkey.domain`.'),
      privateKey: is
        .text('The private key as PEM text; a `\\n` written as two characters is understood.', {
          wanted: 'a private key in PEM, beginning with -----BEGIN',
          secret: true,
        })
        .optional(),
      privateKeyFile: is.file('The file that holds the private key as PEM.').optional(),
      replaces: is
        .selector('The selector that this one takes the place of; while both are here, both sign.')
        .optional(),
    })
    .refine(key => (key.privateKey === undefined) !== (key.privateKeyFile === undefined))
    .meta({ wanted: 'a key with either privateKey or privateKeyFile' })
}

function routeShape(k: Kinds) {
  const is = words(k)
  const login = k
    .strictObject({
      user: is.text('The user name.'),
      password: is.text('The password or, for xoauth2, the token.', { secret: true }).optional(),
      passwordFile: is.file('The file that holds the password, on its first line.').optional(),
      method: is.choice(
        'The mechanism; `auto` takes the strongest that both sides know.',
        ['auto', 'plain', 'login', 'xoauth2'],
        'auto',
      ),
    })
    .refine(it => (it.password === undefined) !== (it.passwordFile === undefined))
    .meta({ description: 'How to log in.', wanted: 'a user with either password or passwordFile' })
  return k.strictObject({
    domain: is.pattern('A domain, `.domain` for everything below it, or `*` for everything.'),
    host: is.server('The server that takes the mail: a name, with or without dots, `localhost`, or an IP address.'),
    port: is.port('Its port; by default 465 with implicit TLS, 587 with a login, 25 otherwise.').optional(),
    tls: k
      .enum(TLS_LEVELS)
      .optional()
      .describe('The weakest TLS that is accepted; by default `verified` with a login, else that of `tls.minimum`.'),
    implicitTls: k
      .boolean()
      .optional()
      .describe('TLS from the first octet on (RFC 8314 §3.3), without STARTTLS; by default on port 465.'),
    login: login.optional(),
    concurrency: is.count('How many connections to it are open at once.', 10, 1000),
  })
}

function providerShape(k: Kinds) {
  const figure = (most: number, doc: string) => k.int().min(1).max(most).optional().describe(doc)
  return k.strictObject({
    id: k.enum(PROVIDER_IDS).describe('Who it is, as in docs/providers.md.'),
    connections: figure(1000, 'How many connections to it are open at most; by default that of docs/providers.md.'),
    messagesPerConnection: figure(
      10_000,
      'After how many messages a connection is closed; by default that of docs/providers.md.',
    ),
  })
}

/** RFC 5321 §4.5.3.2 gives the least of most of them; a shorter one is allowed, because an operator may know better. */
function timeoutShape(k: Kinds) {
  const is = words(k)
  return {
    connectMs: is.ms('The longest wait for the TCP connection to a mail host.', 30 * SECOND),
    greetingMs: is.ms('The longest wait for its greeting (220); RFC 5321 asks for at least 5 minutes.', 5 * MINUTE),
    ehloMs: is.ms('The longest wait for the reply to EHLO or HELO; RFC 5321 asks for at least 5 minutes.', 5 * MINUTE),
    tlsMs: is.ms('The longest wait for the reply to STARTTLS, and for the TLS handshake.', MINUTE),
    authMs: is.ms('The longest wait for the reply to each step of a login.', 3 * MINUTE),
    mailMs: is.ms('The longest wait for the reply to MAIL; RFC 5321 asks for at least 5 minutes.', 5 * MINUTE),
    rcptMs: is.ms('The longest wait for the reply to RCPT; RFC 5321 asks for at least 5 minutes.', 5 * MINUTE),
    dataMs: is.ms('The longest wait for the reply to DATA; RFC 5321 asks for at least 2 minutes.', 2 * MINUTE),
    bodyMs: is.ms(
      'The longest wait until the server takes the next block of the message; RFC 5321 asks for at least 3 minutes.',
      3 * MINUTE,
    ),
    finalDotMs: is.ms(
      'The longest wait for the reply to the whole message; RFC 5321 asks for at least 10 minutes.',
      10 * MINUTE,
    ),
    quitMs: is.ms('The longest wait for the reply to RSET and QUIT.', 10 * SECOND),
  }
}

function deliveryShape(k: Kinds) {
  const is = words(k)
  const wait = k.int().min(SECOND).max(LONGEST)
  return {
    port: is.port('The port of mail hosts.').default(25),
    allowPrivateAddresses: is.flag(
      'Whether mail hosts on private and loopback addresses may be used; for tests and closed networks.',
    ),
    ipFamily: k
      .union([k.literal('auto'), k.literal(4), k.literal(6)])
      .default('auto')
      .describe('Which addresses of a mail host are used: both families, or one only.'),
    testAddresses: is.flag(
      'Whether mail to resend.dev and postrider.test goes nowhere, and what becomes of it is played as its address says.',
      true,
    ),
    concurrency: is.count('How many transactions run at once, over all destinations.', 200, 10_000),
    retry: is.section('When a message that could not be delivered is tried again.', {
      scheduleMs: k
        .array(wait)
        .min(1)
        .default([MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR])
        .describe('The waits between attempts; the last one repeats.'),
      jitter: is.part('The part of a wait that is left to chance, so that retries do not come in step.').default(0.2),
      expireAfterMs: is.ms('The age at which a message is given up.', 5 * DAY),
      warnAfterMs: is.ms('The age at which the sender of an undelivered message is told that it is delayed.', 4 * HOUR),
    }),
    timeouts: is.section(
      'How long each step of an SMTP conversation may take; RFC 5321 §4.5.3.2 says how long at least.',
      timeoutShape(k),
    ),
  }
}

function senderShape(k: Kinds) {
  const is = words(k)
  return {
    hostname: is
      .hostName(
        'The name this host says in EHLO; its A or AAAA record and the PTR of its addresses should agree with it.',
      )
      .optional(),
    egress: is.section('From which addresses mail leaves.', {
      addresses: is.addresses('Local addresses to send from; empty lets the system choose.'),
      publicAddresses: is.addresses('The addresses the world sees, for SPF and PTR checks; empty has them discovered.'),
    }),
    dkim: k
      .array(dkimShape(k))
      .default([])
      .describe('The keys that sign: of the domain nearest to From, the first key of each algorithm.'),
    dns: is.section('How DNS is asked.', {
      servers: is.servers(
        'Name servers as `ip`, `ip:port`, `[ipv6]:port` or `https://host/dns-query`; empty takes those of /etc/resolv.conf.',
      ),
      timeoutMs: is.ms('How long one question may take, over all its servers and tries.', 10 * SECOND),
      trustAd: k
        .union([k.boolean(), k.literal('auto')])
        .default('auto')
        .describe(
          'Whether the AD bit of an answer is believed, which DANE needs; `auto` believes it of servers on this host only.',
        ),
    }),
  }
}

function tlsShape(k: Kinds) {
  const is = words(k)
  return {
    tls: is.section('How safe connections must be.', {
      minimum: is.choice(
        'The weakest connection that is accepted: TLS if offered, TLS always, or TLS with a certificate that is valid for the host.',
        ['opportunistic', 'encrypted', 'verified'],
        'opportunistic',
      ),
      caFile: is.file('A PEM file of further authorities to trust, beside those of the system.').optional(),
    }),
    mtaSts: is.section('MTA-STS (RFC 8461), which lets a domain demand verified TLS.', {
      cacheFile: is
        .file(
          'The file that keeps policies over a restart; by default beside the queue file, and none for a queue in memory.',
        )
        .optional(),
    }),
    tlsrpt: is.section(
      'TLS reports (RFC 8460), which tell domains that ask for them how safely their mail hosts were reached.',
      {
        send: k
          .boolean()
          .optional()
          .describe(
            'Whether reports are sent; by default when `tlsrpt.contact` is given and a DKIM key is there. Counts are kept either way.',
          ),
        contact: is
          .mailbox(
            'The address that reports come from and that answers questions; by default `postmaster@` and the first DKIM domain, else the host name.',
          )
          .optional(),
        organisation: is
          .text('The organisation that is named as the author of reports; by default the domain of the contact.')
          .optional(),
      },
    ),
  }
}

function shape(k: Kinds) {
  const is = words(k)
  return {
    ...senderShape(k),
    queue: is.section('Where accepted messages are kept.', {
      path: is
        .file('The queue file; `:memory:` keeps nothing when the process ends.', 'the name of a file, or :memory:')
        .default('./postrider.db'),
      url: is
        .database(
          'A PostgreSQL database in place of the file, which any number of relays share; it needs the package pg. Of several hosts (`one:5432,two:5432`) the one that can be written to is used.',
        )
        .optional(),
      directUrl: is
        .database(
          'The same database without the PgBouncer that `url` leads through: one connection that listens. Without it, what other relays add is looked for each second.',
        )
        .optional(),
      passwordFile: is.file('The file with the password of the user in `url`, on its first line.').optional(),
      keepHistoryMs: is.ms(
        'How long the history of a finished message is kept: for `explain`, and to know its idempotency key again.',
        7 * DAY,
      ),
      cards: is.flag('Whether the history keeps subject, From, To and Cc, up to 1,400 characters of them.', true),
    }),
    delivery: is.section('How mail is handed to other servers.', deliveryShape(k)),
    routes: k
      .array(routeShape(k))
      .default([])
      .describe('Domains whose mail takes another way than their MX; the first that fits is taken.'),
    providers: k
      .array(providerShape(k))
      .refine(rows => new Set(rows.map(({ id }) => id)).size === rows.length)
      .meta({ wanted: 'each provider once' })
      .default([])
      .describe('What the operator knows better of a large provider than docs/providers.md does.'),
    ...tlsShape(k),
    preflight: is.choice(
      'What happens when receivers are certain to refuse the sender: refuse at once, accept and warn, or do not look.',
      ['enforce', 'warn', 'off'],
      'enforce',
    ),
    notices: is.section('Delivery status notices (RFC 3464), the mails that tell of a failure.', {
      to: is.choice(
        'Who gets them: nobody (facts and `settled()` tell the program), or the sender of the message; `auto` is the sender in the relay, whose clients hear nothing else, and nobody elsewhere.',
        ['auto', 'nobody', 'sender'],
        'auto',
      ),
      from: is.mailbox('The From address of notices; by default `MAILER-DAEMON@` and the host name.').optional(),
    }),
    limits: is.section('What one message may be.', {
      messageBytes: is.count('The largest message.', 51_200_000, 1_000_000_000),
      recipients: is.count('The most recipients of one message.', 1000, 100_000),
    }),
    compose: is.section('How drafts become messages.', {
      allowFiles: is.flag(
        'Whether an attachment may name a file to read; keep it off when drafts come from strangers.',
      ),
      textFromHtml: is.flag('Whether a draft with html and no text gets a plain-text part, made from the html.', true),
    }),
  }
}

type Options = ReturnType<typeof shape>
type OptionsInput = InputOf<ReturnType<typeof kinds.strictObject<Options>>>
type OptionsOutput = { readonly [Key in keyof Options]: OutputOf<Options[Key]> }

type ReadonlyDeep<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Does not compile when options.ts and this schema disagree about a key or its type. */
const alike: Same<ReadonlyDeep<OptionsInput>, ReadonlyDeep<MailerOptions>> = true

/** Does not compile when this schema gives something else than `CheckedOptions` says. */
const checked: OptionsOutput extends CheckedOptions ? true : false = true

/** The schema, with the sections of `extension` beside our own. */
export function buildSchema(
  extension?: SchemaExtension,
): Shape<CheckedOptions & Readonly<Record<string, unknown>>, MailerOptions> {
  void alike
  void checked
  return kinds.strictObject({ ...extension?.(kinds), ...shape(kinds) }) as never
}
