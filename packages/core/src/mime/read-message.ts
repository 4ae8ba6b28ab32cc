/**
 * ReadMessage: a whole message as its reader's program would show it: header, text, html, and what is attached.
 *
 * Policy. What is attached is decoded when it is asked for, so that forty megabytes cost no more than their headers. What cannot be read
 * is shown as far as it can. A message inside the message is an attachment, and is not opened.
 *
 * Not here: reports (report/), links (links.ts). RFC 2045, RFC 2046, RFC 2183, RFC 2231 §4.
 */
import { Buffer } from 'node:buffer'
import { decodeWords } from './encoded-word.ts'
import { decoded, leavesOf, type Part, readFields } from './parts.ts'

export interface ReadPart {
  /** Its place among those that hold something themselves, from 1. */
  readonly number: number
  /** Lower case, without parameters. */
  readonly type: string
  readonly filename?: string
  /** Without angle brackets. */
  readonly contentId?: string
  readonly isAttachment: boolean
  /** As it is encoded. */
  readonly encodedBytes: number
  octets(): Buffer
  /** Of a text. */
  text(): string
}

export interface ReadMessage {
  /** In order, names as they are written, values unfolded and decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly parts: readonly ReadPart[]
  readonly text?: string
  readonly html?: string
}

/** What stands behind it in a header is not looked at. */
const MAX_HEADER_BYTES = 256 * 1024

export function readMessage(raw: Buffer): ReadMessage {
  const parts = [...leavesOf(raw, () => false)].map(asPart)
  const shown = (type: string): string | undefined =>
    parts.find(part => part.type === type && !part.isAttachment)?.text()
  const [text, html] = [shown('text/plain'), shown('text/html')]
  return {
    headers: readHeaders(raw),
    parts,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
  }
}

export function readHeaders(raw: Buffer): ReadMessage['headers'] {
  const end = headerEnd(raw)
  const text = raw.toString('utf8', 0, end)
  const names = text.match(/^[!-9;-~]+(?=\s*:)/gm) ?? []
  const written = new Map(names.map(name => [name.toLowerCase(), name]))
  return readFields(text).map(([name, value]) => [written.get(name) ?? name, decodeWords(value)])
}

function headerEnd(raw: Buffer): number {
  const head = raw.subarray(0, MAX_HEADER_BYTES)
  const ends = [head.indexOf('\r\n\r\n'), head.indexOf('\n\n')].filter(at => at >= 0)
  return ends.length === 0 ? head.length : Math.min(...ends)
}

function asPart(part: Part & { readonly type: string }, at: number): ReadPart {
  const { fields, body } = part
  const type = /^\s*([^\s;]+)/.exec(part.type)?.[1]?.toLowerCase() ?? 'text/plain'
  const disposition = fields.get('content-disposition') ?? ''
  const filename = parameter(disposition, 'filename') ?? parameter(part.type, 'name')
  const contentId = /<([^>]*)>/.exec(fields.get('content-id') ?? '')?.[1]
  const octets = (): Buffer => decoded(part)
  return {
    number: at + 1,
    type,
    ...(filename !== undefined && { filename }),
    ...(contentId !== undefined && { contentId }),
    isAttachment: /^\s*attachment\b/i.test(disposition) || !/^text\/(?:plain|html)$/.test(type),
    encodedBytes: body.length,
    octets,
    text: () => textOf(octets(), parameter(part.type, 'charset') ?? 'utf-8'),
  }
}

function textOf(octets: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(octets)
  } catch {
    // No charset that anybody knows.
    return octets.toString('utf8')
  }
}

/** `filename="x"`, `filename=x`, `filename*=utf-8''x`, `filename*0="x"; filename*1="y"`. RFC 2231 §3, §4 */
function parameter(field: string, name: string): string | undefined {
  const found = new Map<string, string>()
  for (const [, key = '', quoted, bare] of field.matchAll(
    /;\s*([^\s=;]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g,
  ))
    found.set(key.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  const plain = found.get(name)
  if (plain !== undefined) return decodeWords(plain)
  const pieces: string[] = []
  for (let at = 0; at < 20; at++) {
    const piece =
      found.get(`${name}*${at}*`) ?? found.get(`${name}*${at}`) ?? (at === 0 ? found.get(`${name}*`) : undefined)
    if (piece === undefined) break
    pieces.push(piece)
  }
  if (pieces.length === 0) return undefined
  const [, charset, encoded] = /^([\w-]{1,40})'[^']*'(.*)$/s.exec(pieces.join('')) ?? []
  if (charset === undefined || encoded === undefined) return pieces.join('')
  const octets = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return textOf(Buffer.from(octets, 'latin1'), charset)
}
