/**
 * Turns: how long the event loop was kept busy at a stretch.
 *
 * Policy. Counted in the processor time of this thread, not by the clock: a machine that is busy with other things keeps a
 * thread waiting, and that is nobody's fault.
 */
const EVERY_MS = 10

/** Watches until `stop`, which answers the longest stretch without a turn, in ms. */
export function watchTurns(): { stop(): number } {
  const used = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let longest = 0
  let before = used()
  const look = (): void => {
    const now = used()
    longest = Math.max(longest, now - before)
    before = now
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return longest
    },
  }
}
