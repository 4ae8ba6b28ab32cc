/** UuidOf: the UUID of a message that is here; the way back is message-uuid.ts. */
import { DIGITS, LOW_BITS, RANDOM_BITS, UNUSED_BITS, VARIANT, VERSION } from './message-uuid.ts'
import { type QueueId, requireQueueId } from './queue-id.ts'

/** The UUID that HTTP tells in place of a queue id. @throws MailerError `invalid-option` */
export function uuidOf(id: QueueId): string {
  requireQueueId(id)
  const value = numberIn(id)
  const time = value >> RANDOM_BITS
  const high = (value >> LOW_BITS) & 0xfffn
  const low = value & ((1n << LOW_BITS) - 1n)
  const bits = (time << 80n) | (VERSION << 76n) | (high << 64n) | (VARIANT << 62n) | (low << UNUSED_BITS)
  const hex = bits.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function numberIn(id: QueueId): bigint {
  let value = 0n
  for (const digit of id) value = value * 32n + BigInt(DIGITS.indexOf(digit))
  return value
}
