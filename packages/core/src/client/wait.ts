/**
 * Wait: time, where there is no clock to hand in: nothing of Node's is loaded, and what is there of timers is the platform's.
 */

/** Half as long again at most, by chance: those who were turned away together do not come back together. */
export function scattered(ms: number): number {
  const [chance = 0] = crypto.getRandomValues(new Uint8Array(1))
  return ms + Math.floor((ms * chance) / 512)
}

/** @throws the signal's reason */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const stop = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

export interface Deadline {
  readonly signal: AbortSignal
  /** From now on, as long again. */
  extend(): void
  clear(): void
}

/** Aborts with the signal, and when nothing extends it within that time. */
export function deadlineOf(ms: number, signal?: AbortSignal): Deadline {
  const late = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = (): void => clearTimeout(timer)
  const extend = (): void => {
    clear()
    timer = setTimeout(() => late.abort(new Error(`nothing came for ${ms} ms`)), ms)
  }
  extend()
  return { signal: eitherOf(late.signal, signal), extend, clear }
}

export function eitherOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other])
}
