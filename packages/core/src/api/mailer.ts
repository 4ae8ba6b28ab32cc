/**
 * Mailer: runs the two flows on parts that are built, and ends them well.
 *
 * Policy. `close` finishes: nothing new is claimed, running transactions end, leases go back, sessions say QUIT, the queue file
 * is closed. `destroy` cuts; nothing that was accepted is lost by it. Both may be called twice.
 *
 * Not here: what is refused at start (create-mailer.ts), how the parts are wired (assembly/mailer-parts.ts), the steps themselves (flow/).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { LoadedConfig } from '../config/index.ts'
import { takeFeedback } from '../flow/complaint.ts'
import { followFacts } from '../flow/follow-facts.ts'
import { type SendRequest, submit, submitRaw } from '../flow/submission.ts'
import { parseDomain, printAddress, requireAddress, requireDomain } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { Draft } from '../model/draft.ts'
import type { Fact, FactKind, NumberedFact, WebhookDroppedFact } from '../model/fact.ts'
import { handOut } from '../model/message-buffer.ts'
import { type NoRoute, type Route, withoutPassword } from '../model/route.ts'
import type { Suppression } from '../model/settlement.ts'
import { dayOf, type TlsDay } from '../model/tls-result.ts'
import type { FactOf } from '../observe/index.ts'
import type { Report } from '../preflight/index.ts'
import { bytesOf, check, checkKeys, checkListener, KINDS, requireLoaded } from './arguments.ts'
import { explain } from './explain.ts'
import { makeReceipt } from './make-receipt.ts'
import { Messages } from './messages.ts'
import { QueueAdmin } from './queue-admin.ts'
import { type AcceptEnvelope, type ComposedMessage, printEnvelope } from './read-envelope.ts'
import { readRawSubmission } from './read-raw-submission.ts'
import { readSendOptions } from './read-send-options.ts'
import type { AcceptOptions, Receipt, SendOptions, SendResult, Story } from './receipt.ts'
import type { Feedback, FeedbackOptions, PreflightRequest, SenderAddresses, TlsResultsRequest } from './requests.ts'
import { sendEach } from './send-many.ts'
import { Suppressions } from './suppressions.ts'
import { readSender, requireVerified, sendingDomains } from './verify.ts'
import { closed, WorkUnderWay } from './work-under-way.ts'

const NO_NEEDS = { requireTls: false, tlsRequiredNo: false } as const

export class Mailer {
  readonly #parts: MailerParts
  readonly #work: WorkUnderWay
  #closing: Promise<void> | undefined
  /** Look into the queue and change what waits there. */
  readonly queue: QueueAdmin
  /** Look back over all messages. */
  readonly messages: Messages
  /** The addresses that are not mailed. */
  readonly suppressions: Suppressions

  constructor(parts: MailerParts) {
    this.#parts = parts
    this.#work = new WorkUnderWay(parts.clock)
    this.messages = new Messages(parts.store)
    this.suppressions = new Suppressions(parts.store, parts.clock)
    this.queue = new QueueAdmin(parts.store, {
      clock: parts.clock,
      nudge: parts.engine.nudge,
      siteOf: (domain, signal) => this.#siteOf(domain, signal),
    })
  }

  /**
   * Composes, clears, signs and queues one message. Resolves when it is on disk; does not wait for the internet.
   * @throws MailerError `invalid-draft`, `invalid-address`, `invalid-header`, `too-many-recipients`, `message-too-large`,
   * `not-cleared`, `cannot-sign`, `duplicate-key`, `queue-full`, `queue-unavailable`, `aborted`, `closed`
   */
  async send(draft: Draft, options: SendOptions = {}): Promise<Receipt> {
    checkKeys(options, KINDS.send)
    return this.#work.run(options, async (signal, begun, leftMs) => {
      const request = this.#request(options, draft?.tags ?? {})
      const submitted = await submit({ draft, request }, this.#parts.submission, { signal, begun, leftMs })
      return makeReceipt(submitted, this.#parts, this.#work)
    })
  }

  /** Sends each of many drafts; one that is refused does not hold up the others. The results are in the order of the drafts. */
  async sendMany(
    drafts: readonly Draft[],
    options: Omit<SendOptions, 'idempotencyKey'> = {},
  ): Promise<readonly SendResult[]> {
    check(drafts, 'array', 'drafts')
    checkKeys(options, KINDS.sendMany)
    return sendEach(drafts, draft => this.send(draft, options))
  }

  /**
   * Makes of a draft what `accept` takes, and sends nothing: for who must judge a message before it is taken.
   * @throws MailerError `invalid-draft`, `invalid-address`, `invalid-header`, `too-many-recipients`, `message-too-large`
   */
  async compose(draft: Draft, options: { readonly signal?: AbortSignal } = {}): Promise<ComposedMessage> {
    checkKeys(options, KINDS.signal)
    return this.#work.run(options, async signal => {
      const { compose, now } = this.#parts.submission
      const { message, envelope } = await compose(draft, now(), signal)
      return { raw: handOut(message.bytes), from: message.from.map(printAddress), envelope: printEnvelope(envelope) }
    })
  }

  /**
   * Takes a ready RFC 5322 message for an envelope: completes it (Date, Message-ID), strips Bcc, clears, signs and queues it.
   * Several authors are taken, and warned of on the receipt: RFC 5322 allows them, and Gmail refuses them.
   * @throws MailerError as `send`, and `invalid-message`
   */
  async accept(raw: Uint8Array, envelope: AcceptEnvelope, options: AcceptOptions = {}): Promise<Receipt> {
    checkKeys(options, KINDS.accept)
    return this.#work.run(options, async (signal, begun, leftMs) => {
      const request = this.#request(options, options.tags ?? {})
      const given = readRawSubmission(raw, envelope, options, {
        request,
        recipients: this.#parts.live.options.limits.recipients,
      })
      const submitted = await submitRaw(given, this.#parts.submission, { signal, begun, leftMs })
      return makeReceipt(submitted, this.#parts, this.#work)
    })
  }

  /**
   * Takes a feedback report (ARF, RFC 5965), as mail hosts send it when a recipient calls a message spam: it becomes a durable
   * `complained` fact, and the recipient is not mailed any more.
   * @throws MailerError `invalid-message`, `queue-unavailable`, `closed`
   */
  async feedback(report: Uint8Array, options: FeedbackOptions = {}): Promise<Feedback> {
    checkKeys(options, KINDS.feedback)
    return this.#work.run({}, async () => takeFeedback(bytesOf(report, 'report'), options, this.#parts))
  }

  /** The whole story of a message, in order, and what happens next. @throws MailerError `unknown-message` */
  async explain(id: string): Promise<Story> {
    return explain(id, this.queue, this.#parts.store)
  }

  /**
   * Where mail to a domain would go now, in what order, how safely, and why. Passwords of smarthosts are left out.
   * @throws MailerError `invalid-address`
   */
  async route(domain: string, options: { readonly signal?: AbortSignal } = {}): Promise<Route | NoRoute> {
    checkKeys(options, KINDS.signal)
    const found = await this.#parts.router.findRoute(
      requireDomain(domain, 'domain'),
      NO_NEEDS,
      this.#work.signal(options),
    )
    return found.kind === 'route' ? { ...found, hops: found.hops.map(withoutPassword) } : found
  }

  /**
   * What sessions showed of TLS in the last days, domain by domain, and what became of the reports (RFC 8460). What was counted
   * in the last half minute may be missing.
   * @throws MailerError `invalid-address`
   */
  async tlsResults(options: TlsResultsRequest = {}): Promise<readonly TlsDay[]> {
    checkKeys(options, KINDS.tlsResults)
    const { days = 7, domain, limit = 1000 } = options
    const today = dayOf(this.#parts.clock.now())
    return this.#parts.store.tlsDays({
      since: today - days + 1,
      before: today + 1,
      ...(domain === undefined ? {} : { domain: requireDomain(domain, 'domain') }),
      limit,
    })
  }

  /** Every check of a sender address, side by side. @throws MailerError `invalid-address` */
  async preflight(address: string, options: PreflightRequest = {}): Promise<Report> {
    checkKeys(options, KINDS.preflight)
    return this.#parts.preflight.report(requireAddress(address, 'address'), this.#work.signal(options), options)
  }

  /**
   * What a message of this sender would be told now, without sending one. Answers from cache where it can.
   * @throws MailerError `not-cleared`, `invalid-address`, `aborted`, `closed`
   */
  async clearance(sender: SenderAddresses, options: { readonly signal?: AbortSignal } = {}): Promise<Clearance> {
    const from = readSender(sender)
    checkKeys(options, KINDS.signal)
    return this.#work.run(options, async signal => this.#parts.submission.clear(from, signal))
  }

  /**
   * Whether mail could be sent now: names can be asked, and the domains that keys sign for, or else the host's own, are cleared.
   * @throws MailerError `not-cleared`, with each check that failed or could not be made; `aborted`, `closed`
   */
  async verify(options: { readonly signal?: AbortSignal } = {}): Promise<readonly Clearance[]> {
    const found: Clearance[] = []
    for (const domain of sendingDomains(this.#parts.live.options)) {
      const address = `postmaster@${domain}`
      const clearance = await this.clearance({ envelopeFrom: address, from: [address] }, options)
      requireVerified(domain, clearance)
      found.push(clearance)
    }
    return found
  }

  /** Why an address is not mailed any more, if it is not. @throws MailerError `invalid-address` */
  async suppression(address: string): Promise<Suppression | undefined> {
    return this.#parts.store.suppression(requireAddress(address, 'address'), this.#parts.clock.now())
  }

  /**
   * Durable facts with a number above `after`, oldest first, and then those to come. Survives restarts: keep the number.
   * @param after 0 begins with the oldest that is kept
   */
  facts(options: { readonly after?: number; readonly signal?: AbortSignal } = {}): AsyncIterable<NumberedFact> {
    checkKeys(options, KINDS.facts)
    const { after = 0, signal } = options
    const { store, recorder, clock } = this.#parts
    const ports = { read: (above: number, most: number) => store.facts(above, most), on: recorder.on, clock }
    return followFacts(after, ports, this.#work.signal(signal === undefined ? {} : { signal }))
  }

  /** One page of durable facts with a number above `after`, oldest first. @param limit default 100 */
  async readFacts(
    options: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<readonly NumberedFact[]> {
    checkKeys(options, KINDS.readFacts)
    const { after = 0, limit = 100 } = options
    return this.#parts.store.facts(after, limit)
  }

  /** The number of the newest durable fact; 0 when there is none yet. */
  async newestFact(): Promise<number> {
    return this.#parts.store.newestFact()
  }

  /** Tells log, channels and listeners a fact of a program around the mailer, as the relay does of its webhooks. */
  record(fact: WebhookDroppedFact): void {
    checkKeys(fact, KINDS.webhookDropped, 'fact')
    this.#parts.recorder.record({ ...fact, kind: 'webhook-dropped' })
  }

  /** Calls back for each fact as it is told. Returns the function that stops it. */
  on<K extends FactKind>(kind: K, listener: (fact: FactOf<K>) => void): () => void
  on(kind: '*', listener: (fact: Fact) => void): () => void
  on(kind: FactKind | '*', listener: (fact: never) => void): () => void {
    checkListener(kind, listener)
    return this.#parts.recorder.on(kind as '*', listener as (fact: Fact) => void)
  }

  /**
   * Takes new DKIM keys and `limits` while it runs, as `loadConfig` or `resolveOptions` gave them. What is under way is not
   * disturbed. Answers with the names of the options that differ and need a new mailer.
   * @throws MailerError `invalid-key`, and then nothing is changed
   */
  reload(config: Pick<LoadedConfig, 'options'>): readonly string[] {
    requireLoaded(config)
    const notTaken = this.#parts.live.take(config.options)
    this.#parts.preflight.outdate()
    return notTaken
  }

  /** Resolves when nothing is being attempted and nothing is due. */
  async idle(): Promise<void> {
    await this.#parts.engine.idle()
  }

  /** Finishes what is under way, within `withinMs`, then cuts. @param options.withinMs default 30 s */
  async close(options: { readonly withinMs?: number } = {}): Promise<void> {
    checkKeys(options, KINDS.close)
    const { withinMs = 30_000 } = options
    this.#closing ??= this.#end(withinMs)
    await this.#closing
  }

  async #end(withinMs: number): Promise<void> {
    const { engine } = this.#parts
    try {
      await this.#work.close(withinMs, engine.close(withinMs))
    } finally {
      await this.#parts.close()
    }
  }

  /** Cuts everything at once. What was accepted is in the queue file. */
  destroy(reason: unknown = closed()): void {
    this.#closing ??= Promise.resolve()
    this.#work.destroy()
    this.#parts.destroy(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #siteOf(text: string, signal: AbortSignal): Promise<string | undefined> {
    const domain = parseDomain(text)
    if (typeof domain !== 'string') return undefined
    const found = await this.#parts.router.findRoute(domain, NO_NEEDS, this.#work.signal({ signal }))
    return found.kind === 'route' ? found.site : undefined
  }

  #request(options: AcceptOptions, tags: Readonly<Record<string, string>>): SendRequest {
    const { clock, live } = this.#parts
    return readSendOptions(options, tags, {
      now: clock.now(),
      expireAfterMs: live.options.delivery.retry.expireAfterMs,
    })
  }
}
