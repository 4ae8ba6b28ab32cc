import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type RelayOptions, resolveRelayOptions } from './options.ts'

const returnPath = { domain: 'bounces.example.com', keys: ['a secret of sixteen and more'] }
const warnings = async (options: RelayOptions): Promise<number> =>
  (await resolveRelayOptions({ hostname: 'mail.example.com', ...options })).warnings.length

suite('a domain for bounces', () => {
  test('that nobody receives for is warned of', async () => {
    assert.equal(await warnings({ returnPath }), 1)
    const accounts = [{ name: 'a', password: 'b', returnPath: 'ours' as const }]
    assert.equal(await warnings({ returnPath: { ...returnPath, use: 'as-given' }, relay: { accounts } }), 1)
  })
  test('is not where the relay receives, another host does, or no mail leaves with it', async () => {
    assert.equal(await warnings({}), 0)
    assert.equal(await warnings({ returnPath, relay: { inbound: { listen: ['127.0.0.1:25'] } } }), 0)
    assert.equal(await warnings({ returnPath: { ...returnPath, receivedBy: 'other' } }), 0)
    assert.equal(await warnings({ returnPath: { ...returnPath, use: 'as-given' } }), 0)
  })
})

suite('a history that is shorter than people take to unsubscribe', () => {
  const common = { hostname: 'mail.example.com', returnPath: { ...returnPath, receivedBy: 'other' as const } }
  const DAY = 86_400_000
  const kept = async (options: RelayOptions) => {
    const { options: settled, warnings } = await resolveRelayOptions({ ...common, ...options })
    return [settled.queue.keepHistoryMs / DAY, warnings.filter(text => text.startsWith('queue.keepHistoryMs: ')).length]
  }
  const queue = { keepHistoryMs: 29 * DAY }
  test('is not the default while people may answer', async () => {
    assert.deepEqual(await kept({}), [7, 0])
    assert.deepEqual(await kept({ feedback: { unsubscribe: 'lists' } }), [60, 0])
    assert.deepEqual(await kept({ feedback: { complaints: true } }), [60, 0])
  })
  test('is not the default where an account has a List-Unsubscribe of its own', async () => {
    const relay = { accounts: [{ name: 'a', password: 'b', unsubscribe: 'lists' as const }] }
    assert.deepEqual(await kept({ relay }), [60, 0])
    assert.deepEqual(
      await kept({ relay: { accounts: [{ name: 'a', password: 'b', unsubscribe: 'as-given' }] } }),
      [7, 0],
    )
    assert.deepEqual(await kept({ relay, queue: { keepHistoryMs: 90 * DAY } }), [90, 0])
  })
  test('is warned of, by account too, and nothing is said of a longer one', async () => {
    assert.deepEqual(await kept({ queue }), [29, 0])
    assert.deepEqual(await kept({ queue, feedback: { unsubscribe: 'all' } }), [29, 1])
    const relay = { accounts: [{ name: 'a', password: 'b', unsubscribe: 'all' as const }] }
    assert.deepEqual(await kept({ relay, queue }), [29, 1])
    assert.deepEqual(await kept({ relay, queue, feedback: { complaints: true } }), [29, 1])
    assert.deepEqual(await kept({ relay, queue: { keepHistoryMs: 30 * DAY } }), [30, 0])
  })
})
