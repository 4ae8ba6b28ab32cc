/**
 * ReadCertificate: the three things about a certificate that node:crypto does not tell. RFC 5280 §4.1, §4.2.1.3, §4.2.1.9, X.690.
 *
 * Policy. A reader of certificates that node:crypto has already parsed; whatever still looks wrong is treated as absent,
 * which the callers take as the stricter answer.
 *
 * Not here: signatures, names and dates (node:crypto knows them), why no library reads it (docs/decisions/0021).
 */
import type { Buffer } from 'node:buffer'

interface Element {
  readonly tag: number
  /** Where the element begins, its content begins, and it ends. */
  readonly start: number
  readonly content: number
  readonly end: number
}

export interface CertificateShape {
  /** SubjectPublicKeyInfo, octet by octet as it stands in the certificate. RFC 6698 §2.1.2 */
  readonly spki: Buffer
  /** basicConstraints says cA TRUE. */
  readonly ca: boolean
  /** pathLenConstraint, when there is one. */
  readonly pathLength?: number
  /** keyUsage is absent or has keyCertSign. */
  readonly mayCertify: boolean
}

const SEQUENCE = 0x30
const OID_KEY_USAGE = '551d0f'
const OID_BASIC_CONSTRAINTS = '551d13'

/** `undefined` for octets that are not a certificate. */
export function readCertificate(raw: Buffer): CertificateShape | undefined {
  const certificate = elementAt(raw, 0, raw.length)
  const tbs = certificate && childrenOf(raw, certificate)[0]
  if (tbs === undefined || tbs.tag !== SEQUENCE) return undefined
  const fields = childrenOf(raw, tbs)
  // version [0] may be left out; then come serial, algorithm, issuer, validity, subject and the key.
  const spki = fields[fields[0]?.tag === 0xa0 ? 6 : 5]
  if (spki === undefined || spki.tag !== SEQUENCE) return undefined
  const extensions = extensionsOf(
    raw,
    fields.find(field => field.tag === 0xa3),
  )
  const constraints = extensions.get(OID_BASIC_CONSTRAINTS)
  const usage = extensions.get(OID_KEY_USAGE)
  return {
    spki: raw.subarray(spki.start, spki.end),
    ...readConstraints(raw, constraints),
    mayCertify: usage === undefined || hasKeyCertSign(raw, usage),
  }
}

/** BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function readConstraints(raw: Buffer, value: Element | undefined): { ca: boolean; pathLength?: number } {
  if (value === undefined || value.tag !== SEQUENCE) return { ca: false }
  const [first, second] = childrenOf(raw, value)
  if (first?.tag !== 0x01 || raw[first.content] === 0) return { ca: false }
  const octets = second?.tag === 0x02 ? second.end - second.content : 0
  if (second === undefined || octets < 1 || octets > 4) return { ca: true }
  return { ca: true, pathLength: raw.readUIntBE(second.content, octets) }
}

/** KeyUsage ::= BIT STRING; bit 5 is keyCertSign. */
function hasKeyCertSign(raw: Buffer, value: Element): boolean {
  return value.tag === 0x03 && value.end - value.content >= 2 && ((raw[value.content + 1] ?? 0) & 0x04) !== 0
}

/** Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue OCTET STRING }; the element inside the last. */
function extensionsOf(raw: Buffer, wrapper: Element | undefined): Map<string, Element> {
  const found = new Map<string, Element>()
  const list = wrapper && childrenOf(raw, wrapper)[0]
  if (list === undefined) return found
  for (const extension of childrenOf(raw, list)) {
    const parts = childrenOf(raw, extension)
    const id = parts[0]
    const octets = parts.at(-1)
    if (id?.tag !== 0x06 || octets?.tag !== 0x04) continue
    const value = elementAt(raw, octets.content, octets.end)
    if (value !== undefined) found.set(raw.toString('hex', id.content, id.end), value)
  }
  return found
}

function childrenOf(raw: Buffer, parent: Element): Element[] {
  const children: Element[] = []
  for (let at = parent.content; at < parent.end; ) {
    const child = elementAt(raw, at, parent.end)
    if (child === undefined) return children
    children.push(child)
    at = child.end
  }
  return children
}

function elementAt(raw: Buffer, start: number, limit: number): Element | undefined {
  const tag = raw[start]
  const first = raw[start + 1]
  if (tag === undefined || first === undefined || start + 2 > limit) return undefined
  const octets = first < 0x80 ? 0 : first & 0x7f
  if (octets > 4 || (first >= 0x80 && octets === 0) || start + 2 + octets > limit) return undefined
  const length = octets === 0 ? first : raw.readUIntBE(start + 2, octets)
  const content = start + 2 + octets
  return content + length > limit ? undefined : { tag, start, content, end: content + length }
}
