/**
 * YieldEvery: lets so many through in one turn of the event loop; who comes after them goes in a later one, in order.
 *
 * Policy. For work that is short for one and long for a thousand who come at once: between two turns sockets are read,
 * timers fire, and what is done already moves on.
 */

/** `undefined`: go on at once. */
export type Yield = () => Promise<void> | undefined

export function yieldEvery(most: number): Yield {
  let left = most
  let waiting: (() => void)[] = []
  let served = 0
  let armed = false
  const arm = (): void => {
    if (armed) return
    armed = true
    setImmediate(next)
  }
  const next = (): void => {
    armed = false
    left = most
    while (left > 0 && served < waiting.length) {
      left--
      waiting[served++]?.()
    }
    if (served === waiting.length) {
      waiting = []
      served = 0
    }
    if (left < most) arm()
  }
  return () => {
    arm()
    if (left > 0 && waiting.length === 0) {
      left--
      return undefined
    }
    return new Promise(resolve => waiting.push(resolve))
  }
}
