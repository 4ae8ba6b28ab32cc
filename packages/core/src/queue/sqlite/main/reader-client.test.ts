import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../../testing/fake-clock.ts'
import { ReaderClient } from './reader-client.ts'
import { clock, open, refuses, submission, tempPath } from './store.fixture.ts'

const QUERY = { least: '', below: '~', limit: 10, withinMs: 0 } as const

test('the thread that looks back is there while somebody looks, and half a minute more', async t => {
  const path = tempPath(t)
  await (await open(t, path)).enqueue(submission())
  const idle = new FakeClock()
  const reader = new ReaderClient({ path, busyMs: 0 }, idle)
  t.after(() => reader.close())
  assert.equal(reader.isRunning, false)
  for (const _ of ['at first', 'again, by another thread']) {
    assert.equal((await reader.ask('messages', QUERY)).messages.length, 1)
    await idle.advance(29_000)
    assert.equal((await reader.ask('messages', QUERY)).messages.length, 1)
    await idle.advance(29_000)
    assert.equal(reader.isRunning, true)
    await idle.advance(2_000)
    assert.equal(reader.isRunning, false)
  }
})

test('a file that cannot be read is refused, and read when it is there', async t => {
  const path = tempPath(t)
  const reader = new ReaderClient({ path, busyMs: 0 }, new FakeClock())
  t.after(() => reader.close())
  await assert.rejects(reader.ask('messages', QUERY), refuses('queue-unavailable'))
  await open(t, path)
  assert.deepEqual(await reader.ask('messages', QUERY), { messages: [] })
})

test('what was asked before the end is answered, and nothing after', async t => {
  const path = tempPath(t)
  const store = await open(t, path)
  const sent = submission()
  await store.enqueue(sent)
  const asked = store.messages(QUERY)
  await store.close()
  assert.deepEqual(
    (await asked).messages.map(({ id }) => id),
    [sent.id],
  )
  await assert.rejects(store.messages(QUERY), refuses('closed'))
  const cut = await open(t, path)
  const waiting = cut.messages(QUERY)
  cut.destroy(new Error('enough'))
  await assert.rejects(waiting, refuses('closed'))
})

test('the reader cannot write', async t => {
  const path = tempPath(t)
  const store = await open(t, path)
  await store.enqueue(submission())
  const { messages } = await store.messages(QUERY)
  // What stands on the fast path is shown without being moved from there.
  assert.equal(messages[0]?.recipients[0]?.state, 'waiting')
  assert.equal((await store.counts(clock.now())).messages, 1)
})

test('a queue in memory is looked through by its own thread', async t => {
  const store = await open(t, ':memory:')
  const sent = submission()
  await store.enqueue(sent)
  assert.equal((await store.messages(QUERY)).messages[0]?.id, sent.id)
})
