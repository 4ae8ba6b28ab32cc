/**
 * FeedbackFields: the header fields by which recipients and providers answer to a message of ours: List-Unsubscribe, CFBL-Address and
 * Feedback-ID.
 *
 * Policy. Only where they are wanted, and never beside one that the sender set, or signed as absent. What names a recipient stands in mail to that one alone:
 * all copies are the same octets. Mail of nobody gets none, since it answers to something. An address is one of ours that proves itself, so
 * that what comes there is of that message and recipient without a look-up. CFBL-Address stands only where a receiver would believe it:
 * where the domain of From, which it is at or below, signs (RFC 9477 §3.1). One click needs https; a program may follow it (RFC 8058 §3.1).
 *
 * Not here: what follows when somebody answers (take-report.ts), the page behind the link (the relay), that they are signed (sign/).
 */
import { Buffer } from 'node:buffer'
import { fieldsAbove } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import type { Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Envelope, UnsubscribeUse } from '../model/envelope.ts'
import type { RawMessage } from '../model/message.ts'
import type { QueueId } from '../model/queue-id.ts'
import { printReturnAddress, type ReturnKeys } from '../report/index.ts'

/** What the sender wants of it, in place of what is configured. */
export interface FeedbackWish {
  readonly unsubscribe?: UnsubscribeUse
  /** Of whom or what it is, in Feedback-ID. */
  readonly feedbackId?: string
}

export interface FeedbackSubject {
  readonly id: QueueId
  readonly envelope: Pick<Envelope, 'reversePath' | 'recipients'>
  readonly request: FeedbackWish & { readonly tags: Readonly<Record<string, string>> }
  /** Those that are going to sign it. */
  readonly keys: readonly Pick<DkimKey, 'domain'>[]
}

export interface FeedbackSettings {
  readonly feedback: ResolvedOptions['feedback']
  readonly returnKeys: ReturnKeys | undefined
}

const LONGEST_PART = 64
const FOR_MANY = /^(?:bulk|list)$/i

/** The message with what it lacks of these fields above it. */
export function withFeedbackFields(
  message: RawMessage,
  subject: FeedbackSubject,
  { feedback, returnKeys }: FeedbackSettings,
): RawMessage {
  if (subject.envelope.reversePath === null) return message
  const own = returnKeys !== undefined && subject.envelope.recipients.length === 1 ? returnKeys : undefined
  const fields = [
    ...(own === undefined ? [] : unsubscribeFields(message, subject, { feedback, keys: own })),
    ...(own === undefined ? [] : complaintFields(message, subject, { feedback, keys: own })),
    ...feedbackId(message, subject, feedback),
  ]
  return fields.length === 0 ? message : fieldsAbove(message, Buffer.from(fields.join(''), 'ascii'))
}

interface Own {
  readonly feedback: FeedbackSettings['feedback']
  readonly keys: ReturnKeys
}

/** RFC 2369 §3.2, RFC 8058 §3.1 */
function unsubscribeFields(
  message: RawMessage,
  { id, request }: FeedbackSubject,
  { feedback, keys }: Own,
): readonly string[] {
  const use = request.unsubscribe ?? feedback.unsubscribe
  const isWanted = use === 'all' || (use === 'lists' && isForMany(message))
  if (!isWanted || has(message, 'list-unsubscribe') || has(message, 'list-unsubscribe-post')) return []
  const address = printReturnAddress({ purpose: 'unsubscribe', id, recipient: 0 }, keys)
  const mailto = `<mailto:${address}?subject=unsubscribe>`
  const { unsubscribeUrl: root } = feedback
  if (root === undefined) return [`List-Unsubscribe: ${mailto}\r\n`]
  const token = address.slice(0, address.indexOf('@'))
  return [
    `List-Unsubscribe: <${root}${token}>,\r\n\t${mailto}\r\n`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n',
  ]
}

/** RFC 9477 §3.1, §5.1 */
function complaintFields(
  message: RawMessage,
  { id, keys: signing }: FeedbackSubject,
  { feedback, keys }: Own,
): readonly string[] {
  const { from } = message
  const author = from.length === 1 ? from[0]?.domain : undefined
  if (!feedback.complaints || author === undefined || has(message, 'cfbl-address')) return []
  const isBelieved = signing.some(({ domain }) => domain === author) && isAtOrBelow(keys.domain, author)
  if (!isBelieved) return []
  const address = printReturnAddress({ purpose: 'feedback', id, recipient: 0 }, keys)
  const proof = address.slice(0, address.indexOf('@'))
  return [
    `CFBL-Address: ${address};\r\n\treport=arf\r\n`,
    ...(has(message, 'cfbl-feedback-id') ? [] : [`CFBL-Feedback-ID: ${proof}\r\n`]),
  ]
}

/** `spring:forum:acme-mail`: one to three names that many messages share, and who sends. */
function feedbackId(
  message: RawMessage,
  { request }: FeedbackSubject,
  { senderId, tags }: FeedbackSettings['feedback'],
): readonly string[] {
  if (senderId === undefined || has(message, 'feedback-id')) return []
  const names = [...tags.map(name => request.tags[name]), request.feedbackId].map(part)
  return [`Feedback-ID: ${[...names.filter(name => name !== ''), senderId].join(':')}\r\n`]
}

/** What Gmail takes for one name: neither a colon nor a space ends it. */
function part(text: string | undefined): string {
  return (text ?? '').replaceAll(/[^\w.-]+/g, '_').slice(0, LONGEST_PART)
}

function isForMany({ bytes, fields }: RawMessage): boolean {
  return fields.some(
    ({ name, valueStart, end }) =>
      name === 'list-id' || (name === 'precedence' && FOR_MANY.test(bytes.toString('latin1', valueStart, end).trim())),
  )
}

/** Also what a signature of the sender covers: a name there that the message lacks must not be added (RFC 6376 §5.4.2). */
function has({ bytes, fields }: RawMessage, wanted: string): boolean {
  return fields.some(
    ({ name, valueStart, end }) =>
      name === wanted || (name === 'dkim-signature' && signs(bytes.toString('latin1', valueStart, end), wanted)),
  )
}

function signs(signature: string, wanted: string): boolean {
  const tags = signature.replaceAll(/\s+/g, '').split(';')
  const names = tags.find(tag => tag.startsWith('h='))?.slice(2)
  return names?.toLowerCase().split(':').includes(wanted) === true
}

function isAtOrBelow(domain: string, above: Domain): boolean {
  const name = domain.toLowerCase()
  return name === above || name.endsWith(`.${above}`)
}
