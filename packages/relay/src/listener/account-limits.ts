/**
 * AccountLimits: what an account may send in a while: its own, or those of all.
 */
import type { Account, AccountLimits } from '../account/index.ts'
import type { RateLimits } from '../admission/index.ts'

/** The limits of an account for messages or recipients; undefined when there are none, which saves the counting. */
export function limitsOf(
  { limits = {} }: Account,
  defaults: Required<AccountLimits>,
  what: 'messages' | 'recipients',
): RateLimits | undefined {
  const perMinute = limits[`${what}PerMinute`] ?? defaults[`${what}PerMinute`]
  const perHour = limits[`${what}PerHour`] ?? defaults[`${what}PerHour`]
  const perDay = limits[`${what}PerDay`] ?? defaults[`${what}PerDay`]
  return perMinute || perHour || perDay ? { perMinute, perHour, perDay } : undefined
}
