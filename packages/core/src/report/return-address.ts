/**
 * ReturnAddress: the addresses that mail about our mail comes back to, and the proof that we made one.
 *
 *   b1-01kb3v7q8m2n4p6r8t0w-2-7h4k9m2c5x1qz@bounces.example.com
 *   │└ version  queue id  │ └ tag: 65 bits of HMAC-SHA-256 over purpose, version, id, recipient and domain
 *   └ purpose: b bounces, u unsubscribes, f feedback
 *                         └ which of its recipients, in base 32
 *
 * Policy. Checked without a look-up: a stranger can neither make one nor take one of another domain, another recipient or another
 * purpose. The queue id holds the time, so an old one is known by itself. Lower case alone, since some hosts make it so, no
 * character that anybody quotes, and at most 48 octets of the 64 that a local part may have (RFC 5321 §4.5.3.1.1). Two keys count
 * while one is rotated: the first makes, each checks.
 *
 * Not here: who may write to them (the relay's listener), what follows (flow/take-report.ts). RFC 3834 §5 for why MAIL FROM tells.
 */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { isQueueId, type QueueId, queueIdTime } from '../model/queue-id.ts'
import type { Purpose } from './mail-report.ts'

export interface ReturnAddress {
  readonly purpose: Purpose
  readonly id: QueueId
  /** The place of the recipient in its message, from 0. */
  readonly recipient: number
}

/** Of whom the addresses are. */
export interface ReturnKeys {
  /** The domain after the @ of every return address: `returnPath.domain`. */
  readonly domain: string
  /** The newest first; each of 16 octets or more. */
  readonly keys: readonly Uint8Array[]
}

/** `expired`: ours, and too old. `foreign`: it has the form, and none of our keys made it. `none`: some other address. */
export type ReturnProblem = 'none' | 'foreign' | 'expired'

const DAY = 86_400_000
/** A queue gives up within days, and people complain of what they find after their holidays. */
const MAX_AGE: Readonly<Record<Purpose, number>> = { bounce: 30 * DAY, unsubscribe: 400 * DAY, feedback: 100 * DAY }
/** Clocks of several relays differ a little. */
const AHEAD = 10 * 60_000

const LETTERS: Readonly<Record<Purpose, string>> = { bounce: 'b', unsubscribe: 'u', feedback: 'f' }
const PURPOSES: Readonly<Record<string, Purpose>> = { b: 'bounce', u: 'unsubscribe', f: 'feedback' }
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const TAG_DIGITS = 13
const VERSION = '1'
const FORM = /^([buf])1-([0-9a-hjkmnp-tv-z]{20})-([0-9a-hjkmnp-tv-z]{1,6})-([0-9a-hjkmnp-tv-z]{13})$/
const MOST = 32 ** 6

/**
 * Makes the return address of a message and one of its recipients, which proves itself.
 * @throws RangeError without a key, or for a recipient that no address can name
 */
export function printReturnAddress({ purpose, id, recipient }: ReturnAddress, { domain, keys }: ReturnKeys): string {
  const [key] = keys
  if (key === undefined || !Number.isInteger(recipient) || recipient < 0 || recipient >= MOST)
    throw new RangeError('a return address needs a key and the place of a recipient')
  const signed = `${LETTERS[purpose]}${VERSION}-${id.toLowerCase()}-${base32(recipient)}`
  return `${signed}-${tagOf(signed, domain, key)}@${domain.toLowerCase()}`
}

/**
 * Reads which message and recipient a return address of ours is for, and whether its proof is right.
 * @param now milliseconds since 1970
 */
export function readReturnAddress(
  address: string,
  { domain, keys }: ReturnKeys,
  now: number,
): ReturnAddress | ReturnProblem {
  // Longer than any of ours: nothing of it is looked at.
  if (address.length > 320) return 'none'
  const at = address.lastIndexOf('@')
  const local = address.slice(0, Math.max(at, 0)).toLowerCase()
  if (
    address
      .slice(at + 1)
      .toLowerCase()
      .replace(/\.$/, '') !== domain.toLowerCase()
  )
    return 'none'
  const [, letter = '', id = '', recipient = '', tag = ''] = FORM.exec(local) ?? []
  const purpose = PURPOSES[letter]
  const queueId = id.toUpperCase()
  if (purpose === undefined || !isQueueId(queueId)) return 'none'
  const signed = local.slice(0, -TAG_DIGITS - 1)
  // Each key is tried, whichever it was: the time tells nothing.
  const made = keys.filter(key => isSame(tagOf(signed, domain, key), tag)).length > 0
  if (!made) return 'foreign'
  const age = now - queueIdTime(queueId)
  if (age > MAX_AGE[purpose] || age < -AHEAD) return 'expired'
  return { purpose, id: queueId, recipient: Number.parseInt(toRadix32(recipient), 32) }
}

function tagOf(signed: string, domain: string, key: Uint8Array): string {
  const mac = createHmac('sha256', key).update(`${signed}@${domain.toLowerCase()}`).digest()
  let [tag, bits, held] = ['', 0, 0]
  for (const octet of mac) {
    held = (held << 8) | octet
    for (bits += 8; bits >= 5 && tag.length < TAG_DIGITS; bits -= 5) tag += DIGITS[(held >>> (bits - 5)) & 31]
    held &= (1 << bits) - 1
    if (tag.length === TAG_DIGITS) break
  }
  return tag
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function base32(value: number): string {
  return value.toString(32).replace(/./g, digit => DIGITS[Number.parseInt(digit, 32)] ?? '')
}

function toRadix32(text: string): string {
  return text.replace(/./g, digit => DIGITS.indexOf(digit).toString(32))
}
