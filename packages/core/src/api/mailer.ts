/**
 * Mailer: runs the two flows on parts that are built, and ends them well.
 *
 * Policy. `close` finishes: nothing new is claimed, running
 * transactions end, leases go back, sessions say QUIT, the queue file is closed. `destroy` cuts; nothing that was accepted is
 * lost by it. Both may be called twice.
 *
 * Not here: what is refused at start (create-mailer.ts), how the parts are wired (assembly/mailer-parts.ts), the steps themselves (flow/).
 */
import { joined } from '../ambient/deadline.ts'
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { LoadedConfig } from '../config/index.ts'
import { takeFeedback } from '../flow/complaint.ts'
import { type FollowPorts, followFacts } from '../flow/follow-facts.ts'
import { type SendRequest, type Submitted, submit, submitRaw } from '../flow/submission.ts'
import { type Domain, parseDomain, printAddress, requireAddress, requireDomain } from '../model/address.ts'
import type { Check, Clearance } from '../model/clearance.ts'
import type { Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import type { Fact, FactKind, NumberedFact, QueuedFact } from '../model/fact.ts'
import type { QueueId } from '../model/queue-id.ts'
import { type NoRoute, type Route, withoutPassword } from '../model/route.ts'
import type { Suppression } from '../model/settlement.ts'
import { dayOf, type TlsDay } from '../model/tls-result.ts'
import { printWrong } from '../model/wrong-value.ts'
import { type FactOf, tellStory } from '../observe/index.ts'
import { REMEDIES } from '../outcome/index.ts'
import { CHECKS } from '../preflight/catalogue.ts'
import type { Report } from '../preflight/index.ts'
import type { QueueEntryRecipient } from '../queue/index.ts'
import {
  ACCEPT,
  bytesOf,
  CLOSE,
  check,
  checkKeys,
  checkListener,
  FACTS,
  FEEDBACK,
  MANY,
  PREFLIGHT,
  requireLoaded,
  SEND,
  SENDER,
  SIGNAL,
  TLS_RESULTS,
} from './arguments.ts'
import { QueueAdmin } from './queue-admin.ts'
import { type AcceptEnvelope, type ComposedMessage, printEnvelope } from './read-envelope.ts'
import { readRawSubmission } from './read-raw-submission.ts'
import { readSendOptions } from './read-send-options.ts'
import type { AcceptOptions, Receipt, SendOptions, SendResult, Story } from './receipt.ts'
import type { Feedback, FeedbackOptions, PreflightRequest, TlsResultsRequest } from './requests.ts'
import { Suppressions } from './suppressions.ts'

const NO_NEEDS = { requireTls: false, tlsRequiredNo: false } as const

/** How many drafts of `sendMany` are composed and signed at once. */
const MANY_AT_ONCE = 64

/** With the check that sees it, where there is one. */
const REMEDY_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(REMEDIES).map(([id, text]) => [id, id in CHECKS ? `${text} (postrider doctor --only ${id})` : text]),
)

export class Mailer {
  readonly #parts: MailerParts
  readonly #stop = new AbortController()
  readonly #working = new Set<Promise<void>>()
  #closing: Promise<void> | undefined
  /** Look into the queue and change what waits there. */
  readonly queue: QueueAdmin
  /** The addresses that are not mailed. */
  readonly suppressions: Suppressions

  constructor(parts: MailerParts) {
    this.#parts = parts
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
    checkKeys(options, SEND)
    return this.#underWay(options, async (signal, begun) => {
      const request = this.#request(options, draft?.tags ?? {})
      return this.#receipt(await submit({ draft, request }, this.#parts.submission, { signal, begun }))
    })
  }

  /** Sends each of many drafts; one that is refused does not hold up the others. The results are in the order of the drafts. */
  async sendMany(
    drafts: readonly Draft[],
    options: Omit<SendOptions, 'idempotencyKey'> = {},
  ): Promise<readonly SendResult[]> {
    check(drafts, 'array', 'drafts')
    checkKeys(options, MANY)
    const results: SendResult[] = new Array(drafts.length)
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < drafts.length) {
        const place = next++
        try {
          results[place] = { ok: true, receipt: await this.send(drafts[place] as Draft, options) }
        } catch (error) {
          results[place] = { ok: false, error }
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(MANY_AT_ONCE, drafts.length) }, worker))
    return results
  }

  /**
   * Makes of a draft what `accept` takes, and sends nothing: for who must judge a message before it is taken.
   * @throws MailerError `invalid-draft`, `invalid-address`, `invalid-header`, `too-many-recipients`, `message-too-large`
   */
  async compose(draft: Draft, options: { readonly signal?: AbortSignal } = {}): Promise<ComposedMessage> {
    checkKeys(options, SIGNAL)
    return this.#underWay(options, async signal => {
      const { compose, now } = this.#parts.submission
      const { message, envelope } = await compose(draft, now(), signal)
      return { raw: message.bytes, from: message.from.map(printAddress), envelope: printEnvelope(envelope) }
    })
  }

  /**
   * Takes a ready RFC 5322 message for an envelope: completes it (Date, Message-ID), strips Bcc, clears, signs and queues it.
   * Several authors are taken, and warned of on the receipt: RFC 5322 allows them, and Gmail refuses them.
   * @throws MailerError as `send`, and `invalid-message`
   */
  async accept(raw: Uint8Array, envelope: AcceptEnvelope, options: AcceptOptions = {}): Promise<Receipt> {
    checkKeys(options, ACCEPT)
    return this.#underWay(options, async (signal, begun) => {
      const request = this.#request(options, options.tags ?? {})
      const given = readRawSubmission(raw, envelope, options, {
        request,
        recipients: this.#parts.live.options.limits.recipients,
      })
      return this.#receipt(await submitRaw(given, this.#parts.submission, { signal, begun }))
    })
  }

  /**
   * Takes a feedback report (ARF, RFC 5965), as mail hosts send it when a recipient calls a message spam: it becomes a durable
   * `complained` fact, and the recipient is not mailed any more.
   * @throws MailerError `invalid-message`, `queue-unavailable`, `closed`
   */
  async feedback(report: Uint8Array, options: FeedbackOptions = {}): Promise<Feedback> {
    checkKeys(options, FEEDBACK)
    return this.#underWay({}, async () => takeFeedback(bytesOf(report, 'report'), options, this.#parts))
  }

  /** The whole story of a message, in order, and what happens next. @throws MailerError `unknown-message` */
  async explain(id: string): Promise<Story> {
    const [entry, facts] = await Promise.all([this.queue.show(id), this.#parts.store.history(id as QueueId)])
    const pauses = await this.queue.pausesFor([...new Set(entry.recipients.flatMap(waitingDomain))])
    return { entry, facts, lines: tellStory(facts, { ...entry, pauses }, REMEDY_TEXTS) }
  }

  /**
   * Where mail to a domain would go now, in what order, how safely, and why. Passwords of smarthosts are left out.
   * @throws MailerError `invalid-address`
   */
  async route(domain: string, options: { readonly signal?: AbortSignal } = {}): Promise<Route | NoRoute> {
    checkKeys(options, SIGNAL)
    const found = await this.#parts.router.findRoute(requireDomain(domain, 'domain'), NO_NEEDS, this.#signal(options))
    return found.kind === 'route' ? { ...found, hops: found.hops.map(withoutPassword) } : found
  }

  /**
   * What sessions showed of TLS in the last days, domain by domain, and what became of the reports (RFC 8460). What was counted
   * in the last half minute may be missing.
   * @throws MailerError `invalid-address`
   */
  async tlsResults(options: TlsResultsRequest = {}): Promise<readonly TlsDay[]> {
    checkKeys(options, TLS_RESULTS)
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
    checkKeys(options, PREFLIGHT)
    return this.#parts.preflight.report(requireAddress(address, 'address'), this.#signal(options), options)
  }

  /**
   * What a message of this sender would be told now, without sending one. Answers from cache where it can.
   * @throws MailerError `not-cleared`, `invalid-address`, `aborted`, `closed`
   */
  async clearance(
    sender: { readonly envelopeFrom: string | null; readonly from: readonly string[] },
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Clearance> {
    checkKeys(sender, SENDER, 'sender')
    check(sender.from, 'array', 'sender.from')
    checkKeys(options, SIGNAL)
    const envelopeFrom = sender.envelopeFrom === null ? null : requireAddress(sender.envelopeFrom, 'envelopeFrom')
    const from = sender.from.map((address, index) => requireAddress(address, `from[${index}]`))
    return this.#underWay(options, async signal => this.#parts.submission.clear({ envelopeFrom, from }, signal))
  }

  /**
   * Whether mail could be sent now: names can be asked, and the domains that keys sign for, or else the host's own, are cleared.
   * @throws MailerError `not-cleared`, with each check that failed or could not be made; `aborted`, `closed`
   */
  async verify(options: { readonly signal?: AbortSignal } = {}): Promise<readonly Clearance[]> {
    const { dkim, hostname } = this.#parts.live.options
    const domains = new Set(dkim.length === 0 ? [hostname] : dkim.map(({ domain }) => domain))
    const found: Clearance[] = []
    for (const domain of domains) {
      const address = `postmaster@${domain}`
      const clearance = await this.clearance({ envelopeFrom: address, from: [address] }, options)
      const unknown = clearance.checks.filter(({ level }) => level === 'unknown')
      if (unknown.length > 0) throw notVerified(domain, unknown)
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
    checkKeys(options, FACTS)
    const { after = 0, signal } = options
    return followFacts(after, this.#following(), this.#signal(signal === undefined ? {} : { signal }))
  }

  /** One page of durable facts with a number above `after`, oldest first. @param limit default 100 */
  async readFacts({
    after = 0,
    limit = 100,
  }: {
    readonly after?: number
    readonly limit?: number
  } = {}): Promise<readonly NumberedFact[]> {
    return this.#parts.store.facts(after, limit)
  }

  /** The number of the newest durable fact; 0 when there is none yet. */
  async newestFact(): Promise<number> {
    return this.#parts.store.newestFact()
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
    checkKeys(options, CLOSE)
    const { withinMs = 30_000 } = options
    this.#closing ??= this.#end(withinMs)
    await this.#closing
  }

  async #end(withinMs: number): Promise<void> {
    const { clock, engine } = this.#parts
    const stop = (): void => this.#stop.abort(closed())
    const cancel = clock.after(withinMs, stop)
    try {
      await Promise.all([engine.close(withinMs), ...this.#working])
    } finally {
      cancel()
      stop()
      await this.#parts.close()
    }
  }

  /** Cuts everything at once. What was accepted is in the queue file. */
  destroy(reason: unknown = closed()): void {
    this.#closing ??= Promise.resolve()
    this.#stop.abort(closed())
    this.#parts.destroy(reason)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #queuedFact(id: QueueId): Promise<QueuedFact | undefined> {
    for (const { fact } of await this.#parts.store.history(id)) if (fact.kind === 'queued') return fact
    return undefined
  }

  async #siteOf(text: string, signal: AbortSignal): Promise<string | undefined> {
    const domain = parseDomain(text)
    if (typeof domain !== 'string') return undefined
    const found = await this.#parts.router.findRoute(domain, NO_NEEDS, this.#signal({ signal }))
    return found.kind === 'route' ? found.site : undefined
  }

  #following(): FollowPorts {
    const { store, recorder, clock } = this.#parts
    return { read: (after, limit) => store.facts(after, limit), on: recorder.on, clock }
  }

  #signal({ signal }: { readonly signal?: AbortSignal }): AbortSignal {
    return signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
  }

  /** Work that `close` waits for. What fails because it was told to stop says so by its code. */
  async #underWay<T>(
    options: { readonly signal?: AbortSignal; readonly startWithinMs?: number },
    work: (signal: AbortSignal, begun: () => void) => Promise<T>,
  ): Promise<T> {
    if (this.#closing !== undefined) throw closed()
    const stop = this.#stop.signal
    const { signal: given = stop, startWithinMs } = options
    using either = given !== stop || startWithinMs !== undefined ? joined(given, stop) : undefined
    const signal = either?.signal ?? stop
    const begun =
      startWithinMs === undefined
        ? () => {}
        : this.#parts.clock.after(startWithinMs, () => either?.abort(notBegun(startWithinMs)))
    const ended = Promise.withResolvers<void>()
    this.#working.add(ended.promise)
    try {
      signal.throwIfAborted()
      return await work(signal, begun)
    } catch (error) {
      if (!signal.aborted || MailerError.is(error)) throw error
      throw new MailerError('aborted', 'aborted before it was done', { cause: signal.reason })
    } finally {
      begun()
      this.#working.delete(ended.promise)
      ended.resolve()
    }
  }

  #request(options: AcceptOptions, tags: Readonly<Record<string, string>>): SendRequest {
    const { clock, live } = this.#parts
    return readSendOptions(options, tags, {
      now: clock.now(),
      expireAfterMs: live.options.delivery.retry.expireAfterMs,
    })
  }

  async #receipt({ submission, id, duplicate }: Submitted): Promise<Receipt> {
    const first = duplicate ? await this.#queuedFact(id) : undefined
    return {
      id,
      messageId: first?.header ?? submission.message.messageId,
      recipients: first?.recipients ?? submission.envelope.recipients.map(({ address }) => printAddress(address)),
      clearance: first?.clearance ?? submission.clearance,
      duplicate,
      settled: async (options = {}) => {
        checkKeys(options, SIGNAL)
        return this.#parts.settledWatch.settled(id, this.#signal(options))
      },
    }
  }
}

/** What may pass does not block a message; whoever asks beforehand is told. */
function notVerified(domain: Domain, checks: readonly Check[]): MailerError {
  const [{ id, found, wanted }] = checks as [Check]
  return new MailerError('not-cleared', printWrong({ where: `${id} of ${domain}`, found, wanted }), {
    where: id,
    found,
    wanted,
    fix: 'try again when the name servers answer; `postrider doctor` says more',
    checks,
  })
}

function notBegun(ms: number): MailerError {
  return new MailerError('aborted', `the message could not be prepared within ${ms} ms`, {
    fix: 'send it again; look for slow name servers, or for a disk that is busy',
  })
}

function closed(): MailerError {
  return new MailerError('closed', 'the mailer is closed', { fix: 'make a new one with createMailer()' })
}

function waitingDomain({ address, state }: QueueEntryRecipient): readonly string[] {
  return ['waiting', 'running', 'deferred'].includes(state) ? [address.slice(address.lastIndexOf('@') + 1)] : []
}
