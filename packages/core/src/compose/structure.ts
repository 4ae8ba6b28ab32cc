/**
 * Structure: the parts of a raw MIME body, where nobody could see other parts.
 *
 * Policy. Read to decide whether a message may be changed, so doubt is an answer: a field that stands twice, a Content-Type
 * that does not follow the grammar, a multipart without boundary or end, or nesting beyond reason gives `undefined`.
 *
 * Not here: changing anything (seven-bit.ts). RFC 2045 §5, §6; RFC 2046 §5.1.
 */
import type { Buffer } from 'node:buffer'
import type { HeaderField } from '../model/message.ts'
import { fieldValue, type Header, readHeader } from './inspect.ts'

/** One body with the fields that describe it. Offsets are into the whole message. */
export interface Entity {
  readonly start: number
  readonly bodyStart: number
  readonly end: number
  readonly fields: readonly HeaderField[]
  /** `type/subtype`, lower case; absent when there is no Content-Type. */
  readonly type?: string
  readonly charset?: string
  /** Content-Transfer-Encoding, lower case. @default '7bit' (RFC 2045 §6.1) */
  readonly encoding: string
  /** Of a multipart; empty for a leaf. */
  readonly parts: readonly Entity[]
}

interface Range {
  readonly start: number
  readonly end: number
}

interface MediaType {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
}

const DEEPEST = 20
const MOST_PARTS = 1000
const LF = 10
const TYPE = /^\s*([!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+)/i
const PARAMETER = /\s*;\s*(?:([!#$%&'*+.^_`|~0-9a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";()<>@,\\]+)))?/iy

/** The entity that the whole message is, or undefined when it is not plain what it is. */
export function readStructure(bytes: Buffer, header: Pick<Header, 'fields' | 'bodyStart'>): Entity | undefined {
  return readEntity(bytes, { start: 0, end: bytes.length }, header, 0)
}

function readEntity(
  bytes: Buffer,
  { start, end }: Range,
  { fields, bodyStart }: Pick<Header, 'fields' | 'bodyStart'>,
  depth: number,
): Entity | undefined {
  const types = fields.filter(field => field.name === 'content-type')
  const encodings = fields.filter(field => field.name === 'content-transfer-encoding')
  if (types.length > 1 || encodings.length > 1 || depth > DEEPEST) return undefined
  const encoding = encodings[0] ? fieldValue(bytes, encodings[0]).toLowerCase() : '7bit'
  const common = { start, bodyStart, end, fields, encoding }
  if (!types[0]) return { ...common, parts: [] }

  const media = readMediaType(fieldValue(bytes, types[0]))
  if (!media) return undefined
  const charset = media.parameters.get('charset')
  const entity = { ...common, type: media.type, ...(charset === undefined ? {} : { charset }), parts: [] }
  if (!media.type.startsWith('multipart/')) return entity
  const boundary = media.parameters.get('boundary')
  if (!boundary || !/^(?:7bit|8bit|binary)$/.test(encoding)) return undefined
  const parts = readParts(bytes, { start: bodyStart, end }, boundary, depth)
  return parts && { ...entity, parts }
}

function readMediaType(value: string): MediaType | undefined {
  const type = TYPE.exec(value)
  if (!type?.[1]) return undefined
  const parameters = new Map<string, string>()
  PARAMETER.lastIndex = type[0].length
  let read = type[0].length
  for (let found = PARAMETER.exec(value); found; found = PARAMETER.exec(value)) {
    read = PARAMETER.lastIndex
    const name = found[1]?.toLowerCase()
    if (name === undefined) continue
    if (parameters.has(name)) return undefined
    parameters.set(name, found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '')
  }
  return value.slice(read).trim() === '' ? { type: type[1].toLowerCase(), parameters } : undefined
}

function readParts(bytes: Buffer, range: Range, boundary: string, depth: number): readonly Entity[] | undefined {
  const parts: Entity[] = []
  for (const { start, end } of rangesBetween(bytes, range, boundary) ?? []) {
    const part = bytes.subarray(start, end)
    // The CRLF before a delimiter belongs to it, so the last line of a part may have none.
    const header = part.length === 0 ? undefined : readPartHeader(part)
    if (!header) return undefined
    const moved = header.fields.map(({ name, start: from, valueStart, end: to }) => ({
      name,
      start: from + start,
      valueStart: valueStart + start,
      end: to + start,
    }))
    const entity = readEntity(bytes, { start, end }, { fields: moved, bodyStart: header.bodyStart + start }, depth + 1)
    if (!entity) return undefined
    parts.push(entity)
  }
  return parts.length > 0 ? parts : undefined
}

function readPartHeader(part: Buffer): Header | undefined {
  const empty = part.indexOf('\r\n\r\n')
  if (part[0] === 13 && part[1] === LF) return { fields: [], bodyStart: 2, longestLine: 0, ended: true }
  if (empty < 0) return undefined
  const header = readHeader(part.subarray(0, empty + 4))
  return header.brokenAt === undefined && header.ended ? header : undefined
}

/** What lies between the delimiter lines; undefined when the closing one is missing. RFC 2046 §5.1.1 */
function rangesBetween(bytes: Buffer, { start, end }: Range, boundary: string): readonly Range[] | undefined {
  const ranges: Range[] = []
  const dashes = `--${boundary}`
  let partStart = -1
  for (let at = bytes.indexOf(dashes, start, 'latin1'); at >= 0 && at < end; ) {
    const lineStart = at === start || (bytes[at - 1] === LF && at > start)
    const newline = bytes.indexOf(LF, at)
    const lineEnd = newline < 0 || newline >= end ? end : newline + 1
    const rest = bytes.toString('latin1', at + dashes.length, lineEnd).trimEnd()
    if (lineStart && (rest === '' || rest === '--')) {
      if (partStart >= 0) ranges.push({ start: partStart, end: Math.max(partStart, at - 2) })
      if (rest === '--') return ranges
      if (ranges.length > MOST_PARTS) return undefined
      partStart = lineEnd
    }
    at = bytes.indexOf(dashes, lineEnd, 'latin1')
  }
  return undefined
}
