/**
 * Submission: compose > preflight > sign > enqueue > record.
 *
 * 1. A draft becomes bytes and an envelope (compose/). Ready bytes are completed and made 7-bit instead, before they are signed,
 *    so that no hop has a reason to change them; whoever hands them in may look at the result, and may replace it.
 * 2. The sender is cleared, or refused with the reason (preflight/).
 * 3. The keys of the domain nearest to From sign (sign/); what should be signed and cannot be is not accepted.
 * 4. The message is on disk when the returned promise resolves (queue/), never before.
 * 5. Then, and only then, it is told (observe/).
 *
 * Not here: several that go in together (submit-all.ts), what happens when it is due (delivery.ts).
 */

import type { Buffer } from 'node:buffer'
import { prepareRaw, sevenBit } from '../compose/index.ts'
import type { Address, Domain } from '../model/address.ts'
import type { Card, WayIn } from '../model/card.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Draft } from '../model/draft.ts'
import type { Envelope } from '../model/envelope.ts'
import type { Fact, QueuedFact } from '../model/fact.ts'
import type { RawMessage } from '../model/message.ts'
import { takeOver } from '../model/message-buffer.ts'
import type { QueueId } from '../model/queue-id.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Priority, Submission } from '../model/submission.ts'
import { wrongValue } from '../model/wrong-value.ts'
import type { FeedbackSubject, FeedbackWish } from './feedback-fields.ts'
import { digestOfDraft, digestOfRaw } from './idempotency.ts'
import type { Returning, ReturnWish } from './return-path.ts'

export interface SubmissionPorts {
  readonly compose: (
    draft: Draft,
    now: number,
    signal: AbortSignal,
  ) => Promise<{ readonly message: RawMessage; readonly envelope: Envelope }>
  /** As they are now: `messageBytes` may be changed while the mailer runs. */
  readonly rawLimits: () => RawLimits
  readonly clear: (sender: Sender, signal: AbortSignal) => Promise<Clearance> | Clearance
  /** Where bounces come back to, when that is an address of ours. @param wish in place of what is configured */
  readonly returning: (reversePath: Address | null, wish: ReturnWish) => Returning | undefined
  /** With the fields that people answer by. */
  readonly mark: (message: RawMessage, subject: FeedbackSubject) => RawMessage
  /** What is kept of its header; nothing when that is off. */
  readonly card: (message: RawMessage) => Card | undefined
  /** How long its bytes are kept when it is done. */
  readonly keepContentMs: (request: Pick<SendRequest, 'account' | 'tags'>) => number
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly sign: (message: RawMessage, keys: readonly DkimKey[], now: number) => Promise<RawMessage>
  readonly enqueue: (
    submission: Submission,
    options: Omit<Writing, 'leftMs'> & { readonly withinMs?: number },
  ) => Promise<{ readonly id: QueueId; readonly duplicate: boolean }>
  /** All of them or none. */
  readonly enqueueAll: (
    submissions: readonly Submission[],
    options: Omit<Writing, 'leftMs'> & { readonly withinMs?: number },
  ) => Promise<readonly { readonly id: QueueId; readonly duplicate: boolean }[]>
  /** The durable fact of an acceptance, as the queue wrote it with the message. */
  readonly queuedFact: (submission: Submission) => QueuedFact
  readonly record: (fact: Fact) => void
  readonly now: () => number
}

/** What ready bytes are completed with, and held against. */
export interface RawLimits {
  /** Stands in a Message-ID that we add. */
  readonly hostname: Domain
  readonly messageBytes: number
}

/** Whom preflight is asked about. */
export interface Sender {
  readonly envelopeFrom: Address | null
  readonly from: readonly Address[]
}

/** What the caller decides about a message besides its content. */
export interface SendRequest extends ReturnWish, FeedbackWish {
  readonly expiresAt: number
  readonly notBefore: number
  readonly priority: Priority
  readonly tags: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  /** What the key stands for. */
  readonly idempotencyDigest?: string
  readonly account?: string
  readonly pool?: string
  readonly via: WayIn
  readonly hold?: string
  /** `false`: its bytes are not kept, whatever the options say. */
  readonly keepContent?: boolean
}

/** Until when a submission can be given up. */
export interface Writing {
  /** Aborted: the message is not written, or taken back before anybody delivers it. */
  readonly signal: AbortSignal
  /** Called when the write begins: from then on it is waited for. */
  readonly begun: () => void
  /** How much of its time is left to its caller; undefined is as long as it takes. */
  readonly leftMs?: () => number | undefined
}

export interface Submitted {
  readonly submission: Submission
  readonly id: QueueId
  readonly duplicate: boolean
}

export interface DraftSubmission {
  readonly draft: Draft
  readonly request: SendRequest
}

/** Takes a draft. @throws MailerError as compose, preflight, sign and the queue do. */
export async function submit(given: DraftSubmission, ports: SubmissionPorts, writing: Writing): Promise<Submitted> {
  return admit(await composed(given, ports, writing.signal), ports, writing)
}

/** @throws MailerError as compose does */
export async function composed(
  { draft, request }: DraftSubmission,
  ports: SubmissionPorts,
  signal: AbortSignal,
): Promise<Ready> {
  const { message, envelope } = await ports.compose(draft, ports.now(), signal)
  const { idempotencyKey } = request
  const digest = idempotencyKey === undefined ? {} : { idempotencyDigest: digestOfDraft(draft) }
  return { message, envelope, request: { ...request, ...digest } }
}

/** A message in ready bytes. */
export interface RawSubmission {
  readonly raw: Buffer
  readonly envelope: Envelope
  readonly request: SendRequest
  /** Whole header lines with CRLF, to stand above everything. */
  readonly trace: (id: QueueId) => string | undefined
  /** What the idempotency key stands for, in place of the bytes. */
  readonly fingerprint?: string
  /** Sees the completed message before its sender is cleared. What it throws is thrown. */
  readonly check: (message: RawMessage) => RawReplacement
}

/** Taken in place of what was given, and not checked again. */
export interface RawReplacement {
  readonly raw?: Buffer
  readonly reversePath?: Address
}

/** Takes ready bytes. @throws MailerError `invalid-message`, `message-too-large`; as preflight, sign and the queue do. */
export async function submitRaw(given: RawSubmission, ports: SubmissionPorts, writing: Writing): Promise<Submitted> {
  return admit(completed(given, ports), ports, writing)
}

/** @throws MailerError `invalid-message`, `message-too-large` */
export function completed(given: RawSubmission, ports: SubmissionPorts): Ready {
  const { raw, envelope, request, fingerprint } = given
  const now = ports.now()
  const id = makeQueueId(now)
  const trace = given.trace(id)
  // Before anything is put above octets that are ours, or taken out of them.
  const digest =
    request.idempotencyKey === undefined ? {} : { idempotencyDigest: fingerprint ?? digestOfRaw(raw, envelope) }
  const prepared = prepare(raw, trace, ports.rawLimits(), now)
  const { raw: other, reversePath } = given.check(prepared)
  const message = other === undefined ? prepared : prepare(other, trace, ports.rawLimits(), now)
  requireAuthor(message)
  return {
    id,
    message,
    envelope: reversePath === undefined ? envelope : { ...envelope, reversePath },
    request: { ...request, ...digest },
  }
}

/** Ready bytes to a message that may be signed and sent. @throws MailerError `invalid-message`, `message-too-large` */
function prepare(bytes: Buffer, trace: string | undefined, limits: RawLimits, now: number): RawMessage {
  const { hostname, messageBytes } = limits
  if (bytes.length > messageBytes) {
    throw wrongValue('message-too-large', {
      where: 'message',
      found: `${bytes.length} octets`,
      wanted: `at most ${messageBytes}`,
      fix: 'send less, or raise limits.messageBytes',
    })
  }
  return sevenBit(prepareRaw(takeOver(bytes), { now, hostname, ...(trace === undefined ? {} : { trace }) }))
}

/**
 * A message says from whom it is in exactly one From field; with two, each reader could take another one for the author.
 * @throws MailerError `invalid-message`
 */
function requireAuthor({ fields, from }: RawMessage): void {
  const count = fields.filter(({ name }) => name === 'from').length
  if (count === 1 && from.length > 0) return
  throw wrongValue('invalid-message', {
    where: 'From',
    found: count === 0 ? 'no From field' : count === 1 ? 'a From field without an address' : `${count} From fields`,
    wanted: 'one From field with an address (RFC 5322 §3.6)',
    fix: 'write From: name@example.com',
  })
}

/** A message that is composed. */
interface Ready {
  /** When it had to be known before. */
  readonly id?: QueueId
  readonly message: RawMessage
  readonly envelope: Envelope
  readonly request: SendRequest
}

/** The steps that a draft and ready bytes share. @throws MailerError as preflight, sign and the queue do; the reason of the signal. */
async function admit(ready: Ready, ports: SubmissionPorts, writing: Writing): Promise<Submitted> {
  const { signal, begun, leftMs } = writing
  const submission = await cleared(ready, ports, signal)
  // Whoever gives up later is told so only if the message is not kept (queue/store.ts).
  const { id, duplicate } = await ports.enqueue(submission, { signal, begun, ...within(leftMs?.()) })
  if (!duplicate) ports.record(ports.queuedFact(submission))
  return { submission, id, duplicate }
}

/** Cleared and signed: ready for the queue. @throws MailerError as preflight and sign do; the reason of the signal */
export async function cleared(
  { id: given, message, envelope, request }: Ready,
  ports: SubmissionPorts,
  signal: AbortSignal,
): Promise<Submission> {
  const { hold, returnPath, passOn, unsubscribe, feedbackId, keepContent = true, ...wanted } = request
  const { reversePath } = envelope
  const returning = ports.returning(reversePath, request)
  // SPF is asked of the domain that MAIL FROM will have (RFC 7208 §2.4).
  const { domain } = returning ?? {}
  const envelopeFrom = domain === undefined || reversePath === null ? reversePath : { ...reversePath, domain }
  const clearance = await ports.clear({ envelopeFrom, from: message.from }, signal)
  signal.throwIfAborted()
  const now = ports.now()
  const keys = ports.chooseKeys(message.from)
  const id = given ?? makeQueueId(now)
  const marked = ports.mark(message, { id, envelope, request, keys })
  const signed = keys.length === 0 ? marked : await ports.sign(marked, keys, now)
  const keepContentMs = keepContent ? ports.keepContentMs(request) : 0
  const card = ports.card(message)
  return {
    ...wanted,
    id,
    envelope: { ...envelope, ...returning?.marks },
    message: signed,
    clearance,
    acceptedAt: now,
    ...(card === undefined ? {} : { card }),
    ...(keepContentMs > 0 && { keepContentMs }),
    ...(hold === undefined ? {} : { held: true, holdReason: hold }),
  }
}

export function within(leftMs: number | undefined): { readonly withinMs?: number } {
  return leftMs === undefined ? {} : { withinMs: leftMs }
}
