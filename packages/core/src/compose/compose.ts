/**
 * Compose: a draft to a message and its envelope, or one error that says what is wrong with the draft.
 *
 * Policy. Everything is checked before anything is written. What comes out is ASCII but for internationalised addresses in
 * the header (RFC 6532), with CRLF line ends and lines of at most 998 octets, so that no hop has a reason to change what
 * was signed.
 *
 * Not here: the checks themselves (check-draft.ts, headers.ts, envelope.ts, attachments.ts), the bytes (mime.ts).
 */
import type { Domain } from '../model/address.ts'
import type { Draft } from '../model/draft.ts'
import type { Envelope } from '../model/envelope.ts'
import type { RawMessage } from '../model/message.ts'
import { loadAttachments, requireContentType, tooLarge } from './attachments.ts'
import { checkDraft, requireKeys } from './check-draft.ts'
import { invalidDraft, shown } from './draft-error.ts'
import { makeEnvelope, readParties } from './envelope.ts'
import { requireHeaderText } from './header-text.ts'
import { extraHeaders, makeMessageId, requireMessageId } from './headers.ts'
import { inspect } from './inspect.ts'
import { render } from './mime.ts'

export interface ComposeOptions {
  /** Milliseconds since 1970: the Date of a draft that names none. */
  readonly now: number
  readonly hostname: Domain
  /** Attachments may name files of this machine. @default false */
  readonly allowFiles?: boolean
  /** Html without a text gets one that says the same. @default false */
  readonly textFromHtml?: boolean
  readonly limits: { readonly messageBytes: number; readonly recipients: number }
}

export interface Composed {
  readonly message: RawMessage
  readonly envelope: Envelope
}

/** RFC 5322 §2.1.1 */
const LONGEST_LINE = 998
const CALENDAR_KEYS = { method: 'string', content: 'string', filename: 'string' } as const
const ALTERNATIVE_KEYS = { contentType: 'string', content: 'string' } as const

/**
 * @throws {MailerError} `invalid-draft`, `invalid-address`, `invalid-header`, `too-many-recipients`, `message-too-large`, and
 * `aborted` when a stream was still being read
 */
export async function compose(given: Draft, options: ComposeOptions, signal?: AbortSignal): Promise<Composed> {
  checkDraft(given)
  const parties = readParties(given)
  const envelope = makeEnvelope(given, parties, options.limits.recipients)
  const headers = extraHeaders(given)
  const checked = checkedContent(given)
  const draft = options.textFromHtml ? await withText(checked) : checked
  const messageId =
    draft.messageId === undefined
      ? makeMessageId(parties.from.address.domain)
      : requireMessageId(draft.messageId, 'messageId')
  const { messageBytes } = options.limits
  const parts = await loadAttachments(draft, {
    allowFiles: options.allowFiles ?? false,
    messageBytes,
    ...(signal ? { signal } : {}),
  })
  const date = draft.date ?? new Date(options.now)
  const bytes = await render({ draft, parties, parts, headers, messageId, date })
  if (bytes.length > messageBytes) throw tooLarge('draft', `${bytes.length} octets`, messageBytes)
  return { message: requireSafe(inspect(bytes)), envelope }
}

/** A text that is given is taken as it is, also an empty one. Loaded late: most drafts bring their own. */
async function withText(draft: Draft): Promise<Draft> {
  if (draft.text !== undefined || !draft.html) return draft
  const { textOfHtml } = await import('./html-text.ts')
  const text = textOfHtml(draft.html)
  return text === undefined ? draft : { ...draft, text }
}

/** The draft with the values that end up in headers checked. */
function checkedContent(draft: Draft): Draft {
  const { alternatives = [], calendar, inReplyTo, references, subject } = draft
  for (const [index, alternative] of alternatives.entries()) {
    const where = `alternatives[${index}]`
    requireKeys(alternative, ALTERNATIVE_KEYS, where)
    requireContentType(alternative.contentType, `${where}.contentType`)
    if (typeof alternative.content !== 'string') {
      throw invalidDraft(`${where}.content`, shown(alternative.content), 'a string')
    }
  }
  if (calendar !== undefined) checkCalendar(calendar)
  return {
    ...draft,
    ...(subject === undefined ? {} : { subject: requireHeaderText(subject, 'subject') }),
    ...(inReplyTo === undefined ? {} : { inReplyTo: requireMessageId(inReplyTo, 'inReplyTo') }),
    ...(references === undefined
      ? {}
      : { references: references.map((id, index) => requireMessageId(id, `references[${index}]`)) }),
  }
}

function checkCalendar(calendar: NonNullable<Draft['calendar']>): void {
  requireKeys(calendar, CALENDAR_KEYS, 'calendar')
  if (typeof calendar.content !== 'string') {
    throw invalidDraft('calendar.content', shown(calendar.content), 'an iCalendar object (RFC 5545)')
  }
  if (
    calendar.method !== undefined &&
    !/^[A-Za-z-]{1,40}$/.test(requireHeaderText(calendar.method, 'calendar.method'))
  ) {
    throw invalidDraft('calendar.method', shown(calendar.method), 'a method such as REQUEST (RFC 5546 §1.4)')
  }
  if (calendar.filename !== undefined) requireHeaderText(calendar.filename, 'calendar.filename')
}

/** What composing promises. A draft that gets here and breaks it is refused rather than sent broken. */
function requireSafe(message: RawMessage): RawMessage {
  if (message.eightBit || message.longestLine > LONGEST_LINE) {
    const found = message.eightBit ? 'an 8-bit body' : `a line of ${message.longestLine} octets`
    throw invalidDraft(
      'draft',
      found,
      `ASCII lines of at most ${LONGEST_LINE} octets`,
      'shorten the longest header value',
    )
  }
  return message
}
