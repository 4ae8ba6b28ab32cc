/**
 * Headers: the fields that this program writes itself (Date, Message-ID, List-Unsubscribe), and those of a draft's `headers`.
 *
 * Policy. A name that a draft field owns is not taken from `headers`, so that nothing is said twice; nor is one that only the
 * program that composes or carries a message may write.
 *
 * Not here: what a value may contain (header-text.ts), encoded words and folding (mime.ts), which fields are signed (sign/).
 * RFC 5322 §3.6, RFC 2369, RFC 8058, RFC 6409 §8.
 */
import { randomUUID } from 'node:crypto'
import { type Domain, parseAddress, printAddress } from '../model/address.ts'
import type { Draft, ListUnsubscribe } from '../model/draft.ts'
import { invalidDraft, invalidHeader, shown } from './draft-error.ts'
import { LONGEST_WORD, requireHeaderText } from './header-text.ts'
import { parseMailbox } from './mailboxes.ts'

const FIELD_NAME = /^[!-9;-~]{1,200}$/
/** RFC 5322 §3.6.4, ASCII only: an 8-bit id would make every reply need SMTPUTF8. */
const MESSAGE_ID = /^<[^\s<>@"\x00-\x1f\x7f-\uffff]+@[^\s<>@\x00-\x1f\x7f-\uffff]+>$/

/** Fields that are written from a field of the draft, and which one. */
const OWNED: Readonly<Record<string, string>> = {
  from: 'from',
  to: 'to',
  cc: 'cc',
  bcc: 'bcc',
  'reply-to': 'replyTo',
  subject: 'subject',
  date: 'date',
  'message-id': 'messageId',
  'in-reply-to': 'inReplyTo',
  references: 'references',
}
/** Fields that only the program that composes or carries the message may write. */
const RESERVED: ReadonlySet<string> = new Set([
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'dkim-signature',
  'return-path',
  'received',
  'resent-bcc',
])
/** Fields that may stand once (RFC 5322 §3.6, RFC 2369 §2, RFC 3834 §5). */
const SINGLE: ReadonlySet<string> = new Set([
  'sender',
  'auto-submitted',
  'precedence',
  'feedback-id',
  'tls-required',
  'list-id',
  'list-help',
  'list-subscribe',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-post',
  'list-owner',
  'list-archive',
])

export interface ExtraHeader {
  readonly key: string
  readonly value: string
}

/** `Sat, 21 Nov 2026 23:01:59 +0000`. RFC 5322 §3.3 */
export function formatDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}

/** A new Message-ID. RFC 5322 §3.6.4 */
export function makeMessageId(domain: Domain): string {
  return `<${randomUUID()}@${domain}>`
}

/**
 * @returns the id in angle brackets, which are added when they are missing
 * @throws {MailerError} `invalid-header`
 */
export function requireMessageId(text: unknown, where: string): string {
  if (typeof text !== 'string') throw invalidDraft(where, shown(text), 'a message id such as <id@example.com>')
  const id = text.startsWith('<') ? text : `<${text}>`
  if (!MESSAGE_ID.test(id) || id.length > LONGEST_WORD) {
    throw invalidHeader(where, shown(text), 'a message id such as <id@example.com>', `give ${where} one ASCII id`)
  }
  return id
}

/** The custom fields of a draft and its List-Unsubscribe, checked. */
export function extraHeaders(draft: Draft): readonly ExtraHeader[] {
  const extra: ExtraHeader[] = []
  const seen = new Set<string>()
  for (const [key, given] of Object.entries(draft.headers ?? {})) {
    const where = `headers[${shown(key)}]`
    const name = requireFieldName(key, where)
    const values: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (SINGLE.has(name) && (values.length > 1 || seen.has(name))) {
      throw invalidHeader(where, 'more than one', 'one value: this field may stand once', `keep one ${key}`)
    }
    seen.add(name)
    for (const value of values) {
      const text = requireHeaderText(value, where)
      // RFC 5322 §3.6.2
      if (name === 'sender') parseMailbox(text, where)
      extra.push({ key, value: text })
    }
  }
  if (draft.listUnsubscribe === undefined) return extra
  if (seen.has('list-unsubscribe') || seen.has('list-unsubscribe-post')) {
    throw invalidHeader('listUnsubscribe', 'also in headers', 'one of the two', 'remove List-Unsubscribe from headers')
  }
  return [...extra, ...unsubscribeHeaders(draft.listUnsubscribe)]
}

function requireFieldName(key: string, where: string): string {
  if (!FIELD_NAME.test(key)) {
    throw invalidHeader(where, shown(key), 'a name of ASCII letters, digits and hyphens (RFC 5322 §2.2)')
  }
  const name = key.toLowerCase()
  const owner = OWNED[name]
  if (owner !== undefined && Object.hasOwn(OWNED, name)) {
    throw invalidHeader(where, 'a field that the draft writes', 'no duplicate', `set draft.${owner} instead`)
  }
  if (RESERVED.has(name)) {
    throw invalidHeader(where, 'a field that only the mailer writes', 'another name', `remove ${key} from headers`)
  }
  return name
}

/** RFC 2369 §3.2, RFC 8058 §3.1: one click needs an https URL, and the Post field only stands beside one. */
function unsubscribeHeaders(list: ListUnsubscribe): readonly ExtraHeader[] {
  if (typeof list !== 'object' || list === null) {
    throw invalidDraft('listUnsubscribe', shown(list), '{ url, mailto }')
  }
  for (const key of Object.keys(list)) {
    if (key !== 'url' && key !== 'mailto')
      throw invalidDraft(`listUnsubscribe.${key}`, 'an unknown key', 'url or mailto')
  }
  const targets: string[] = []
  if (list.url !== undefined) targets.push(`<${requireHttps(list.url)}>`)
  if (list.mailto !== undefined) targets.push(`<${requireMailto(list.mailto)}>`)
  if (targets.length === 0) throw invalidDraft('listUnsubscribe', 'neither url nor mailto', 'at least one of them')
  const header = { key: 'List-Unsubscribe', value: targets.join(', ') }
  if (list.url === undefined) return [header]
  return [header, { key: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' }]
}

function requireHttps(given: unknown): string {
  const where = 'listUnsubscribe.url'
  const text = requireHeaderText(given, where)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' || url.href.length > LONGEST_WORD) {
    throw invalidHeader(where, shown(text), 'an https URL (RFC 8058 §3.1)', 'give an https URL that takes the POST')
  }
  return url.href.replaceAll("'", '%27')
}

function requireMailto(given: unknown): string {
  const where = 'listUnsubscribe.mailto'
  const text = requireHeaderText(given, where)
  const [mailbox = '', ...query] = text.replace(/^mailto:/i, '').split('?')
  const address = parseAddress(mailbox.includes('%') ? safeDecode(mailbox) : mailbox)
  if ('problem' in address) {
    throw invalidHeader(where, shown(text), `an e-mail address: ${address.problem}`, 'give a mailbox of yours')
  }
  const url = `mailto:${encodeURI(printAddress(address)).replaceAll('?', '%3F')}`
  return query.length === 0 ? url : `${url}?${encodeURI(safeDecode(query.join('?')))}`
}

function safeDecode(text: string): string {
  try {
    return decodeURI(text)
  } catch {
    // Not percent-encoded at all: taken as it stands.
    return text
  }
}
