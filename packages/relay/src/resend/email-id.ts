/**
 * EmailId: the id of a message as a UUID, because some SDKs can hold nothing else, and back.
 *
 * Policy. One to one, without a table: both begin with 48 bits of milliseconds, so UUIDs sort by age too. The 52 random bits come next,
 * then 22 that are zero: eight are kept for a shard. A UUID with anything else there is none of ours. RFC 9562 §5.7.
 */
import type { QueueId } from '@postrider/core'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ID_DIGITS = 20
const RANDOM_BITS = 52n
/** After version and variant: 12 random bits in the one, 40 in the other, and 22 unused. */
const LOW_BITS = 40n
const UNUSED_BITS = 22n
const VERSION = 7n
const VARIANT = 2n

export function uuidOf(id: QueueId): string {
  let value = 0n
  for (const digit of id) value = value * 32n + BigInt(DIGITS.indexOf(digit))
  const time = value >> RANDOM_BITS
  const high = (value >> LOW_BITS) & 0xfffn
  const low = value & ((1n << LOW_BITS) - 1n)
  const bits = (time << 80n) | (VERSION << 76n) | (high << 64n) | (VARIANT << 62n) | (low << UNUSED_BITS)
  const hex = bits.toString(16).padStart(32, '0')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Undefined for a UUID that is none of ours; `no-uuid` for what is none at all. */
export function queueIdOf(text: string): QueueId | 'no-uuid' | undefined {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'no-uuid'
  const bits = BigInt(`0x${text.replaceAll('-', '')}`)
  const version = (bits >> 76n) & 0xfn
  const variant = (bits >> 62n) & 0x3n
  if (version !== VERSION || variant !== VARIANT || (bits & ((1n << UNUSED_BITS) - 1n)) !== 0n) return undefined
  const high = (bits >> 64n) & 0xfffn
  const low = (bits >> UNUSED_BITS) & ((1n << LOW_BITS) - 1n)
  let value = ((bits >> 80n) << RANDOM_BITS) | (high << LOW_BITS) | low
  let id = ''
  while (id.length < ID_DIGITS) {
    id = DIGITS[Number(value % 32n)] + id
    value /= 32n
  }
  return id as QueueId
}
