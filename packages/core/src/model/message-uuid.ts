/**
 * MessageUuid: the id of a message as a UUID, because some programs can hold nothing else, and back.
 *
 * Policy. One to one, without a table: both begin with 48 bits of milliseconds, so UUIDs sort by age too. The 52 random bits come next,
 * then 22 that are zero: eight are kept for a shard. A UUID with anything else there is none of ours. RFC 9562 §5.7. Nothing of Node's is
 * used: a client that runs elsewhere reads them.
 */
import type { QueueId } from './queue-id.ts'

export const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ID_DIGITS = 20
export const RANDOM_BITS = 52n
/** After version and variant: 12 random bits in the one, 40 in the other, and 22 unused. */
export const LOW_BITS = 40n
export const UNUSED_BITS = 22n
export const VERSION = 7n
export const VARIANT = 2n

/** Undefined for a UUID that is none of ours; `no-uuid` for what is none at all. */
export function queueIdOf(text: string): QueueId | 'no-uuid' | undefined {
  if (typeof text !== 'string' || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'no-uuid'
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
