/**
 * Deadline: preloaded into every test run (`--import`), so that a file that never ends cannot hold up the others.
 *
 * Policy. The runner's timeout is that of one test: what a test leaves open keeps its process alive for ever. A process of a
 * test file that is still there after five minutes says so and ends with exit code 1. `TEST_FILE_MINUTES` is another limit.
 */
import { isMainThread } from 'node:worker_threads'

const limitMs = 60_000 * Number(process.env.TEST_FILE_MINUTES ?? 5)

// The runner itself lives as long as all its files do, unless the files run in its own process.
const runsTests = process.env.NODE_TEST_CONTEXT !== undefined || process.execArgv.includes('--test-isolation=none')

if (isMainThread && runsTests)
  setTimeout(() => {
    process.stderr.write(`\nstill running after ${limitMs / 60_000} minutes: ${process.argv.slice(1).join(' ')}\n`)
    process.exit(1)
  }, limitMs).unref()
