/**
 * EmailFields: the body of `POST /emails` as a draft, with its tags and its hour.
 *
 * Policy. What the mailer writes by itself is taken out of `headers` in silence, because frameworks hand on every field that they know;
 * what it takes from elsewhere is taken there. What Resend has and a mailer has not (templates, topics) is refused in a sentence.
 *
 * Not here: whether the sender may (the relay's own rules), attachments (attachment.ts), hours (moment.ts).
 */
import type { Draft } from '@postrider/core'
import { ApiError, invalid } from './api-error.ts'
import { readAttachments } from './attachment.ts'
import { type Fields, field, optionalText, requireFields, textList } from './field.ts'
import { readMoment } from './moment.ts'

export interface EmailFields {
  readonly draft: Draft
  readonly tags: Readonly<Record<string, string>>
  readonly scheduledAt?: number
  /** As it was said: in an hour from now is another moment each time. */
  readonly scheduledText?: unknown
}

const KNOWN = [
  'from',
  'to',
  'cc',
  'bcc',
  'reply_to',
  'subject',
  'html',
  'text',
  'headers',
  'attachments',
  'tags',
  'scheduled_at',
  'template',
  'topic_id',
] as const
const MOST_RECIPIENTS = 50
const MOST_TAGS = 75
const TAG = /^[A-Za-z0-9_-]{1,256}$/
const LONGEST_AHEAD_MS = 30 * 86_400_000
/** Written by the mailer, or named in fields of their own. */
const NOT_TAKEN: ReadonlySet<string> = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'dkim-signature',
  'return-path',
  'received',
  'resent-bcc',
  'resend-idempotency-key',
])

export function readEmail(value: unknown, now: number): EmailFields {
  const fields = requireFields(value, '', KNOWN)
  requireOurs(fields)
  const from = requireText(fields, 'from')
  const to = textList(fields, 'to')
  if (to.length === 0) throw missing('to')
  if (to.length > MOST_RECIPIENTS) throw invalid(`to: found ${to.length} addresses, wanted at most ${MOST_RECIPIENTS}`)
  const html = optionalText(fields, 'html', '')
  const text = optionalText(fields, 'text', '')
  if (html === undefined && text === undefined) throw invalid('Missing `html` or `text` field.')
  const scheduledAt = readScheduledAt(field(fields, 'scheduled_at'), now)
  const attachments = readAttachments(field(fields, 'attachments'))
  return {
    draft: {
      from,
      to,
      ...listed(fields, 'cc', 'cc'),
      ...listed(fields, 'bcc', 'bcc'),
      ...listed(fields, 'reply_to', 'replyTo'),
      subject: optionalText(fields, 'subject', '') ?? throwMissing('subject'),
      ...(html === undefined ? {} : { html }),
      ...(text === undefined ? {} : { text }),
      ...(attachments.length === 0 ? {} : { attachments }),
      ...readHeaders(field(fields, 'headers')),
    },
    tags: readTags(field(fields, 'tags')),
    ...(scheduledAt === undefined ? {} : { scheduledAt, scheduledText: field(fields, 'scheduled_at') }),
  }
}

/** @throws ApiError 422 for what is no moment, or too far away */
export function readScheduledAt(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null) return undefined
  const at = typeof value === 'string' ? readMoment(value, now) : undefined
  if (at === undefined) {
    const examples = '2026-12-24T09:00:00Z, in 10 min, tomorrow at 9am, Friday at 3pm ET'
    throw invalid(`scheduled_at: found ${JSON.stringify(value)?.slice(0, 100)}, wanted a moment such as ${examples}`)
  }
  if (at > now + LONGEST_AHEAD_MS) throw invalid('scheduled_at: wanted a moment within 30 days')
  return at
}

function requireOurs(fields: Fields): void {
  if (field(fields, 'template') !== undefined)
    throw invalid('template: this server keeps no templates; send html or text')
  if (field(fields, 'topic_id') !== undefined) throw invalid('topic_id: this server has no topics; leave it out')
}

function listed(fields: Fields, name: string, key: 'cc' | 'bcc' | 'replyTo'): Partial<Draft> {
  const list = textList(fields, name)
  return list.length === 0 ? {} : { [key]: list }
}

function readTags(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!Array.isArray(value)) throw invalid('tags: wanted a list of {name, value}')
  if (value.length > MOST_TAGS) throw invalid(`tags: found ${value.length}, wanted at most ${MOST_TAGS}`)
  const pairs = value.map((each, index) => {
    const tag = plainTag(requireFields(each, `tags[${index}]`, ['name', 'value']))
    const name = optionalText(tag, 'name', `tags[${index}]`) ?? ''
    const text = optionalText(tag, 'value', `tags[${index}]`) ?? ''
    if (!TAG.test(name) || !TAG.test(text))
      throw invalid(`tags[${index}]: wanted a name and a value of 1 to 256 letters, digits, _ and -`)
    return [name, text] as const
  })
  return Object.fromEntries(pairs)
}

/** The bridge of Symfony writes `{"order": "7"}` for `{"name": "order", "value": "7"}`. */
function plainTag(tag: Fields): Fields {
  const [[name, value] = [], ...more] = Object.entries(tag)
  return more.length > 0 || typeof value !== 'string' || name === 'name' || name === 'value' ? tag : { name, value }
}

function readHeaders(value: unknown): Partial<Draft> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('headers: wanted an object')
  const headers: Record<string, string> = {}
  let messageId: string | undefined
  let inReplyTo: string | undefined
  let references: readonly string[] | undefined
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(`headers.${name}: wanted a string`)
    const lower = name.toLowerCase()
    if (lower === 'message-id') messageId = text
    else if (lower === 'in-reply-to') inReplyTo = text
    else if (lower === 'references') references = text.split(/\s+/).filter(id => id !== '')
    else if (!NOT_TAKEN.has(lower)) headers[name] = text
  }
  return {
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references === undefined ? {} : { references }),
  }
}

function requireText(fields: Fields, name: string): string {
  const text = optionalText(fields, name, '')
  return text === undefined || text === '' ? throwMissing(name) : text
}

function missing(name: string): ApiError {
  return new ApiError(422, 'missing_required_field', `Missing \`${name}\` field.`)
}

function throwMissing(name: string): never {
  throw missing(name)
}
