/**
 * WriteDer: the few DER values that a certificate and a certificate request are made of. ITU-T X.690.
 *
 * Not here: what a certificate is made of (issue.ts), why no library writes it (docs/decisions/0021).
 */
import { Buffer } from 'node:buffer'

const TAG = {
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  utf8: 12,
  utcTime: 23,
  generalizedTime: 24,
  sequence: 48,
  set: 49,
} as const

function tagged(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body])
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Buffer.concat([Buffer.from([tag, 128 + octets.length, ...octets]), body])
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return tagged(TAG.sequence, ...items)
}

export function setOf(...items: readonly Uint8Array[]): Buffer {
  return tagged(TAG.set, ...items)
}

/** A number that is not negative, most significant octet first. */
export function integer(octets: Uint8Array): Buffer {
  let from = 0
  while (from < octets.length - 1 && octets[from] === 0) from++
  const trimmed = octets.subarray(from)
  return (trimmed[0] ?? 0) >= 128 ? tagged(TAG.integer, Buffer.from([0]), trimmed) : tagged(TAG.integer, trimmed)
}

export function bitString(octets: Uint8Array, unusedBits = 0): Buffer {
  return tagged(TAG.bits, Buffer.from([unusedBits]), octets)
}

export function octetString(...content: readonly Uint8Array[]): Buffer {
  return tagged(TAG.octets, ...content)
}

export function utf8String(text: string): Buffer {
  return tagged(TAG.utf8, Buffer.from(text))
}

/** `[number]`, holding other values. */
export function explicit(number: number, ...content: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 + number, ...content)
}

/** `[number]`, in place of the tag of a plain value. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 + number, content)
}

export function boolean(): Buffer {
  return Buffer.from([1, 1, 255])
}

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second]
  for (const arc of rest) {
    const septets = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) septets.unshift(128 + (left % 128))
    octets.push(...septets)
  }
  return tagged(TAG.oid, Buffer.from(octets))
}

/** RFC 5280 §4.1.2.5: UTCTime until 2049, GeneralizedTime from then on. */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)
  return digits < '2050'
    ? tagged(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : tagged(TAG.generalizedTime, Buffer.from(`${digits}Z`))
}
