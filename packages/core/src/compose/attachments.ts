/**
 * Attachments: every kind of content that a draft may carry, read into memory and bounded.
 *
 * Policy. Content is a string, octets, a stream, or a file when files are allowed; nothing is ever fetched from a URL. Reading
 * stops as soon as the message would be too large. The names and types that end up in headers are checked here.
 *
 * Not here: how a part is laid out (mime.ts).
 */
import { Buffer } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import type { Attachment, Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import { wrongValue } from '../model/wrong-value.ts'
import { requireKeys } from './check-draft.ts'
import { invalidDraft, invalidHeader, shown } from './draft-error.ts'
import { requireHeaderText } from './header-text.ts'

/** An attachment with its octets at hand. */
export interface LoadedPart {
  readonly content: Buffer
  /** The content was given as text, so it is UTF-8. */
  readonly isText: boolean
  readonly filename?: string
  readonly contentType?: string
  readonly cid?: string
}

export interface LoadOptions {
  readonly allowFiles: boolean
  readonly messageBytes: number
  readonly signal?: AbortSignal
}

const KEYS = {
  filename: 'string',
  content: 'any',
  path: 'string',
  contentType: 'string',
  cid: 'string',
  encoding: 'string',
} as const satisfies Record<keyof Attachment, string>

/** RFC 2045 §5.1: type and subtype, then parameters whose values are tokens or quoted. */
const CONTENT_TYPE =
  /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9a-z-]+=(?:[!#$%&'*+.^_`|~0-9a-z/:-]+|"[^"\\\x00-\x1f\x7f-\uffff]*"))*[ \t]*;?$/i
const CONTENT_ID = /^<?[^\s<>"\x00-\x1f\x7f-\uffff]+>?$/
const LONGEST_FILENAME = 255

/** @throws {MailerError} `invalid-draft`, `invalid-header`, `message-too-large`, `aborted` */
export async function loadAttachments(draft: Draft, options: LoadOptions): Promise<readonly LoadedPart[]> {
  const loaded: LoadedPart[] = []
  let left = options.messageBytes
  for (const [index, attachment] of (draft.attachments ?? []).entries()) {
    const part = await loadAttachment(attachment, `attachments[${index}]`, { ...options, messageBytes: left })
    left -= part.content.length
    loaded.push(part)
  }
  return loaded
}

async function loadAttachment(attachment: Attachment, where: string, options: LoadOptions): Promise<LoadedPart> {
  requireKeys(attachment, KEYS, where)
  const { filename, contentType, cid, path, content } = attachment
  const given = filename ?? (path === undefined ? undefined : basename(path))
  const name = given === undefined ? undefined : requireFilename(given, `${where}.filename`)
  if (contentType !== undefined) requireContentType(contentType, `${where}.contentType`)
  if (cid !== undefined && !CONTENT_ID.test(requireHeaderText(cid, `${where}.cid`))) {
    throw invalidHeader(`${where}.cid`, shown(cid), 'an ASCII id without spaces (RFC 2392)')
  }
  return {
    content: await readContent(attachment, where, options),
    isText: typeof content === 'string' && attachment.encoding === undefined,
    ...(name === undefined ? {} : { filename: name }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(cid === undefined ? {} : { cid: cid.replace(/[<>]/g, '') }),
  }
}

function requireFilename(given: string, where: string): string {
  const name = requireHeaderText(given, where)
  if (name.length <= LONGEST_FILENAME) return name
  throw invalidHeader(where, shown(name), `at most ${LONGEST_FILENAME} characters`, 'shorten the file name')
}

/** @throws {MailerError} `invalid-header` */
export function requireContentType(value: unknown, where: string): string {
  const text = requireHeaderText(value, where)
  if (!CONTENT_TYPE.test(text)) throw invalidHeader(where, shown(text), 'a media type such as application/pdf')
  if (/^multipart\//i.test(text)) throw invalidHeader(where, shown(text), 'the type of one part, not multipart')
  return text
}

async function readContent(attachment: Attachment, where: string, options: LoadOptions): Promise<Buffer> {
  const { content, path, encoding } = attachment
  if (path !== undefined && content !== undefined) throw invalidDraft(where, 'content and path', 'one of the two')
  if (path !== undefined) return readFile(path, where, options)
  if (typeof content === 'string') return bounded(decodeText(content, encoding, where), where, options)
  if (content instanceof Uint8Array) {
    const octets = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    return bounded(octets, where, options)
  }
  if (isReadable(content)) return collect(content, where, options)
  throw invalidDraft(`${where}.content`, shown(content), 'a string, Buffer, Uint8Array or Readable')
}

function decodeText(content: string, encoding: string | undefined, where: string): Buffer {
  if (encoding === undefined) return Buffer.from(content, 'utf8')
  if (!Buffer.isEncoding(encoding)) {
    throw invalidDraft(`${where}.encoding`, shown(encoding), 'an encoding that Buffer knows, such as base64 or hex')
  }
  return Buffer.from(content, encoding)
}

function isReadable(value: unknown): value is Readable {
  return typeof value === 'object' && value !== null && 'pipe' in value && Symbol.asyncIterator in value
}

function readFile(path: string, where: string, options: LoadOptions): Promise<Buffer> {
  if (!options.allowFiles) {
    const fix = 'read the file yourself and give its content, or set compose.allowFiles'
    throw invalidDraft(`${where}.path`, shown(path), 'content: files are not allowed', fix)
  }
  return collect(createReadStream(path), where, options)
}

async function collect(stream: Readable, where: string, options: LoadOptions): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const stop = (): void => {
    stream.destroy(new Error('aborted', { cause: options.signal?.reason }))
  }
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    if (options.signal?.aborted) stop()
    for await (const chunk of stream) {
      const octets = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk)
      length += octets.length
      if (length > options.messageBytes) throw tooLarge(where, `more than ${options.messageBytes} octets`)
      chunks.push(octets)
    }
  } catch (cause) {
    // A stream that breaks is the caller's: it is told which one, and why.
    if (MailerError.is(cause)) throw cause
    if (options.signal?.aborted) {
      throw new MailerError('aborted', 'composing was aborted', { where, cause: options.signal.reason })
    }
    const found = cause instanceof Error ? cause.message : 'an error'
    throw invalidDraft(where, found, 'content that can be read', 'check the file or stream', cause)
  } finally {
    options.signal?.removeEventListener('abort', stop)
  }
  return Buffer.concat(chunks, length)
}

function bounded(content: Buffer, where: string, { messageBytes }: LoadOptions): Buffer {
  if (content.length > messageBytes) throw tooLarge(where, `${content.length} octets`)
  return content
}

export function tooLarge(where: string, found: string, limit?: number): MailerError {
  return wrongValue('message-too-large', {
    where,
    found: `${found}, which makes the message too large`,
    wanted:
      limit === undefined ? 'at most limits.messageBytes in all' : `at most ${limit} octets (limits.messageBytes)`,
    fix: 'link to large files instead of attaching them, or raise limits.messageBytes',
  })
}
