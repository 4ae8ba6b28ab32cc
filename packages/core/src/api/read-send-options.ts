/**
 * SendOptions: what a caller wants besides the message: when, how long, how soon, once only.
 *
 * Policy. TypeScript is not asked. A time in seconds instead of milliseconds, the usual mistake, is a time long past, and is
 * refused where that would end the message at once.
 */
import type { SendRequest } from '../flow/submission.ts'
import { MailerError } from '../model/error.ts'
import type { AcceptOptions } from './receipt.ts'

const PRIORITIES: readonly unknown[] = ['high', 'normal', 'low']

/** @throws MailerError `invalid-option` */
export function readSendOptions(
  options: AcceptOptions,
  tags: Readonly<Record<string, string>>,
  { now, expireAfterMs }: { readonly now: number; readonly expireAfterMs: number },
): SendRequest {
  const { idempotencyKey, account, hold, priority = 'normal' } = options
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > 255))
    throw wrong('idempotencyKey', `${idempotencyKey.length} characters`, '1 to 255 characters')
  if (!PRIORITIES.includes(priority)) throw wrong('priority', String(priority), "'high', 'normal' or 'low'")
  const notBefore = momentOf(options.notBefore, 'notBefore') ?? now
  const expiresAt = momentOf(options.expiresAt, 'expiresAt') ?? Math.max(now, notBefore) + expireAfterMs
  if (expiresAt <= Math.max(now, notBefore))
    throw wrong('expiresAt', String(options.expiresAt), 'a moment to come, after notBefore')
  return {
    notBefore,
    expiresAt,
    priority,
    tags,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(account === undefined ? {} : { account }),
    ...(hold === undefined ? {} : { hold }),
  }
}

function momentOf(value: Date | number | undefined, where: string): number | undefined {
  if (value === undefined) return undefined
  const at = typeof value === 'number' ? value : value instanceof Date ? value.getTime() : Number.NaN
  if (Number.isFinite(at)) return at
  throw wrong(where, String(value), 'a Date or milliseconds since 1970')
}

function wrong(where: string, found: string, wanted: string): MailerError {
  return new MailerError('invalid-option', `${where}: found ${found}, wanted ${wanted}`, { where, found, wanted })
}
