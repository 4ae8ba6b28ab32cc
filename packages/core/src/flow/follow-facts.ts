/**
 * FollowFacts: the durable facts after a number, and then those to come.
 *
 * Policy. The queue is read page by page; a fact told in this process only says when to read again. When another process
 * writes, nothing is told here, so it also looks once in a while. It ends, without an error, when the signal aborts.
 */
import type { Clock } from '../ambient/clock.ts'
import type { Fact, NumberedFact } from '../model/fact.ts'

const PAGE = 500
/** How often to look when nobody tells. */
const LOOK_MS = 1000

export interface FollowPorts {
  readonly read: (after: number, limit: number) => Promise<readonly NumberedFact[]>
  readonly on: (kind: '*', listener: (fact: Fact) => void) => () => void
  readonly clock: Clock
}

export async function* followFacts(
  after: number,
  ports: FollowPorts,
  signal: AbortSignal,
): AsyncGenerator<NumberedFact, void, undefined> {
  let last = after
  while (!signal.aborted) {
    const told = nextTold(ports, signal)
    try {
      const page = await ports.read(last, PAGE)
      for (const numbered of page) {
        last = numbered.number
        yield numbered
      }
      if (page.length === 0) await told.promise
    } finally {
      told.stop()
    }
  }
}

function nextTold(
  { on, clock }: FollowPorts,
  signal: AbortSignal,
): { readonly promise: Promise<void>; readonly stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = (): void => resolve()
  const stopListening = on('*', wake)
  const stopTimer = clock.after(LOOK_MS, wake)
  signal.addEventListener('abort', wake, { once: true })
  const stop = (): void => {
    stopListening()
    stopTimer()
    signal.removeEventListener('abort', wake)
    resolve()
  }
  return { promise, stop }
}
