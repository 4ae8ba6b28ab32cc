/**
 * ReadMail: finds the report in whatever it came in: JSON, gzip, or a mail with one of them in it. RFC 8460 §5.
 *
 * Policy. What it is, its first octets say, not its name. In a mail the part counts whose type or file name says that it is a
 * report, however deep it lies. Unpacking is bounded, because a small file can hold a very large one.
 *
 * Not here: the JSON (read-report.ts).
 */
import { Buffer } from 'node:buffer'
import { gunzipSync } from 'node:zlib'
import { type ReadReport, type ReportProblem, readReport } from './read-report.ts'

const MAX_BYTES = 64 * 1024 * 1024
const MAX_DEPTH = 8
const MAX_PARTS = 200

/** Never throws. */
export function readTlsReport(bytes: Uint8Array): ReadReport | ReportProblem {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isGzip(buffer)) return fromGzip(buffer)
  if (/^[\s\ufeff]*\{/.test(buffer.toString('utf8', 0, 100))) return readReport(buffer.toString('utf8'))
  const found = findReport(buffer, 0, { parts: 0 })
  if (found === undefined)
    return { problem: 'it is neither JSON nor gzip, nor a mail that has a TLS report in it (RFC 8460 §5)' }
  return isGzip(found) ? fromGzip(found) : readReport(found.toString('utf8'))
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

function fromGzip(bytes: Buffer): ReadReport | ReportProblem {
  try {
    return readReport(gunzipSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8'))
  } catch (error) {
    return { problem: `it cannot be unpacked: ${(error as Error).message}` }
  }
}

/** Shared by the whole search. */
interface Looked {
  parts: number
}

/** The bytes of the first part that is a report. */
function findReport(part: Buffer, depth: number, looked: Looked): Buffer | undefined {
  if (depth > MAX_DEPTH || ++looked.parts > MAX_PARTS) return undefined
  const { fields, body } = splitPart(part)
  const type = fields.get('content-type') ?? ''
  const boundary = /\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type)
  if (/^\s*multipart\//i.test(type) && boundary !== null) {
    for (const inner of partsOf(body, boundary[1] ?? boundary[2] ?? '')) {
      const found = findReport(inner, depth + 1, looked)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (/^\s*message\/rfc822/i.test(type)) return findReport(decoded(body, fields), depth + 1, looked)
  return isReportType(type, fields.get('content-disposition') ?? '') ? decoded(body, fields) : undefined
}

/** RFC 8460 §6.4, §6.5; some send it as plain gzip or octets with the file name of §5.1. */
function isReportType(type: string, disposition: string): boolean {
  if (/^\s*application\/tlsrpt\+(?:gzip|json)\b|^\s*application\/tlsrpt\b/i.test(type)) return true
  return /\bname\*?\s*=.*\.json(?:\.gz)?\b/is.test(`${type};${disposition}`)
}

function splitPart(part: Buffer): { readonly fields: ReadonlyMap<string, string>; readonly body: Buffer } {
  const crlf = part.indexOf('\r\n\r\n')
  const lf = part.indexOf('\n\n')
  const isCrlf = crlf >= 0 && (lf < 0 || crlf < lf)
  const end = isCrlf ? crlf : lf
  const head = part.toString('latin1', 0, end < 0 ? part.length : end)
  const fields = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return { fields, body: end < 0 ? Buffer.alloc(0) : part.subarray(end + (isCrlf ? 4 : 2)) }
}

/** RFC 2046 §5.1.1 */
function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = `--${boundary}`
  let start = -1
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue
    if (start >= 0) yield body.subarray(start, at)
    const after = at + delimiter.length
    if (body.toString('latin1', after, after + 2) === '--') return
    const lineEnd = body.indexOf('\n', after)
    if (lineEnd < 0) return
    start = lineEnd + 1
  }
  // A mail that was cut off may still have its report whole.
  if (start >= 0) yield body.subarray(start)
}

function decoded(body: Buffer, fields: ReadonlyMap<string, string>): Buffer {
  switch (fields.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return quotedPrintable(body.toString('latin1'))
    default:
      return body
  }
}

/** RFC 2045 §6.7 */
function quotedPrintable(text: string): Buffer {
  const joined = text.replace(/[ \t]+(?=\r?\n)/g, '').replace(/=\r?\n/g, '')
  const bytes = joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}
