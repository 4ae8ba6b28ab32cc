/**
 * MessageBuffer: the octets of a message with room before them, so that header fields are put above without a copy of what may be
 * tens of megabytes.
 *
 * Policy. Only Buffers that were made for it have such room, and it is given once: who puts something above an older view of the
 * same octets gets a copy. Whoever enqueues such a message gives its octets away.
 */

import { Buffer } from 'node:buffer'
import { requireKind, shown, wrongValue } from './wrong-value.ts'

/** For Received, DKIM-Signature, Date and Message-ID, several times over. */
const ROOM_BYTES = 16 * 1024
/** From here on a message is handled with care for memory: never copied whole, stored and sent in blocks. */
export const LARGE_BYTES: number = 4 * 1024 * 1024

/** What no message has, and every platform can give. */
const MOST_BYTES = 2 ** 31
/** Where what is used begins. */
const starts = new WeakMap<ArrayBufferLike, number>()

/**
 * A Buffer for a message of so many octets, uninitialised. Given to `accept`, it belongs to the mailer, and is empty for everybody
 * else.
 * @throws MailerError `invalid-option`
 */
export function allocateMessage(sizeBytes: number): Buffer {
  requireKind(sizeBytes, 'count', { code: 'invalid-option', where: 'sizeBytes' })
  if (sizeBytes > MOST_BYTES)
    throw wrongValue('invalid-option', { where: 'sizeBytes', found: shown(sizeBytes), wanted: `at most ${MOST_BYTES}` })
  const whole = Buffer.allocUnsafeSlow(ROOM_BYTES + sizeBytes)
  starts.set(whole.buffer, ROOM_BYTES)
  return whole.subarray(ROOM_BYTES)
}

/** `above` and then `bytes` from `from` on; where there is room, in place: what stood before is overwritten. */
export function putAbove(above: Buffer, bytes: Buffer, from: number = 0): Buffer {
  const { buffer, byteOffset } = bytes
  const start = byteOffset + from - above.length
  if (starts.get(buffer) !== byteOffset || start < 0) return joined([above, bytes.subarray(from)])
  const whole = Buffer.from(buffer, start, above.length + bytes.length - from)
  above.copy(whole)
  starts.set(buffer, start)
  return whole
}

/** What is large gets room above. */
export function allocateOwn(sizeBytes: number): Buffer {
  return sizeBytes < LARGE_BYTES ? Buffer.allocUnsafe(sizeBytes) : allocateMessage(sizeBytes)
}

/** Like Buffer.concat; what is large gets room above. */
export function joined(pieces: readonly Buffer[]): Buffer {
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  const whole = allocateOwn(size)
  let at = 0
  for (const piece of pieces) at += piece.copy(whole, at)
  return whole
}

/** What was given to us is ours alone from here on, and empty for whoever has it still: it might be given to us twice. */
export function takeOver(bytes: Buffer): Buffer {
  const { buffer, byteOffset, length } = bytes
  const start = starts.get(buffer)
  if (start === undefined || !(buffer instanceof ArrayBuffer)) return bytes
  const own = buffer.transfer()
  starts.delete(buffer)
  starts.set(own, start)
  return Buffer.from(own, byteOffset, length)
}

/** The octets go out of our hands: they are somebody else's from now on, who may use them as often as they like. */
export function handOut(bytes: Buffer): Buffer {
  starts.delete(bytes.buffer)
  return bytes
}

/** Frees what was given to us and is needed no more: the collector might come late. */
export function letGo(bytes: Uint8Array): void {
  if (isGivenAway(bytes)) bytes.buffer.transfer(0)
}

/** Large, and nobody's but the mailer's: its memory may go to another thread. */
export function isGivenAway(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.length >= LARGE_BYTES && starts.has(bytes.buffer)
}
