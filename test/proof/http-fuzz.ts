/**
 * HttpFuzz: whatever there is, asked of a relay that listens for HTTP, for a minute or more: no answer of 500 or above, none in another
 * form than ours, and no grown heap.
 */
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { LogLine } from '../../packages/relay/src/testing/test-relay.ts'
import { askFuzz, fuzzRequest } from '../v1/fuzz-requests.ts'
import { startV1World, type V1World } from '../v1/world.ts'
import type { Figures, ProofOptions } from './proof.ts'

const AT_ONCE = 8
const MIB = 2 ** 20
/** What is left after a collection, at the end against the end of the first quarter. */
const MOST_GROWTH_MIB = 16

export async function prove({ minutes, seed }: ProofOptions): Promise<Figures> {
  await using world = await startV1World(
    { relay: { http: { requestsPerSecond: 0 }, ban: { failures: 0 } } },
    { deliver: false },
  )
  const first = await ask(world, (minutes * 60_000) / 4, seed)
  const warm = heapMib()
  const second = await ask(world, (minutes * 60_000 * 3) / 4, seed + 1)
  const grown = heapMib() - warm
  forgetLog(world)
  assert.ok(grown < MOST_GROWTH_MIB, `the heap has grown by ${grown.toFixed(1)} MiB`)
  return { requests: first + second, heapGrownMib: Math.round(grown * 10) / 10 }
}

/** How many were asked. @throws what fast-check found, shrunk */
async function ask(world: V1World, forMs: number, seed: number): Promise<number> {
  let asked = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, (_, at) =>
      fc.assert(
        fc.asyncProperty(fuzzRequest, async request => {
          asked++
          if (asked % 1000 === 0) forgetLog(world)
          assert.equal(await askFuzz(world.url, world.operator, request), undefined)
        }),
        {
          numRuns: Number.MAX_SAFE_INTEGER,
          interruptAfterTimeLimit: forMs,
          markInterruptAsFailure: false,
          seed: seed + at * 7919,
        },
      ),
    ),
  )
  return asked
}

/** Its lines would be what grows; none may tell of a fault. */
function forgetLog({ log }: V1World): void {
  const lines = (log as LogLine[]).splice(0)
  assert.deepEqual(
    lines.filter(({ event }) => event === 'http-failed' || event === 'event-stream-failed'),
    [],
  )
}

function heapMib(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / MIB
}
