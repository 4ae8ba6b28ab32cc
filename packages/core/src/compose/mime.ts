/**
 * Mime: a checked draft to bytes. The only nodemailer import.
 *
 * Policy. A draft of ordinary shape is written directly (ordinary.ts). For every other one nodemailer decides the tree of parts and writes their headers (encoded words, parameters, folding); the octets of the
 * parts are encoded here, in memory and without streams, because every content is at hand already. It never sees a path, a
 * URL or an unchecked value, and is loaded with the first draft.
 *
 * Not here: what may stand in a draft (check-draft.ts, headers.ts, attachments.ts). RFC 2045 to 2049, RFC 2387.
 */
import { Buffer } from 'node:buffer'
import type MailComposer from 'nodemailer/lib/mail-composer'
import type { MailComposerAttachment, MailComposerOptions } from 'nodemailer/lib/mail-composer'
import type * as mimeFuncs from 'nodemailer/lib/mime-funcs'
import type MimeNode from 'nodemailer/lib/mime-node'
import { printAddress } from '../model/address.ts'
import type { LoadedPart } from './attachments.ts'
import type { EncodeValue } from './header-field.ts'
import { type Ingredients, NO_VISIBLE_RECIPIENT } from './ingredients.ts'
import { readHeader } from './inspect.ts'
import type { NamedAddress } from './mailboxes.ts'
import { endLinesWithCrlf } from './normalise.ts'
import { renderOrdinary } from './ordinary.ts'
import { isSevenBit, sevenBitBytes } from './seven-bit.ts'
import { encode } from './transfer-encoding.ts'

interface Nodemailer {
  readonly MailComposer: typeof MailComposer
  readonly detectMimeType: typeof mimeFuncs.detectMimeType
  readonly encodeValue: EncodeValue
}

const CRLF = '\r\n'

export async function render(ingredients: Ingredients): Promise<Buffer> {
  const written = renderOrdinary(ingredients, memory.nodemailer?.encodeValue)
  if (written !== undefined) return written
  const nodemailer = memory.nodemailer ?? (await load())
  return renderOrdinary(ingredients, nodemailer.encodeValue) ?? renderAny(ingredients, nodemailer)
}

/** Whatever the shape. */
export async function renderWithNodemailer(ingredients: Ingredients): Promise<Buffer> {
  return renderAny(ingredients, memory.nodemailer ?? (await load()))
}

function renderAny(ingredients: Ingredients, nodemailer: Nodemailer): Buffer {
  const root = new nodemailer.MailComposer(composerOptions(ingredients, nodemailer)).compile()
  const pieces: Buffer[] = []
  renderNode(root, pieces)
  return endLinesWithCrlf(Buffer.concat(pieces), 'ended')
}

const memory: { nodemailer?: Nodemailer } = {}

/** Kept, because even an import() of what is loaded already costs a sixth of composing. */
async function load(): Promise<Nodemailer> {
  const [composer, functions, { default: Node }] = await Promise.all([
    import('nodemailer/lib/mail-composer'),
    import('nodemailer/lib/mime-funcs'),
    import('nodemailer/lib/mime-node'),
  ])
  const encoder = new Node('text/plain')
  memory.nodemailer = {
    MailComposer: composer.default,
    detectMimeType: functions.detectMimeType,
    encodeValue: (key, value) => encoder.encodeHeaderValue(key, value),
  }
  return memory.nodemailer
}

function composerOptions(ingredients: Ingredients, nodemailer: Nodemailer): MailComposerOptions {
  const { draft, parties, parts, headers, messageId, date } = ingredients
  const spelling = new Map(headers.map(({ key }) => [key.toLowerCase(), key]))
  const visible = parties.to.length > 0 || parties.cc.length > 0
  return {
    disableFileAccess: true,
    disableUrlAccess: true,
    from: mailbox(parties.from),
    to: visible ? parties.to.map(mailbox) : NO_VISIBLE_RECIPIENT,
    ...(parties.cc.length > 0 ? { cc: parties.cc.map(mailbox) } : {}),
    ...(parties.replyTo.length > 0 ? { replyTo: parties.replyTo.map(mailbox) } : {}),
    subject: draft.subject,
    text: draft.text,
    html: draft.html,
    alternatives: (draft.alternatives ?? []).map(({ contentType, content }) => ({
      contentType: withCharset(contentType),
      content,
    })),
    attachments: parts.map(part => attachment(part, nodemailer)),
    ...(draft.calendar ? { icalEvent: { ...draft.calendar } } : {}),
    headers: headers.map(({ key, value }) => ({ key, value })),
    messageId,
    inReplyTo: draft.inReplyTo,
    ...(draft.references ? { references: [...draft.references] } : {}),
    date,
    normalizeHeaderKey: key => spelling.get(key.toLowerCase()) ?? key,
  }
}

function mailbox({ name, address }: NamedAddress): { name: string; address: string } {
  return { name, address: printAddress(address) }
}

export function withCharset(contentType: string): string {
  if (!/^text\//i.test(contentType) || /;[ \t]*charset=/i.test(contentType)) return contentType
  const type = contentType.trimEnd()
  return `${type.endsWith(';') ? type.slice(0, -1).trimEnd() : type}; charset=utf-8`
}

function attachment(part: LoadedPart, { detectMimeType }: Nodemailer): MailComposerAttachment {
  const type = part.contentType ?? detectMimeType(part.filename ?? false)
  const place = part.cid === undefined ? {} : { cid: part.cid, contentDisposition: 'inline' }
  const name = part.filename === undefined ? {} : { filename: part.filename }
  if (/^message\//i.test(type)) return { ...embeddedMessage(part.content, type), ...place, ...name }
  return { content: part.content, contentType: part.isText ? withCharset(type) : type, ...place, ...name }
}

/** A message inside a message may not be encoded (RFC 2046 §5.2.1): it is 7-bit, can be made so, or is just a file. */
function embeddedMessage(content: Buffer, contentType: string): MailComposerAttachment {
  const lines = endLinesWithCrlf(content, 'ended')
  const safe = isSevenBit(lines) ? lines : sevenBitBytes(lines, readHeader(lines))
  return isSevenBit(safe) ? { content: safe, contentType } : { content, contentType: 'application/octet-stream' }
}

function renderNode(node: MimeNode, pieces: Buffer[]): void {
  // Writing the header also settles boundary and transfer encoding.
  pieces.push(Buffer.from(`${node.buildHeaders()}${CRLF}${CRLF}`, 'utf8'))
  if (!node.multipart) {
    pieces.push(encodedContent(node))
    return
  }
  for (const [index, child] of node.childNodes.entries()) {
    pieces.push(Buffer.from(`${index > 0 ? CRLF : ''}--${node.boundary}${CRLF}`, 'latin1'))
    renderNode(child, pieces)
  }
  pieces.push(Buffer.from(`${CRLF}--${node.boundary}--${CRLF}`, 'latin1'))
}

function encodedContent(node: MimeNode): Buffer {
  const octets = canonical(node)
  const encoding = node.getTransferEncoding()
  return encoding === 'base64' || encoding === 'quoted-printable' ? encode(octets, encoding) : octets
}

/**
 * Our own text is sent with CRLF line ends in every encoding (RFC 2046 §4.1.1). Octets are an attachment: they are the user's, and
 * nodemailer sends them as base64 whatever their type.
 */
function canonical({ content, contentType }: MimeNode): Buffer {
  if (typeof content !== 'string') return content as Buffer
  const octets = Buffer.from(content, 'utf8')
  return /^text\//i.test(contentType || '') ? endLinesWithCrlf(octets, 'open') : octets
}
