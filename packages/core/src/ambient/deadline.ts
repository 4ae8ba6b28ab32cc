/**
 * Deadline: one time budget as an AbortSignal, joined with the caller's own.
 *
 * Not here: how long a step may take (the room that waits knows).
 */
import type { Clock } from './clock.ts'

/** The reason of a signal that aborted because its time was up. */
export class DeadlineError extends Error {
  override readonly name: string = 'DeadlineError'
  readonly ms: number
  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
    this.ms = ms
  }
}

/**
 * Runs `work` with a signal that aborts after `ms` or when `signal` does, whichever is first; the timer is always freed.
 * @throws DeadlineError when the time is up and `work` gives in with the signal's reason.
 */
export async function withDeadline<T>(
  { clock, ms, signal }: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const controller = new AbortController()
  const stopFollowing = follow(signal, controller)
  const cancel = clock.after(ms, () => controller.abort(new DeadlineError(ms)))
  try {
    return await work(controller.signal)
  } finally {
    cancel()
    stopFollowing()
  }
}

export interface Joined extends Disposable {
  readonly signal: AbortSignal
  /** Aborts this signal, and neither of those that it follows. */
  readonly abort: (reason: unknown) => void
}

/**
 * A signal that aborts when either does, until it is disposed of. AbortSignal.any would leave weak references with both, which
 * only a full garbage collection takes away again: too many for what is done for every message.
 */
export function joined(one: AbortSignal, other: AbortSignal): Joined {
  const either = new AbortController()
  const stopOne = follow(one, either)
  const stopOther = follow(other, either)
  return {
    signal: either.signal,
    abort: reason => either.abort(reason),
    [Symbol.dispose]: () => {
      stopOne()
      stopOther()
    },
  }
}

function follow(signal: AbortSignal, controller: AbortController): () => void {
  const abort = (): void => controller.abort(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}

/** The result of work that is shared with others, or the end of this one's patience; the work goes on for the others. */
export async function orAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([shared, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
