/**
 * Submission: compose > preflight > sign > enqueue > record.
 *
 * 1. A draft becomes bytes and an envelope (compose/); ready bytes are inspected instead and enter at step 2.
 * 2. The sender is cleared, or refused with the reason (preflight/).
 * 3. The keys of the domain nearest to From sign (sign/); what should be signed and cannot be is not accepted.
 * 4. The message is on disk when the returned promise resolves (queue/), never before.
 * 5. Then, and only then, it is told (observe/).
 *
 * Not here: what happens when it is due (delivery.ts).
 */

import type { Address } from '../model/address.ts'
import type { Clearance } from '../model/clearance.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Draft } from '../model/draft.ts'
import type { Envelope } from '../model/envelope.ts'
import type { Fact, QueuedFact } from '../model/fact.ts'
import type { RawMessage } from '../model/message.ts'
import type { QueueId } from '../model/queue-id.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Priority, Submission } from '../model/submission.ts'
import { digestOfDraft } from './idempotency.ts'

export interface SubmissionPorts {
  readonly compose: (
    draft: Draft,
    now: number,
    signal: AbortSignal,
  ) => Promise<{ readonly message: RawMessage; readonly envelope: Envelope }>
  readonly clear: (sender: Sender, signal: AbortSignal) => Promise<Clearance> | Clearance
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  readonly sign: (message: RawMessage, keys: readonly DkimKey[], now: number) => Promise<RawMessage>
  readonly enqueue: (
    submission: Submission,
    options: Writing,
  ) => Promise<{ readonly id: QueueId; readonly duplicate: boolean }>
  /** The durable fact of an acceptance, as the queue wrote it with the message. */
  readonly queuedFact: (submission: Submission) => QueuedFact
  readonly record: (fact: Fact) => void
  readonly now: () => number
}

/** Whom preflight is asked about. */
export interface Sender {
  readonly envelopeFrom: Address | null
  readonly from: readonly Address[]
}

/** What the caller decides about a message besides its content. */
export interface SendRequest {
  readonly expiresAt: number
  readonly notBefore: number
  readonly priority: Priority
  readonly tags: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  /** What the key stands for. */
  readonly idempotencyDigest?: string
  readonly account?: string
  readonly hold?: string
}

/** Until when a submission can be given up. */
export interface Writing {
  /** Aborted: the message is not written, or taken back before anybody delivers it. */
  readonly signal: AbortSignal
  /** Called when the write begins: from then on it is waited for. */
  readonly begun: () => void
}

export interface Submitted {
  readonly submission: Submission
  readonly id: QueueId
  readonly duplicate: boolean
}

/** Takes a draft. @throws MailerError as compose, preflight, sign and the queue do. */
export async function submit(
  { draft, request }: { readonly draft: Draft; readonly request: SendRequest },
  ports: SubmissionPorts,
  writing: Writing,
): Promise<Submitted> {
  const { message, envelope } = await ports.compose(draft, ports.now(), writing.signal)
  const { idempotencyKey } = request
  const digest = idempotencyKey === undefined ? {} : { idempotencyDigest: digestOfDraft(draft) }
  return admit({ message, envelope, request: { ...request, ...digest } }, ports, writing)
}

/** A message that is composed. */
interface Ready {
  /** When it had to be known before. */
  readonly id?: QueueId
  readonly message: RawMessage
  readonly envelope: Envelope
  readonly request: SendRequest
}

/** Takes a message that is composed already. @throws MailerError as preflight, sign and the queue do; the reason of the signal. */
export async function admit(
  { id: given, message, envelope, request }: Ready,
  ports: SubmissionPorts,
  writing: Writing,
): Promise<Submitted> {
  const { signal } = writing
  const clearance = await ports.clear({ envelopeFrom: envelope.reversePath, from: message.from }, signal)
  signal.throwIfAborted()
  const now = ports.now()
  const keys = ports.chooseKeys(message.from)
  const signed = keys.length === 0 ? message : await ports.sign(message, keys, now)
  const { hold, ...wanted } = request
  const submission: Submission = {
    ...wanted,
    id: given ?? makeQueueId(now),
    envelope,
    message: signed,
    clearance,
    acceptedAt: now,
    ...(hold === undefined ? {} : { held: true, holdReason: hold }),
  }
  // Whoever gives up later is told so only if the message is not kept (queue/store.ts).
  const { id, duplicate } = await ports.enqueue(submission, writing)
  if (!duplicate) ports.record(ports.queuedFact(submission))
  return { submission, id, duplicate }
}
