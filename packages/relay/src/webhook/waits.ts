/**
 * Waits: how long until an event is told again.
 *
 * Policy. Waits grow to hours, each up to a fifth longer by chance, so that what failed together does not come back together. An endpoint
 * that says when to come back (`retry-after`) is obeyed, up to the longest wait.
 */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const WAITS_MS = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
] as const
export const LONGEST_WAIT_MS: number = 4 * HOUR
const JITTER = 0.2

/** @param attempts those that failed, one at least */
export function waitAfter(attempts: number, random: () => number, askedMs = 0): number {
  const usual = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1] ?? LONGEST_WAIT_MS
  const wanted = Math.min(Math.max(usual, askedMs), LONGEST_WAIT_MS)
  return Math.round(wanted * (1 + JITTER * random()))
}

/** The header `retry-after` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). Undefined for what is neither. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND
  const at = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
