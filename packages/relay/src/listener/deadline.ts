/**
 * Deadline: an answer in time, or the news that it is late.
 */
import type { Clock } from '@postrider/core'

export const LATE: unique symbol = Symbol('later than the deadline')

/** What `work` gives, or LATE after `ms`; the work goes on then. */
export function inTime<T>(work: Promise<T>, ms: number, clock: Clock): Promise<T | typeof LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(LATE))
    work.then(
      value => {
        cancel()
        resolve(value)
      },
      error => {
        cancel()
        reject(error)
      },
    )
  })
}
