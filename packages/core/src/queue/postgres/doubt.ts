/**
 * Doubt: what to do when nobody knows whether a transaction was committed.
 *
 * Policy. The work is asked for again, in a form that finds what the first time left, until the server says what became of it
 * or the time is up. Then the caller is told that nobody knows.
 *
 * Not here: how a transaction is known to be in doubt (connection.ts), what asking again means (enqueue.ts, settle.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import { isFenced, OutcomeUnknown } from './errors.ts'

/** Beyond this a client of SMTP that waits for its 250 may well be gone. */
const KNOWN_WITHIN_MS = 30_000
const FIRST_WAIT_MS = 50
/** A standby is promoted in a second or two, and everything that is accepted waits behind this. */
const LONGEST_WAIT_MS = 500

/** @throws OutcomeUnknown */
export async function untilKnown<T>(clock: Clock, first: () => Promise<T>, again: () => Promise<T>): Promise<T> {
  let unknown: OutcomeUnknown
  try {
    return await first()
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error
    unknown = error
  }
  const end = clock.monotonic() + KNOWN_WITHIN_MS
  for (let wait = FIRST_WAIT_MS; clock.monotonic() < end; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    await clock.sleep(wait)
    try {
      return await again()
    } catch (error) {
      if (isFenced(error)) throw error
      // Whatever else it says of this try, of the first one nothing is known yet.
    }
  }
  throw unknown
}
