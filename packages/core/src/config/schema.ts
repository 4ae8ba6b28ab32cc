/**
 * Schema: the one shape of options, of postrider.yaml and of the POSTRIDER_* variables. Every key has its default, its
 * bounds and its doc line here alone; the JSON Schema for editors and the table of the README are made from it.
 *
 * Policy. Objects are strict: an unknown key is a mistake, never ignored. The relay adds its own section through an extension.
 * Not here: the kinds of values (vocabulary.ts), what is checked by it (checked-options.ts), settling (resolve.ts).
 */
import { PROVIDER_IDS } from '../provider/provider.ts'
import type { CheckedOptions } from './checked-options.ts'
import { egressShape } from './egress-shape.ts'
import { feedbackShape } from './feedback-shape.ts'
import type { MailerOptions } from './options.ts'
import { queueShape } from './queue-shape.ts'
import { returnPathShape } from './return-path-shape.ts'
import { routeShape } from './route-shape.ts'
import type { ReadonlyDeep, Same } from './same-type.ts'
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
    warmUp: is.choice(
      'Whether first attempts grow day by day with an address or a sender domain that is new to a large provider; `off` for those that are known there already.',
      ['auto', 'off'],
      'auto',
    ),
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
    egress: egressShape(k),
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
    queue: is.section('Where accepted messages are kept.', queueShape(k)),
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
    returnPath: returnPathShape(k),
    feedback: feedbackShape(k),
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
      languages: k
        .array(
          k
            .strictObject({
              domain: is
                .pattern('Of who gets the notice: a domain, `.domain` for everything below it, or `*`.')
                .optional(),
              account: is.text('The account that handed the mail in; with `domain` both have to fit.').optional(),
              language: k.enum(['en', 'zh-TW', 'zh-CN']).describe('What is said first; English follows.'),
            })
            .refine(({ domain, account }) => domain !== undefined || account !== undefined)
            .meta({ wanted: 'a language with a domain, an account or both' }),
        )
        .default([])
        .describe('In which language a notice is, above its English; the first that fits.'),
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
