/**
 * Whatever is asked of our own routes, the answer is in our form and no fault of ours. For a minute: `npm run proof -- http-fuzz`.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { askFuzz, fuzzRequest } from './fuzz-requests.ts'
import { startV1World } from './world.ts'

const world = await startV1World(
  { relay: { http: { requestsPerSecond: 0 }, ban: { failures: 0 } } },
  { deliver: false },
)
after(() => world[Symbol.asyncDispose]())

test('no request has an answer of 500 or more, or one in another form', async () => {
  await fc.assert(
    fc.asyncProperty(fuzzRequest, async request => {
      assert.equal(await askFuzz(world.url, world.operator, request), undefined)
    }),
    { numRuns: Number(process.env.POSTRIDER_FUZZ_RUNS ?? 400) },
  )
  assert.deepEqual(
    world.log.filter(({ event }) => event === 'http-failed' || event === 'event-stream-failed'),
    [],
  )
})
