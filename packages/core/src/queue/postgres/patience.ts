/**
 * Patience: an enqueue while no server can be written to, as in a failover.
 *
 * Policy. Whoever says how long it may take has it tried again until then. When the time is up its caller is told: that the queue
 * is not there while it is known that nothing was written, else that nobody knows. What is found to be written after that is
 * taken back, for the caller will send it again.
 *
 * Not here: what became of a write that was not answered (doubt.ts), servers to choose from (hosts.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import { joined } from '../../ambient/deadline.ts'
import { MailerError } from '../../model/error.ts'
import type { EnqueueOptions } from '../store.ts'
import { isLogin, isRefused, OutcomeUnknown } from './errors.ts'

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 500

/** `undefined`: it was given up, and nothing is left of it. */
export type Attempt<T> = (options: EnqueueOptions) => Promise<T | undefined>

/** @returns `undefined` when it was given up */
export async function patiently<T>(clock: Clock, options: EnqueueOptions, attempt: Attempt<T>): Promise<T | undefined> {
  const { withinMs, begun, signal = new AbortController().signal } = options
  if (withinMs === undefined) return attempt(options)
  const late = new AbortController()
  using either = joined(signal, late.signal)
  let [said, writing] = [false, false]
  let last: unknown
  const begin = (): void => {
    if (!said) begun?.()
    said = true
    writing = true
  }
  const tries = async (): Promise<T | undefined> => {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      try {
        return await attempt({ signal: either.signal, begun: begin })
      } catch (error) {
        if (!isAway(error)) throw error
        last = error
        writing = false
      }
      await clock.sleep(wait)
      if (either.signal.aborted) return undefined
    }
  }
  const up = Promise.withResolvers<never>()
  const cancel = clock.after(withinMs, () => {
    late.abort()
    up.reject(
      writing
        ? new OutcomeUnknown(`no answer within ${withinMs} ms`)
        : (last ?? new Error(`not reached within ${withinMs} ms`)),
    )
  })
  try {
    return await Promise.race([tries(), up.promise])
  } finally {
    cancel()
  }
}

/** Nothing was written, and another moment or server may be better. */
function isAway(error: unknown): boolean {
  return !MailerError.is(error) && !(error instanceof OutcomeUnknown) && !isRefused(error) && !isLogin(error)
}
