/** Several processes share a queue file: all may enqueue, one delivers, and another one takes over when that one ends. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runNode } from '../support/child.ts'
import { openWorld } from '../support/world.ts'

const ENQUEUER = join(import.meta.dirname, 'enqueuer.ts')
const COUNT = 100

test('what three processes enqueue at once, this one delivers, each message once', async () => {
  await using world = await openWorld()
  const path = join(world.folder, 'queue.db')
  const ended = await Promise.all(
    ['a', 'b', 'c'].map(name => runNode(ENQUEUER, { args: [JSON.stringify({ path, name, count: COUNT })] })),
  )
  for (const { code, stdout, stderr } of ended) assert.equal(`${code} ${stdout}`, `0 accepted ${COUNT}\n`, stderr)
  await world.mx[0]?.waitFor(3 * COUNT)
  await world.mailer.idle()
  const subjects = world.mx[0]?.messages.map(({ content }) => /^Subject: (.*)\r$/m.exec(content.toString())?.[1])
  assert.equal(new Set(subjects).size, 3 * COUNT)
  assert.equal(subjects?.length, 3 * COUNT)
  assert.equal((await world.mailer.queue.counts()).messages, 0)
})

test('of two mailers on one file one delivers; the other takes over when it closes, and nothing goes twice', async () => {
  await using world = await openWorld()
  const second = await world.another()
  const path = join(world.folder, 'queue.db')
  const enqueuing = runNode(ENQUEUER, { args: [JSON.stringify({ path, name: 'a', count: COUNT })] })
  await world.mx[0]?.waitFor(1)
  await world.mailer.close()
  assert.equal((await enqueuing).code, 0)
  await world.mx[0]?.waitFor(COUNT)
  await second.idle()
  assert.equal(world.mx[0]?.messages.length, COUNT)
  assert.equal((await second.queue.counts()).messages, 0)
})
