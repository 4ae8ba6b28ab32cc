/**
 * Mailer: runs the two flows on parts that are built, and ends them well.
 *
 * Policy. `close` finishes: nothing new is claimed, running transactions end, leases go back, sessions say QUIT, the queue file
 * is closed. `destroy` cuts; nothing that was accepted is lost by it. Both may be called twice.
 *
 * Not here: what is refused at start (create-mailer.ts), how the parts are wired (assembly/mailer-parts.ts), the steps themselves (flow/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { LoadedConfig } from '../config/index.ts'
import { followFacts } from '../flow/follow-facts.ts'
import { submit, submitRaw } from '../flow/submission.ts'
import { printAddress, requireAddress } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { Draft } from '../model/draft.ts'
import type { Fact, FactKind, NumberedFact, OutsideFact } from '../model/fact.ts'
import { handOut } from '../model/message-buffer.ts'
import type { NoRoute, Route } from '../model/route.ts'
import type { Suppression } from '../model/settlement.ts'
import type { FactOf } from '../observe/index.ts'
import type { Report } from '../preflight/index.ts'
import { check, checkKeys, checkListener, KINDS, requireLoaded } from './arguments.ts'
import { Batch } from './batch.ts'
import { explain } from './explain.ts'
import { MailerReports } from './mailer-reports.ts'
import { makeReceipt } from './make-receipt.ts'
import { Messages } from './messages.ts'
import { QueueAdmin } from './queue-admin.ts'
import { type AcceptEnvelope, type ComposedMessage, printEnvelope } from './read-envelope.ts'
import { readRawSubmission } from './read-raw-submission.ts'
import { checkStartWithin, requestOf } from './read-send-options.ts'
import type { AcceptOptions, Receipt, SendOptions, SendResult, Story } from './receipt.ts'
import type { PreflightRequest, SenderAddresses } from './requests.ts'
import { routeOf, siteOf } from './route-of.ts'
import { sendEach } from './send-many.ts'
import { readStatistics, type Statistics, type StatisticsRequest } from './statistics.ts'
import { Suppressions } from './suppressions.ts'
import { readSender, sendingDomains, verifyEach } from './verify.ts'
import { closed, WorkUnderWay } from './work-under-way.ts'

/** Sends, delivers and tells. Made by `createMailer`; close it with `close` or `await using`. */
export class Mailer extends MailerReports {
  readonly #parts: MailerParts
  readonly #work: WorkUnderWay
  #closing: Promise<void> | undefined
  /** By which it goes: that of the queue's server, which all who share that queue go by, or that of this machine. */
  readonly clock: Clock
  /** Look into the queue and change what waits there. */
  readonly queue: QueueAdmin
  /** Look back over all messages. */
  readonly messages: Messages
  /** Several messages, all of them or none. */
  readonly batch: Batch
  /** The addresses that are not mailed. */
  readonly suppressions: Suppressions

  constructor(parts: MailerParts) {
    const work = new WorkUnderWay(parts.clock)
    super(parts, work)
    this.#parts = parts
    this.#work = work
    this.clock = parts.clock
    this.messages = new Messages(parts, id => this.queue.content(id))
    this.batch = new Batch(parts, this.#work)
    this.suppressions = new Suppressions(parts.store, parts.clock)
    this.queue = new QueueAdmin(parts.store, {
      clock: parts.clock,
      nudge: parts.engine.nudge,
      lanes: parts.engine.lanes,
      siteOf: (domain, signal) => siteOf(domain, parts.router, this.#work.signal({ signal })),
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
      const request = requestOf(options, draft?.tags ?? {}, this.#parts)
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
    checkStartWithin(options)
    return this.#work.run(options, async (signal, begun, leftMs) => {
      const request = requestOf(options, options.tags ?? {}, this.#parts)
      const given = readRawSubmission(raw, envelope, options, {
        request,
        recipients: this.#parts.live.options.limits.recipients,
      })
      const submitted = await submitRaw(given, this.#parts.submission, { signal, begun, leftMs })
      return makeReceipt(submitted, this.#parts, this.#work)
    })
  }

  /** The whole story of a message, in order, and what happens next. @throws MailerError `unknown-message` */
  async explain(id: string): Promise<Story> {
    const { store, clock, router } = this.#parts
    const signal = this.#work.signal({})
    return explain(id, this.queue, { store, now: clock.now(), siteOf: domain => siteOf(domain, router, signal) })
  }

  /** Where mail to a domain would go now, in what order, how safely, and why; no passwords. @throws MailerError `invalid-address` */
  async route(domain: string, options: { readonly signal?: AbortSignal } = {}): Promise<Route | NoRoute> {
    checkKeys(options, KINDS.signal)
    return routeOf(domain, this.#parts.router, this.#work.signal(options))
  }

  /**
   * How many recipients had which outcome, where and how fast, by hour, day, mail site, account or outcome (UTC). Hours are kept for three
   * days, then days, of the 200 largest sites and the others together, for 400. What other processes counted in the last half minute
   * may be missing.
   * @throws MailerError `invalid-option`, `queue-unavailable`
   */
  async stats(request: StatisticsRequest = {}): Promise<Statistics> {
    return readStatistics(request, this.#parts)
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
    return verifyEach(sendingDomains(this.#parts.live.options), sender => this.clearance(sender, options))
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

  /**
   * Tells log, channels and listeners a fact of a program around the mailer, as the relay does of its webhooks and of DKIM keys.
   * @throws MailerError `invalid-option`
   */
  record(fact: OutsideFact): void {
    const isOfKeys = fact?.kind === 'dkim-key-stage'
    checkKeys(fact, isOfKeys ? KINDS.dkimKeyStage : KINDS.webhookDropped, 'fact')
    this.#parts.recorder.record(isOfKeys ? fact : { ...fact, kind: 'webhook-dropped' })
  }

  /** Calls back for each fact as it is told. Returns the function that stops it. */
  on<K extends FactKind>(kind: K, listener: (fact: FactOf<K>) => void): () => void
  on(kind: '*', listener: (fact: Fact) => void): () => void
  on(kind: FactKind | '*', listener: (fact: never) => void): () => void {
    checkListener(kind, listener)
    return this.#parts.recorder.on(kind as '*', listener as (fact: Fact) => void)
  }

  /**
   * Takes new DKIM keys, `egress` and `limits` while it runs, as `loadConfig` or `resolveOptions` gave them. What is under way is not
   * disturbed. Answers with the names of the options that differ and need a new mailer.
   * @throws MailerError `invalid-key`, and then nothing is changed
   */
  reload(config: Pick<LoadedConfig, 'options'>): readonly string[] {
    requireLoaded(config)
    const { live, preflight, router } = this.#parts
    const { egress } = live.options
    const notTaken = live.take(config.options)
    preflight.outdate()
    if (live.options.egress !== egress) router.forget()
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
}
