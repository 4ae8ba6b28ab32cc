/**
 * Kept: an answer that costs much, kept for some seconds, so that asking often costs no more.
 *
 * Policy. Who asks while it is being found waits for that one. A failure is not kept.
 */
import type { Clock } from '@postrider/core'

export function kept<T>(find: () => Promise<T>, forMs: number, clock: Pick<Clock, 'monotonic'>): () => Promise<T> {
  let until = Number.NEGATIVE_INFINITY
  let answer: Promise<T> | undefined
  return () => {
    if (answer !== undefined && clock.monotonic() < until) return answer
    until = Number.POSITIVE_INFINITY
    const finding = find()
    answer = finding
    finding.then(
      () => {
        until = clock.monotonic() + forMs
      },
      () => {
        answer = undefined
      },
    )
    return finding
  }
}
