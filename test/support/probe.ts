/**
 * Probe: preloaded into the relay under soak (`--import`, with `--expose-gc`): on SIGUSR2 it collects garbage and writes what
 * is left, so that a leak is not hidden by garbage that nobody has collected yet.
 *
 * Its line: `probe {"heap":…,"outside":…,"stallMs":…}`: octets on the heap, in buffers beside it, and the longest time since
 * the last signal in which the event loop did not turn.
 */
import { writeSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const collect = (globalThis as { readonly gc?: () => void }).gc

const delay = monitorEventLoopDelay({ resolution: 20 })
delay.enable()

process.on('SIGUSR2', () => {
  const stallMs = Math.round(delay.max / 1e6)
  // Buffers go with the second one: the first finds their owners.
  collect?.()
  collect?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  writeSync(2, `probe ${JSON.stringify({ heap: heapUsed, outside: arrayBuffers, stallMs })}\n`)
  // What the collection took is ours.
  setImmediate(() => delay.reset())
})
