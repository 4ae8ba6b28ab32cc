/**
 * Summary: a test reporter that ends the run with one line of real counts, `N passed, N failed`.
 *
 * Policy. Suites do not count, their tests do; a suite or file that failed by itself (a hook threw, a process ended badly)
 * counts as one failure.
 *
 * Not here: what failed and why (Node's spec reporter, which runs beside this one).
 */
import type { TestEvent } from 'node:test/reporters'

/** What the runner says of a suite that failed only because a test in it did. */
const BY_ITS_TESTS = 'subtestsFailed'

export default async function* summary(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for await (const event of events) {
    const kind = kindOf(event)
    if (kind !== undefined) counts[kind]++
  }
  yield `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}\n`
}

function kindOf(event: TestEvent): 'passed' | 'failed' | 'skipped' | undefined {
  if (event.type === 'test:fail') {
    // What is known not to hold yet does not fail a run, here as in the runner.
    if (event.data.todo !== undefined) return 'skipped'
    const { error } = event.data.details
    return 'failureType' in error && error.failureType === BY_ITS_TESTS ? undefined : 'failed'
  }
  if (event.type !== 'test:pass' || event.data.details.type === 'suite') return undefined
  return event.data.skip === undefined && event.data.todo === undefined ? 'passed' : 'skipped'
}
