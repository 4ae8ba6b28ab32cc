/**
 * Parts: the parts of a mail that others wrote, for reading the reports in it.
 *
 * Policy. What is slightly wrong is read as it was meant: bare LF, a missing final boundary. Of fields with one name the first
 * counts. Whoever walks the parts bounds how deep and how many.
 *
 * Not here: writing MIME (compose/). RFC 2045, RFC 2046.
 */
import { Buffer } from 'node:buffer'

export interface Part {
  /** By lower-case name, unfolded. */
  readonly fields: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** How deep and how many parts a report may have. */
const MAX_DEPTH = 8
const MAX_PARTS = 200
/** What stands behind it in a header is not looked at. */
const MAX_HEADER_BYTES = 256 * 1024

/**
 * Every part that holds something itself, in order, and how deep it lies; a multipart is walked through, and so is a message
 * when `into` says so.
 */
export function* leavesOf(
  mail: Buffer,
  into: (type: string) => boolean,
  looked: { parts: number; depth: number } = { parts: 0, depth: 0 },
): Generator<Part & { readonly type: string }> {
  if (looked.depth > MAX_DEPTH || ++looked.parts > MAX_PARTS) return
  const part = splitPart(mail)
  const type = part.fields.get('content-type') ?? ''
  const boundary = /\bboundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type)
  looked.depth++
  if (/^\s*multipart\//i.test(type) && boundary !== null) {
    for (const inner of partsOf(part.body, boundary[1] ?? boundary[2] ?? '')) yield* leavesOf(inner, into, looked)
  } else if (into(type)) yield* leavesOf(decoded(part), into, looked)
  else yield { ...part, type }
  looked.depth--
}

function splitPart(part: Buffer): Part {
  // A part needs no header: what begins with an empty line has none. RFC 2046 §5.1
  const empty = part[0] === 0x0a ? 1 : part[0] === 0x0d && part[1] === 0x0a ? 2 : 0
  if (empty > 0) return { fields: new Map(), body: part.subarray(empty) }
  const crlf = part.indexOf('\r\n\r\n')
  const lf = part.indexOf('\n\n')
  const isCrlf = crlf >= 0 && (lf < 0 || crlf < lf)
  const end = isCrlf ? crlf : lf
  const fields = new Map<string, string>()
  const read = Math.min(end < 0 ? part.length : end, MAX_HEADER_BYTES)
  for (const [name, value] of readFields(part.toString('latin1', 0, read)))
    if (!fields.has(name)) fields.set(name, value)
  return { fields, body: end < 0 ? Buffer.alloc(0) : part.subarray(end + (isCrlf ? 4 : 2)) }
}

/** Names in lower case, and values unfolded, in order. What is no field is left out. */
export function readFields(text: string): readonly (readonly [name: string, value: string])[] {
  return text
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap(line => {
      const colon = line.indexOf(':')
      const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
      return name === '' ? [] : [[name, line.slice(colon + 1).trim()] as const]
    })
}

/** The parts of a multipart body. RFC 2046 §5.1.1 */
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

/** The body without its transfer encoding. */
export function decoded({ body, fields }: Part): Buffer {
  switch (fields.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return quotedPrintable(body.toString('latin1'))
    default:
      return body
  }
}

/** RFC 2045 §6.7. A run of spaces is looked at from its beginning only: it may be a megabyte. */
function quotedPrintable(text: string): Buffer {
  const joined = text.replace(/(?<![ \t])[ \t]+(?=\r?\n)/g, '').replace(/=\r?\n/g, '')
  const bytes = joined.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}
