/**
 * ThreadPriority: the event loop before the arithmetic.
 *
 * Policy. Signatures and password hashes are made on libuv's threads. The kernel shares processors fairly, so with as
 * many of those at work as there are processors the event loop gets half of one, and every session waits for its turn
 * although there is nothing to wait for. A thread of lower priority loses nothing while a processor is free, and yields at
 * once when the event loop wakes.
 * Linux alone has a priority for each thread; elsewhere all stay equal.
 *
 * Not here: how many threads there are, which is settled before the first one is made (the start of the `postrider` program).
 */
import { randomFill } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { getPriority, setPriority } from 'node:os'
import { promisify } from 'node:util'

/** A tenth of the weight of a thread that was left alone. */
const STEPS_DOWN = 10
const LOWEST = 19
const TASKS = '/proc/self/task'

/** Threads that give way already are left alone. */
export async function letArithmeticGiveWay(): Promise<void> {
  // The threads are made when the first work comes for them.
  await promisify(randomFill)(new Uint8Array(1))
  const wanted = Math.min(LOWEST, getPriority() + STEPS_DOWN)
  try {
    for (const thread of await readdir(TASKS)) {
      const name = await readFile(`${TASKS}/${thread}/comm`, 'utf8')
      if (!name.startsWith('libuv-worker')) continue
      if (getPriority(Number(thread)) < wanted) setPriority(Number(thread), wanted)
    }
  } catch {
    // No such folder, or not allowed: slower under load, and right all the same.
  }
}
