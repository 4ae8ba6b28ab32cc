/**
 * Attachment: the content of an attachment in each form in which SDKs write it.
 *
 * Policy. An array of octets and a Buffer that went through JSON are octets. A text that is strict base64 is decoded; any other text is
 * taken as it is, which is how some frameworks send a calendar. A `path` is not fetched: what a server fetches for others must be
 * checked in ways of its own.
 */
import { Buffer } from 'node:buffer'
import type { Attachment } from '@postrider/core'
import { ApiError } from './api-error.ts'
import { type Fields, field, optionalText, requireFields } from './field.ts'

const KNOWN = ['content', 'path', 'filename', 'content_type', 'contentType', 'content_id', 'inline_content_id'] as const
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export function readAttachments(value: unknown): readonly Attachment[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrong('attachments: wanted a list')
  return value.map((each, index) => readAttachment(each, `attachments[${index}]`))
}

function readAttachment(value: unknown, where: string): Attachment {
  const fields = requireFields(value, where, KNOWN)
  const content = contentOf(fields, where)
  const filename = fields.filename === false ? undefined : optionalText(fields, 'filename', where)
  const contentType = optionalText(fields, 'content_type', where) ?? optionalText(fields, 'contentType', where)
  const cid = optionalText(fields, 'content_id', where) ?? optionalText(fields, 'inline_content_id', where)
  return {
    content,
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(cid === undefined ? {} : { cid }),
  }
}

function contentOf(fields: Fields, where: string): Buffer {
  const content = field(fields, 'content')
  if (content === undefined) {
    if (field(fields, 'path') === undefined) throw wrong(`${where}: wanted content`)
    throw wrong(`${where}.path: this server fetches nothing; read the file and send it as content`)
  }
  if (typeof content === 'string') return Buffer.from(content, isBase64(content) ? 'base64' : 'utf8')
  const octets = Array.isArray(content) ? content : (content as { readonly data?: unknown }).data
  if (!Array.isArray(octets) || !octets.every(isOctet))
    throw wrong(`${where}.content: wanted base64, a list of octets, or a Buffer as JSON writes it`)
  return Buffer.from(octets as number[])
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text)
}

function isOctet(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255
}

function wrong(message: string): ApiError {
  return new ApiError(422, 'invalid_attachment', message)
}
