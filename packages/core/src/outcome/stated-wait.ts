/**
 * Stated wait: the time that a reply itself asks us to wait.
 *
 * Policy. Read only beside words about coming back, so that a year, a size or a ticket number is not taken for it. Never
 * more than a day: a stranger does not park our mail.
 */
import { DAY, HOUR, MINUTE, SECOND } from './rule.ts'

const COME_BACK = /again|retry|later|wait|back|gr[ea]y-?list|defer|delay|see you/i
const SPAN =
  /(?:\b(?:in|after|for|within|wait|back|next)\b[^\d]{0,20}|\()(\d{1,6})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\b/i
/** `see you in 00:04:55` */
const CLOCK = /\b(?:in|for|after)\s+(\d{1,2}):(\d{2}):(\d{2})\b/i

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** In ms, or undefined when the text names no time. */
export function statedWait(text: string): number | undefined {
  if (!COME_BACK.test(text)) return undefined
  const clock = CLOCK.exec(text)
  if (clock !== null) {
    return bounded(Number(clock[1]) * HOUR + Number(clock[2]) * MINUTE + Number(clock[3]) * SECOND)
  }
  const span = SPAN.exec(text)
  return span === null ? undefined : bounded(Number(span[1]) * (UNITS[span[2]?.[0]?.toLowerCase() ?? ''] ?? 0))
}

function bounded(ms: number): number | undefined {
  return ms > 0 ? Math.min(ms, DAY) : undefined
}
