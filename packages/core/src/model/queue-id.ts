/**
 * QueueId: names a message from its acceptance to the end of its history.
 *
 * Time-ordered (48 bits of milliseconds, then 52 random bits) in 20 characters of Crockford's base 32, so that ids sort by
 * age, are safe in file names, shell words and a 250 reply, and need no coordination between processes.
 */
import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'

import type { MailerError } from './error.ts'
import { shown, wrongValue } from './wrong-value.ts'

declare const brand: unique symbol
/** The id of a message: sortable by time, safe in file names and addresses. */
export type QueueId = string & { readonly [brand]: true }

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Asking the system for random octets costs more than all the rest: it is asked for many at a time. */
const pool = { octets: Buffer.alloc(8 * 512), used: 8 * 512 }

/** @param now milliseconds since 1970 */
export function makeQueueId(now: number): QueueId {
  if (pool.used === pool.octets.length) {
    randomFillSync(pool.octets)
    pool.used = 0
  }
  // 52 bits, as two numbers that shifts can work on: 26 each.
  const high = pool.octets.readUInt32BE(pool.used) >>> 6
  const low = pool.octets.readUInt32BE(pool.used + 4) >>> 6
  pool.used += 8
  // 100 bits in all: 48 of time, of which the last 3 share a digit with the first 2 random ones.
  const random = high * 2 ** 26 + low
  return (digits(now * 4 + Math.floor(random / 2 ** 50), 10) + digits(random % 2 ** 50, 10)) as QueueId
}

/** The least of all ids that are made at that moment or later. */
export function leastQueueId(at: number): QueueId {
  return (digits(Math.max(0, Math.floor(at)) * 4, 10) + '0'.repeat(10)) as QueueId
}

/** When it was made, in milliseconds since 1970. @throws MailerError `invalid-option` */
export function queueIdTime(id: QueueId): number {
  requireQueueId(id)
  let time = 0
  for (const digit of id.slice(0, 10)) time = time * 32 + DIGITS.indexOf(digit)
  return Math.floor(time / 4)
}

/** The last `count` digits of a number below 2^53. */
function digits(value: number, count: number): string {
  let text = ''
  for (let rest = value; text.length < count; rest = Math.floor(rest / 32)) text = DIGITS[rest % 32] + text
  return text
}

export function isQueueId(text: string): text is QueueId {
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(text)
}

/** The compiler asks for one, JavaScript may give anything. @throws MailerError `invalid-option` */
export function requireQueueId(id: QueueId): void {
  if (typeof id === 'string' && isQueueId(id)) return
  throw wrongValue('invalid-option', {
    where: 'id',
    found: shown(id),
    wanted: 'the id of a message',
    fix: 'give the 20 characters that a receipt or `postrider queue list` shows',
  })
}

export function unknownMessage(id: string, where = 'id'): MailerError {
  return wrongValue('unknown-message', {
    where,
    found: shown(id),
    wanted: 'the id of a message that is in the queue or its history',
    fix: 'give the 20 characters that a receipt or `postrider queue list` shows',
  })
}
