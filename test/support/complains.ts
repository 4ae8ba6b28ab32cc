/**
 * Complains: waiting for what a program says on standard error.
 */
import assert from 'node:assert/strict'
import type { Child } from './child.ts'

/** What it says on standard error, now or later. Fails when it ends without. */
export async function complains(relay: Child, pattern: RegExp): Promise<RegExpExecArray> {
  let over = false
  void relay.ended().then(() => {
    over = true
  })
  for (;;) {
    const match = pattern.exec(relay.stderr())
    if (match !== null) return match
    if (over) assert.fail(`it ended without ${pattern}:\n${relay.stderr()}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
