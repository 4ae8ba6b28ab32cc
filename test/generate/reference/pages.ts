/**
 * Pages: which declaration stands on which page of docs/reference, what each page says first, and which program is its example.
 *
 * Policy. A page takes what its pattern finds, by module and name, and the first page that takes it has it; what no page takes stands
 * on the last one. A shape that no entry exports stands below what names it.
 */
import type { Declaration } from './read.ts'

export interface Page {
  /** The file, without its ending. */
  readonly name: string
  readonly title: string
  readonly says: string
  /** Tried on `module name`. */
  readonly takes: RegExp
  /** What comes first, in this order; the others follow by name. */
  readonly first?: readonly string[]
  /** A program of examples/reference, which its test runs. */
  readonly example?: string
  /** Constants that a page of their own tells in full. */
  readonly elsewhere?: Readonly<Record<string, string>>
}

export const PAGES: readonly Page[] = [
  {
    name: 'mailer',
    title: 'Mailer',
    says: 'Open a mailer, send with it, hear how it ended, close it. `idempotencyKey`, `notBefore` and `expiresAt` are options of `send`; `reload` takes new keys while it runs.',
    takes:
      /^(?:api\/(?:mailer|create-mailer|send|receipt|requests|batch|read-envelope|on-demand|classify-reply|late-reports) |model\/(?:outcome|submission|card|envelope|message-state|queue-id|message-uuid) |flow\/(?:complaint|take-report) )(?!(?:Card|recordAdvice|suppressionText|mailReader|ReturnPathUse|RETURN_PATH_USES)$)/,
    first: ['createMailer', 'send', 'Mailer', 'SendOptions', 'Receipt', 'Outcome', 'RecipientOutcome'],
    example: 'mailer.ts',
  },
  {
    name: 'message',
    title: 'Message',
    says: 'What is sent: a draft with text, HTML, attachments, a calendar, `listUnsubscribe` and `returnPath`, or bytes that are ready.',
    takes: /^(?:model\/(?:draft|message|address|envelope|message-buffer) |compose\/)/,
    first: ['Draft', 'Mailbox', 'Attachment', 'Calendar', 'ListUnsubscribe'],
    example: 'message.ts',
  },
  {
    name: 'queue',
    title: 'Queue and history',
    says: 'What waits, and what has been: `mailer.queue`, `mailer.messages`, `mailer.stats()`.',
    takes:
      /^(?:api\/(?:queue-admin|messages|statistics|reputation) |queue\/(?:queue-entry|history|store (?!QueueStore|Enqueue|KnownKey|Suppression))|model\/(?:statistics|job|card) |statistics\/)/,
    first: [
      'QueueAdmin',
      'QueueEntry',
      'QueueEntryRecipient',
      'QueueSelection',
      'Messages',
      'MessageFilter',
      'Statistics',
    ],
    example: 'queue.ts',
  },
  {
    name: 'suppressions',
    title: 'Suppressions',
    says: 'The addresses that are not mailed, because they do not exist, complained, unsubscribed, or because you say so: `mailer.suppressions`. `mailer.queue.unsuppress(address)` lifts one.',
    takes:
      /^(?:api\/suppression|model\/settlement Suppression|queue\/store Suppression|api\/on-demand suppressionText)/,
    first: ['Suppressions', 'SuppressionEntry', 'NewSuppression'],
    example: 'suppressions.ts',
  },
  {
    name: 'options',
    title: 'Options',
    says: 'What `createMailer` takes. The same keys stand in `postrider.yaml` and, as `POSTRIDER_…`, in the environment: [configuration.md](../configuration.md) has all three side by side.',
    takes: /^config\/(?:mailer-options|load|resolve|options (?:Resolved|Context))/,
    first: ['MailerOptions', 'loadConfig', 'LoadRequest', 'LoadedConfig', 'resolveOptions', 'ResolvedOptions'],
    example: 'options.ts',
  },
  {
    name: 'facts',
    title: 'Facts',
    says: 'Everything that happens is told as a fact. [facts.md](../facts.md) has each kind with its fields; here is how they are heard.',
    takes:
      /^(?:model\/(?:fact|of-message|pace-fact) (?:Fact|FactKind|DurableFact|NumberedFact|WebhookDroppedFact)$|observe\/(?:channels|story) )/,
    first: ['Fact', 'FactKind', 'FactOf', 'DurableFact', 'NumberedFact'],
    example: 'facts.ts',
  },
  {
    name: 'errors',
    title: 'Errors',
    says: 'What a program does wrong is thrown as a `MailerError`. What the internet does to a message is never thrown: it is an outcome, with one of the codes of [failures.md](../failures.md).',
    takes:
      /^(?:model\/(?:error|wrong-value|failure|evidence) |language\/(?:failures|reply-hints) FAILURE_CODES|model\/route NO_ROUTE|dns\/errors )/,
    first: ['MailerError', 'MAILER_ERROR_CODES', 'MailerErrorCode'],
    example: 'errors.ts',
    elsewhere: { FAILURE_CODES: '../failures.md' },
  },
  {
    name: 'checks',
    title: 'Checks and routes',
    says: 'Whether receivers would take mail of a sender, and which way it would go: `mailer.preflight()`, `mailer.verify()`, `mailer.clearance()`, `mailer.route()`. [checks.md](../checks.md) has each check with its remedy.',
    takes:
      /^(?:preflight\/|model\/(?:check|clearance|route|standing) |language\/(?:checks|remedies) |dns\/|api\/on-demand recordAdvice|provider\/)/,
    first: ['Report', 'ReportedCheck', 'Check', 'CheckLevel', 'Clearance', 'Route', 'Hop', 'NoRoute'],
    example: 'checks.ts',
    elsewhere: { CHECKS: '../checks.md', REMEDIES: '../checks.md' },
  },
  {
    name: 'records',
    title: 'Keys and records',
    says: 'Make and read DKIM keys, and the text of DNS records.',
    takes: /^(?:sign\/|model\/dkim-key |config\/value |config\/options ResolvedDkim)/,
    first: ['generateDkimKey', 'dkimRecord', 'DkimRecord', 'loadDkimKey', 'splitTxt', 'tlsaRecord'],
    example: 'records.ts',
  },
  {
    name: 'seams',
    title: 'Seams',
    says: 'The second argument of `createMailer`: what an embedder or a test hands in in place of ours. Clock, chance, resolver, logger, metrics and the store that keeps the queue.',
    takes:
      /^(?:assembly\/mailer-parts |ambient\/|observe\/(?:logger|metrics) |model\/played |queue\/(?:store |pace-store|kept-content|statistics))/,
    first: ['MailerSeams', 'Clock', 'Logger', 'Metrics', 'METRICS', 'QueueStore'],
    example: 'seams.ts',
  },
  {
    name: 'reports',
    title: 'Reports and addresses that bounces come back to',
    says: 'What comes back by mail: bounces, complaints, TLS reports. `mailer.takeReport()` and `mailer.feedback()` take them.',
    takes:
      /^(?:tlsrpt\/|report\/|model\/(?:tls-result|reported-recipient) |assembly\/return-keys |api\/on-demand mailReader)/,
    example: 'reports.ts',
  },
  {
    name: 'http',
    title: '@postrider/core/http',
    says: 'A client of a running `postrider serve`, for places without sockets: workers, edge functions, browsers behind your own server. [http.md](../http.md) has the paths, [openapi.json](../openapi.json) their shapes.',
    takes: /^client\//,
    first: ['relayClient', 'RelayClientOptions', 'RelayClient', 'HttpDraft', 'HttpSendOptions', 'HttpSendResult'],
    example: 'http.ts',
  },
  {
    name: 'testing',
    title: '@postrider/core/testing',
    says: 'Test an app that sends mail: a mail host and DNS of its own on loopback, a clock that you move, and the inbox of `postrider dev`.',
    takes: /^testing\//,
    first: [
      'startFakeMx',
      'FakeMx',
      'ReceivedMessage',
      'createFakeDns',
      'startDnsServer',
      'FakeClock',
      'inbox',
      'openInbox',
      'Inbox',
    ],
    example: 'testing.ts',
  },
  {
    name: 'nodemailer',
    title: '@postrider/core/nodemailer',
    says: 'A transport for Nodemailer: messages and plugins stay as they are, and the queue is ours.',
    takes: /^nodemailer /,
    first: ['postrider'],
    example: 'nodemailer.ts',
  },
  {
    name: 'postgres',
    title: '@postrider/core/postgres',
    says: 'A queue that many mailers share, in PostgreSQL. Most programs need only the option `queue.url`; this entry is for those who open the store themselves. [postgres.md](../postgres.md) tells how it is set up.',
    takes: /^queue\/postgres\//,
    first: ['openPostgresQueue', 'PostgresQueueOptions'],
    example: 'postgres.ts',
  },
  {
    name: 'language',
    title: '@postrider/core/language',
    says: 'The texts that people read, in English, 繁體中文 and 简体中文: checks, failures, remedies, and a speaker for texts of your own.',
    takes: /^language\//,
    first: ['LANGUAGES', 'Language', 'languageOf', 'speakLanguage', 'inLanguage'],
    example: 'language.ts',
  },
  {
    name: 'relay',
    title: '@postrider/relay',
    says: 'The relay in a program of your own: SMTP submission, HTTP, accounts, keys, webhooks. `postrider serve` is this.',
    takes:
      /^(?:relay|account|admin|admission|certificate|key|listener|upkeep|user|webhook|assembly|config\/(?:relay|container-variables))(?:\/|-| )|^config\/(?:options|schema) \w*(?:Relay|relay)/,
    first: ['createRelay', 'Relay', 'loadRelayConfig', 'RelayOptions', 'RelaySectionOptions'],
    example: 'relay.ts',
  },
  {
    name: 'shapes',
    title: 'Shapes of options, and the rest',
    says: 'For programs around the mailer that have options of their own: the shapes which check, describe and document them; and the values that have no page of their own.',
    takes: /./,
  },
]

/** Each declaration that a user may meet, on its page. */
export function arrange(declarations: readonly Declaration[]): ReadonlyMap<Page, readonly Declaration[]> {
  const pages = new Map<Page, Declaration[]>(PAGES.map(page => [page, []]))
  for (const declaration of declarations) {
    if (!isShown(declaration)) continue
    const page = PAGES.find(({ takes }) => takes.test(`${declaration.module} ${declaration.name}`))
    if (page) pages.get(page)?.push(declaration)
  }
  for (const [page, list] of pages)
    list.sort((a, b) => placeOf(a, page) - placeOf(b, page) || (a.name < b.name ? -1 : 1))
  return pages
}

/** Exported, or a shape of options: what is nested in what a user writes. */
function isShown({ entries, module, name }: Declaration): boolean {
  return entries.length > 0 || (/^config\/(?:mailer|relay)-options$/.test(module) && /Options$/.test(name))
}

function placeOf({ name, entries }: Declaration, { first = [] }: Page): number {
  const at = first.indexOf(name)
  if (at >= 0) return at
  return first.length + (entries.length > 0 ? 0 : 1)
}
