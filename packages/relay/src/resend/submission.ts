/**
 * Submission: a mail that came over HTTP, through the rules of a mail that comes by SMTP, in their order, and into the queue.
 *
 * Policy. Senders, limits, holds, suppressions and preflight are decided by what decides them for SMTP. A recipient that is not to be
 * mailed does not keep the others from being mailed; when there is no other, the mail is refused.
 *
 * Not here: the fields of a request (email-fields.ts), the rules (listener/submission-policy.ts, admission/).
 */
import { Buffer } from 'node:buffer'
import {
  type Address,
  type ComposedMessage,
  type Mailer,
  MailerError,
  parseAddress,
  type Receipt,
} from '@postrider/core'
import { mayUse, refuse } from '../admission/index.ts'
import type { Peer, Refused, SubmissionPolicy, SubmitExtras, Transaction } from '../listener/index.ts'
import type { HttpRequest } from '../server/index.ts'
import { ApiError, invalid, refusedAs } from './api-error.ts'
import type { Caller } from './caller.ts'
import type { EmailFields } from './email-fields.ts'

export interface SubmissionPorts {
  readonly mailer: Pick<Mailer, 'compose' | 'clearance'>
  readonly policy: SubmissionPolicy
}

/** Allowed, and not queued yet. */
export interface Prepared {
  readonly raw: Buffer
  readonly transaction: Transaction
  readonly peer: Peer
  readonly fields: EmailFields
  readonly composed: ComposedMessage
}

/** @throws ApiError when it may not be sent */
export async function prepare(
  fields: EmailFields,
  { policy, mailer }: SubmissionPorts,
  { caller, request, id }: { readonly caller: Caller; readonly request: HttpRequest; readonly id: string },
): Promise<Prepared> {
  const composed = await composeFor(fields, mailer, request.signal)
  const { raw, envelope, from } = composed
  const peer = peerOf(caller, request, id)
  const sender = envelope.from === null ? null : parsed(envelope.from)
  const authors = from.map(parsed)
  requireDomains(caller, sender === null ? authors : [...authors, sender])
  const reply = await policy.mail(sender, { sizeBytes: raw.length }, peer)
  if (reply !== undefined) throw refusedAs(reply, 'sender')
  const { account } = caller
  if (account.rewriteFrom === undefined && !authors.every(author => mayUse(account.senders, author)))
    throw refusedAs(refuse('from-not-allowed'), 'sender')
  const transaction: Transaction = { id, sender, options: {}, recipients: [] }
  await takeRecipients(envelope.to.map(textOf).map(parsed), transaction, { policy, peer })
  return { raw: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), transaction, peer, fields, composed }
}

/** What receivers would say of the sender. @throws ApiError when they would refuse it */
export async function requireCleared(
  { composed }: Prepared,
  { mailer }: SubmissionPorts,
  signal: AbortSignal,
): Promise<void> {
  try {
    await mailer.clearance({ envelopeFrom: composed.envelope.from, from: composed.from }, { signal })
  } catch (error) {
    if (!MailerError.is(error) || error.code !== 'not-cleared') throw error
    throw new ApiError(403, 'validation_error', error.message)
  }
}

/** @throws ApiError */
export async function queue(
  { raw, transaction, peer, fields }: Prepared,
  policy: SubmissionPolicy,
  { signal, ...idempotency }: Idempotent,
): Promise<Receipt> {
  const extras = { ...idempotency, ...extrasOf(fields) }
  const answer = await policy.submit(raw, transaction, peer, { extras, signal })
  return taken(answer)
}

/** All of these or none. @throws ApiError */
export async function queueAll(
  all: readonly (Prepared & { readonly place: number })[],
  policy: SubmissionPolicy,
  how: Idempotent,
): Promise<readonly Receipt[]> {
  const whole = all.map(({ raw, transaction, peer, fields, place }) => ({
    place,
    content: raw,
    transaction,
    peer,
    extras: extrasOf(fields),
  }))
  return taken(await policy.submitAll(whole, how))
}

type Idempotent = Pick<SubmitExtras, 'idempotencyKey' | 'fingerprint'> & { readonly signal: AbortSignal }

function extrasOf({ tags, scheduledAt }: EmailFields): Pick<SubmitExtras, 'tags' | 'notBefore'> {
  return { tags, ...(scheduledAt === undefined ? {} : { notBefore: scheduledAt }) }
}

function taken<T extends object>(answer: T | Refused): T {
  if (!('reply' in answer)) return answer
  if (MailerError.is(answer.error) && answer.error.code === 'duplicate-key') throw otherPayload()
  throw refusedAs(answer.reply, 'message')
}

export function otherPayload(): ApiError {
  const text = 'This idempotency key has been used with another payload.'
  return new ApiError(409, 'invalid_idempotent_request', text)
}

async function composeFor({ draft }: EmailFields, mailer: SubmissionPorts['mailer'], signal: AbortSignal) {
  try {
    return await mailer.compose(draft, { signal })
  } catch (error) {
    if (!MailerError.is(error) || !ABOUT_THE_DRAFT.has(error.code)) throw error
    throw error.code === 'message-too-large'
      ? new ApiError(413, 'validation_error', error.message)
      : invalid(error.message)
  }
}

const ABOUT_THE_DRAFT: ReadonlySet<string> = new Set([
  'invalid-draft',
  'invalid-address',
  'invalid-header',
  'too-many-recipients',
  'message-too-large',
])

async function takeRecipients(
  recipients: readonly Address[],
  transaction: Transaction,
  { policy, peer }: { readonly policy: SubmissionPolicy; readonly peer: Peer },
): Promise<void> {
  let refusal: ApiError | undefined
  let open = 0
  for (const address of recipients) {
    const reply = await policy.rcpt({ address }, transaction, peer)
    if (reply === undefined) open++
    // For good: this one is not mailed. The mailer says so of it once the others are queued.
    else if (reply.code === 550) refusal ??= refusedAs(reply, 'recipient')
    else throw refusedAs(reply, 'recipient')
    transaction.recipients.push({ address })
  }
  if (open === 0 && refusal !== undefined) throw refusal
}

function requireDomains({ key }: Caller, addresses: readonly Address[]): void {
  if (key.domains.length === 0) return
  const foreign = addresses.find(({ domain }) => !key.domains.includes(domain))
  if (foreign === undefined) return
  const text = `This API key may not send from ${foreign.domain}; it is bound to ${key.domains.join(', ')}`
  throw new ApiError(403, 'validation_error', text)
}

function peerOf({ account }: Caller, { client }: HttpRequest, id: string): Peer {
  return { ...client, id, trusted: false, hello: '', extended: true, http: true, account }
}

function textOf(recipient: ComposedMessage['envelope']['to'][number]): string {
  return typeof recipient === 'string' ? recipient : recipient.address
}

/** What the mailer has written. */
function parsed(text: string): Address {
  const address = parseAddress(text)
  if ('problem' in address) throw new Error(`${text}: ${address.problem}`)
  return address
}
