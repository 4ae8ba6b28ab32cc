import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { suite, test } from 'node:test'
import { startTestRelay } from '../testing/test-relay.ts'
import { letArithmeticGiveWay } from './thread-priority.ts'

function priorities(): Record<'pool' | 'others', readonly number[]> {
  const found = { pool: [] as number[], others: [] as number[] }
  for (const thread of readdirSync('/proc/self/task')) {
    const name = readFileSync(`/proc/self/task/${thread}/comm`, 'latin1')
    found[name.startsWith('libuv-worker') ? 'pool' : 'others'].push(getPriority(Number(thread)))
  }
  return found
}

suite('priority', { skip: process.platform === 'linux' ? false : 'only Linux has a priority for each thread' }, () => {
  test('in a relay that listens the threads of the pool give way, and no other; twice is once', async () => {
    const own = getPriority()
    await using _relay = await startTestRelay()
    for (let time = 0; time < 2; time++) {
      if (time > 0) await letArithmeticGiveWay()
      const { pool, others } = priorities()
      assert.ok(pool.length > 0)
      assert.deepEqual(new Set(pool), new Set([Math.min(19, own + 10)]))
      assert.deepEqual(new Set(others), new Set([own]))
    }
  })
})
