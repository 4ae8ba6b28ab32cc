/**
 * Retry: when a deferred recipient is tried again. RFC 5321 §4.5.4.1.
 *
 * Policy. Waits grow from a minute to four hours. RFC 5321 asks for at least 30 minutes between attempts, as soon as a host
 * proved to be down; the quick first ones are for greylisting and short troubles, and the pace of a site (schedule/) keeps
 * them from being a burden. A time that the receiver names is honoured: never earlier, and early on not later either. The
 * last attempt is made when the message expires.
 *
 * Not here: whether to try again (classify.ts), how long a whole site rests (schedule/site-window.ts).
 */
import type { Random } from '../ambient/random.ts'
import { DAY, HOUR, MINUTE } from './rule.ts'

export interface RetryPolicy {
  /** Waits after the first, second, … attempt, in ms; the last one repeats. @default 1, 5, 15, 30 min, 1, 2, 4 h */
  readonly scheduleMs: readonly number[]
  /** Each wait is made longer or shorter by up to this part of itself, so that mail that failed together does not come back together. @default 0.2 */
  readonly jitter: number
  /** How long a message is tried, in ms; a message may say less. RFC 5321 §4.5.4.1: at least 4 to 5 days. @default 5 days */
  readonly expireAfterMs: number
}

export const DEFAULT_RETRY: RetryPolicy = {
  scheduleMs: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR],
  jitter: 0.2,
  expireAfterMs: 5 * DAY,
}

export interface Deferral {
  /** Attempts made, with the one that just failed. */
  readonly attempts: number
  readonly now: number
  readonly expiresAt: number
  readonly retryAfterMs?: number
}

/** When to try again, or undefined when the time is up. */
export function nextAttemptAt(deferral: Deferral, policy: RetryPolicy, random: Random): number | undefined {
  const { now, expiresAt } = deferral
  if (now >= expiresAt) return undefined
  return Math.min(now + wait(deferral, policy, random), expiresAt)
}

function wait({ attempts, retryAfterMs }: Deferral, policy: RetryPolicy, random: Random): number {
  const place = Math.max(0, attempts - 1)
  const scheduled = policy.scheduleMs[Math.min(place, policy.scheduleMs.length - 1)] ?? HOUR
  const jittered = Math.round(scheduled * (1 + policy.jitter * (2 * random() - 1)))
  if (retryAfterMs === undefined) return jittered
  // Never earlier than asked, so this jitter only adds.
  const asked = Math.round(retryAfterMs * (1 + policy.jitter * random()))
  return place < policy.scheduleMs.length - 1 ? asked : Math.max(asked, jittered)
}
