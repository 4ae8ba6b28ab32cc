/**
 * ReadSendOptions: what a caller wants besides the message: when, how long, how soon, once only.
 *
 * Policy. A time in seconds in place of milliseconds, the usual mistake, would be a time long past, and is refused.
 *
 * Not here: which options there are (arguments.ts).
 */
import type { SendRequest } from '../flow/submission.ts'
import { WAYS_IN } from '../model/card.ts'
import type { MailerError } from '../model/error.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import type { AcceptOptions } from './receipt.ts'

/** What a timer of Node can wait for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low']
/** The last moment that a Date can hold. */
const LAST_MOMENT = 8.64e15

/** @throws MailerError `invalid-option` */
export function readSendOptions(
  options: AcceptOptions,
  tags: Readonly<Record<string, string>>,
  { now, expireAfterMs }: { readonly now: number; readonly expireAfterMs: number },
): SendRequest {
  const { idempotencyKey, account, hold, priority = 'normal', via = 'sdk' } = options
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > 255))
    throw wrong('idempotencyKey', `${idempotencyKey.length} characters`, '1 to 255 characters')
  if (!PRIORITIES.includes(priority)) throw wrong('priority', shown(priority), "'high', 'normal' or 'low'")
  if (!WAYS_IN.includes(via)) throw wrong('via', shown(via), `one of ${WAYS_IN.join(', ')}`)
  const { startWithinMs } = options
  if (
    startWithinMs !== undefined &&
    !(typeof startWithinMs === 'number' && startWithinMs > 0 && startWithinMs <= LONGEST_TIMER_MS)
  )
    throw wrong('startWithinMs', shown(startWithinMs), `more than 0 and at most ${LONGEST_TIMER_MS} milliseconds`)
  const notBefore = momentOf(options.notBefore, 'notBefore', now) ?? now
  const expiresAt = momentOf(options.expiresAt, 'expiresAt', now) ?? Math.max(now, notBefore) + expireAfterMs
  if (expiresAt <= Math.max(now, notBefore))
    throw wrong('expiresAt', shown(options.expiresAt), 'a moment to come, after notBefore')
  return {
    notBefore,
    expiresAt,
    priority,
    tags: readTags(tags),
    via,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(account === undefined ? {} : { account }),
    ...(hold === undefined ? {} : { hold }),
  }
}

function readTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(tags))
    if (typeof value !== 'string') throw wrong(`tags.${name}`, shown(value), 'a string')
  return tags
}

function momentOf(value: Date | number | undefined, where: string, now: number): number | undefined {
  return value === undefined ? undefined : requireMoment(value, where, now)
}

/** @throws MailerError `invalid-option` */
export function requireMoment(value: Date | number, where: string, now: number): number {
  const at = typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Number.NaN
  if (!(Math.abs(at) <= LAST_MOMENT)) throw wrong(where, shown(value), 'a Date or milliseconds since 1970')
  if (typeof value === 'number' && isInSeconds(at, now)) {
    const fix = `give ${where} as a Date, or multiply by 1000`
    throw wrong(where, `${at}, which looks like seconds`, 'a Date or milliseconds since 1970', fix)
  }
  return at
}

/** Read as seconds it is nearer to now. */
function isInSeconds(at: number, now: number): boolean {
  return Math.abs(at * 1000 - now) < Math.abs(at - now)
}

function wrong(where: string, found: string, wanted: string, fix?: string): MailerError {
  return wrongValue('invalid-option', { where, found, wanted, fix })
}
