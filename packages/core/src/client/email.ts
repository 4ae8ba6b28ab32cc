/**
 * Email: a draft as `POST /emails` takes it.
 *
 * Policy. What this way in cannot carry is refused before it is sent: a mail without its calendar would be another mail. The content of an
 * attachment crosses as base64, so that no text is taken for what it is not.
 */
import type { Draft, Mailbox } from '../model/draft.ts'
import { invalidOption, requireKeys } from './relay-error.ts'

/** A file that goes with a message. */
export interface HttpAttachment {
  /** As recipients see it, up to 255 characters. */
  readonly filename?: string
  /** Its bytes; a string is sent as UTF-8. */
  readonly content: string | Uint8Array
  /** A media type, such as `application/pdf`. @default guessed from the file name */
  readonly contentType?: string
  /** Refer to it from html as `cid:…`; makes the attachment inline. */
  readonly cid?: string
}

/** A draft, as far as it crosses: plain data. */
export interface HttpDraft
  extends Pick<
    Draft,
    | 'from'
    | 'to'
    | 'cc'
    | 'bcc'
    | 'replyTo'
    | 'subject'
    | 'text'
    | 'html'
    | 'messageId'
    | 'inReplyTo'
    | 'references'
    | 'listUnsubscribe'
    | 'tags'
  > {
  /** Files, in the order in which mail programs show them. */
  readonly attachments?: readonly HttpAttachment[]
  /** Further fields by name, one value each. */
  readonly headers?: Readonly<Record<string, string>>
}

const KNOWN = [
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'text',
  'html',
  'messageId',
  'inReplyTo',
  'references',
  'listUnsubscribe',
  'tags',
  'attachments',
  'headers',
] as const satisfies readonly (keyof HttpDraft)[]

/** What is undefined is no field of JSON. @throws RelayError `invalid_option` for what cannot cross */
export function emailOf(draft: HttpDraft, notBefore?: Date | number): object {
  requireKeys(draft, KNOWN, 'draft')
  const { from, to, cc, bcc, replyTo, subject = '', text, html, attachments, tags } = draft
  return {
    from: printed(from),
    ...{ to: all(to), cc: all(cc), bcc: all(bcc), reply_to: all(replyTo) },
    ...{ subject, text, html },
    headers: headersOf(draft),
    attachments: attachments?.map(attached),
    tags: tags && Object.entries(tags).map(([name, value]) => ({ name, value })),
    scheduled_at: notBefore === undefined ? undefined : new Date(notBefore).toISOString(),
  }
}

function headersOf({ headers, messageId, inReplyTo, references, listUnsubscribe }: HttpDraft): object {
  const { url, mailto } = listUnsubscribe ?? {}
  const ways = [...(mailto === undefined ? [] : [`<mailto:${mailto}>`]), ...(url === undefined ? [] : [`<${url}>`])]
  return {
    'Message-ID': messageId,
    'In-Reply-To': inReplyTo,
    References: references?.join(' '),
    'List-Unsubscribe': ways.length > 0 ? ways.join(', ') : undefined,
    // RFC 8058 §3.1
    'List-Unsubscribe-Post': url && 'List-Unsubscribe=One-Click',
    ...headers,
  }
}

function all(given: Draft['to']): readonly string[] | undefined {
  if (given === undefined) return undefined
  return (Array.isArray(given) ? (given as readonly Mailbox[]) : [given as Mailbox]).map(printed)
}

/** RFC 5322 §3.2.4: a name is quoted, whatever stands in it. */
function printed(mailbox: Mailbox): string {
  if (typeof mailbox === 'string') return mailbox
  const { name, address } = mailbox
  return name === undefined || name === '' ? address : `"${name.replace(/(["\\])/g, '\\$1')}" <${address}>`
}

function attached(attachment: HttpAttachment, at: number): object {
  const where = `attachments.${at}`
  requireKeys(attachment, ['filename', 'content', 'contentType', 'cid'], where)
  const { content, filename, contentType, cid } = attachment
  const octets = typeof content === 'string' ? new TextEncoder().encode(content) : content
  if (!(octets instanceof Uint8Array)) throw invalidOption(`${where}.content`, typeof content, 'a string or octets')
  return { filename, content: base64(octets), content_type: contentType, content_id: cid }
}

/** As many octets as may be handed to a function one by one, and a multiple of three. */
const STRETCH = 24_576

function base64(octets: Uint8Array): string {
  let text = ''
  for (let at = 0; at < octets.length; at += STRETCH)
    text += btoa(String.fromCharCode(...octets.subarray(at, at + STRETCH)))
  return text
}
