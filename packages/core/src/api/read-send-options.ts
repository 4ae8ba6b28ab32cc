/**
 * ReadSendOptions: what a caller wants besides the message: when, how long, how soon, once only.
 *
 * Policy. A time in seconds in place of milliseconds, the usual mistake, would be a time long past, and is refused.
 *
 * Not here: which options there are (arguments.ts).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { SendRequest } from '../flow/submission.ts'
import { WAYS_IN } from '../model/card.ts'
import { poolsOf } from '../model/egress.ts'
import { PASS_ON_TO, RETURN_PATH_USES, UNSUBSCRIBE_USES } from '../model/envelope.ts'
import type { MailerError } from '../model/error.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import type { AcceptOptions } from './receipt.ts'

/** What a timer of Node can wait for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low']
/** The last moment that a Date can hold. */
const LAST_MOMENT = 8.64e15

/** @throws MailerError `invalid-option` */
function readSendOptions(
  options: AcceptOptions,
  tags: Readonly<Record<string, string>>,
  {
    now,
    expireAfterMs,
    pools,
  }: { readonly now: number; readonly expireAfterMs: number; readonly pools: readonly string[] },
): SendRequest {
  const { idempotencyKey, account, hold, keepContent, returnPath, passOn, unsubscribe, feedbackId } = options
  const { pool, priority = 'normal', via = 'sdk' } = options
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > 255))
    throw wrong('idempotencyKey', `${idempotencyKey.length} characters`, '1 to 255 characters')
  if (!PRIORITIES.includes(priority)) throw wrong('priority', shown(priority), "'high', 'normal' or 'low'")
  if (!WAYS_IN.includes(via)) throw wrong('via', shown(via), `one of ${WAYS_IN.join(', ')}`)
  if (returnPath !== undefined && !RETURN_PATH_USES.includes(returnPath))
    throw wrong('returnPath', shown(returnPath), `one of ${RETURN_PATH_USES.join(', ')}`)
  if (passOn !== undefined && !PASS_ON_TO.includes(passOn))
    throw wrong('passOn', shown(passOn), `one of ${PASS_ON_TO.join(', ')}`)
  if (unsubscribe !== undefined && !UNSUBSCRIBE_USES.includes(unsubscribe))
    throw wrong('unsubscribe', shown(unsubscribe), `one of ${UNSUBSCRIBE_USES.join(', ')}`)
  if (pool !== undefined && !pools.includes(pool))
    throw wrong(
      'pool',
      shown(pool),
      pools.length === 0 ? 'none: egress.sources has no pools' : `one of ${pools.join(', ')}`,
    )
  const notBefore = momentOf(options.notBefore, 'notBefore', now) ?? now
  const expiresAt = momentOf(options.expiresAt, 'expiresAt', now) ?? Math.max(now, notBefore) + expireAfterMs
  if (expiresAt <= Math.max(now, notBefore))
    throw wrong('expiresAt', shown(options.expiresAt), 'a moment in the future, after notBefore')
  return {
    notBefore,
    expiresAt,
    priority,
    tags: readTags(tags),
    via,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(account === undefined ? {} : { account }),
    ...(hold === undefined ? {} : { hold }),
    ...(keepContent === undefined ? {} : { keepContent }),
    ...(returnPath === undefined ? {} : { returnPath }),
    ...(passOn === undefined ? {} : { passOn }),
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
    ...(feedbackId === undefined ? {} : { feedbackId }),
    ...(pool === undefined ? {} : { pool }),
  }
}

/** @throws MailerError `invalid-option` */
export function checkStartWithin({ startWithinMs: ms }: Pick<AcceptOptions, 'startWithinMs'>): void {
  if (ms === undefined || (typeof ms === 'number' && ms > 0 && ms <= LONGEST_TIMER_MS)) return
  throw wrong('startWithinMs', shown(ms), `more than 0 and at most ${LONGEST_TIMER_MS} milliseconds`)
}

/** The same, held against what the mailer is set to now. @throws MailerError `invalid-option` */
export function requestOf(
  options: AcceptOptions,
  tags: Readonly<Record<string, string>>,
  { clock, live }: Pick<MailerParts, 'clock' | 'live'>,
): SendRequest {
  const { delivery, egress } = live.options
  const { expireAfterMs } = delivery.retry
  return readSendOptions(options, tags, { now: clock.now(), expireAfterMs, pools: poolsOf(egress) })
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
