/**
 * QueueId: names a message from its acceptance to the end of its history.
 *
 * Time-ordered (48 bits of milliseconds, then 52 random bits) in 20 characters of Crockford's base 32, so that ids sort by
 * age, are safe in file names, shell words and a 250 reply, and need no coordination between processes.
 */
import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol
export type QueueId = string & { readonly [brand]: true }

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const pool = Buffer.alloc(8 * 512)

/** @param now milliseconds since 1970 */
export function makeQueueId(now: number): QueueId {
  const random = randomFillSync(pool, 0, 8).readBigUInt64BE() >> 12n
  let bits = (BigInt(now) << 52n) | random
  let id = ''
  for (let digit = 0; digit < 20; digit++) {
    id = DIGITS[Number(bits & 31n)] + id
    bits >>= 5n
  }
  return id as QueueId
}

export function isQueueId(text: string): text is QueueId {
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(text)
}
