/**
 * Say: a line on standard output that is out when the call returns, for programs that may be killed at the next instruction.
 *
 * Policy. Starting a worker thread makes the pipe non-blocking: when whoever reads it is behind, a plain write fails with
 * EAGAIN, or takes a part only.
 */
import { Buffer } from 'node:buffer'
import { writeSync } from 'node:fs'

const STDOUT = 1
const AGAIN_MS = 2
const sleeper = new Int32Array(new SharedArrayBuffer(4))

export function say(line: string): void {
  let left = Buffer.from(`${line}\n`)
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(STDOUT, left))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(sleeper, 0, 0, AGAIN_MS)
    }
  }
}
