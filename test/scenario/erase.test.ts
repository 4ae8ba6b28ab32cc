/** Scenario: a person is taken out of the history of a mailer, and out of its file. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ErasedFact } from '../../packages/core/src/model/fact.ts'
import { DRAFT, openWorld } from '../support/world.ts'

const DAY = 86_400_000
const PERSON = 'josefine.doe@dest.test'

test('nothing of a person is left in history, story and file, and it is told who asked for it', async () => {
  await using world = await openWorld({ options: { queue: { keepContentMs: DAY } } })
  const { mailer, folder } = world
  const told: ErasedFact[] = []
  mailer.on('erased', fact => told.push(fact))
  const { id, settled } = await mailer.send({ ...DRAFT, to: `Josefine <${PERSON}>`, subject: 'Dear Josefine' })
  await settled()
  const { id: other, settled: otherSettled } = await mailer.send(DRAFT)
  await otherSettled()
  await mailer.suppressions.add({ address: PERSON })
  const erased = await mailer.messages.erase(PERSON.toUpperCase(), { by: 'key 7' })
  assert.deepEqual(erased, { messages: 1, contents: 1, open: 0, openIds: [], suppression: 'kept' })
  assert.deepEqual(
    told.map(({ at: _, ...fact }) => fact),
    [{ kind: 'erased', by: 'key 7', messages: 1, contents: 1, open: 0 }],
  )
  const seen = [await mailer.queue.show(id), await mailer.explain(id), await mailer.messages.content(id)]
  assert.doesNotMatch(JSON.stringify(seen), /josefine/i)
  assert.match(JSON.stringify(seen), /erased@dest\.test/)
  assert.ok((await mailer.messages.content(other)) !== undefined)
  assert.ok((await mailer.suppression(PERSON)) !== undefined)
  assert.equal((await mailer.messages.erase(PERSON, { suppressions: true })).suppression, 'lifted')
  const seenInFiles = readdirSync(folder).filter(
    name => name.includes('.db') && /josefine/i.test(readFileSync(join(folder, name), 'latin1')),
  )
  // What was freed is overwritten, and the log beside the file is empty, while it runs.
  assert.deepEqual(seenInFiles, [])
})

test('what waits is told, and erased when it is done', async () => {
  await using world = await openWorld()
  const { id } = await world.mailer.send({ ...DRAFT, to: PERSON }, { notBefore: Date.now() + DAY })
  const { open, openIds, messages } = await world.mailer.messages.erase(PERSON)
  assert.deepEqual([open, openIds, messages], [1, [id], 0])
  assert.equal((await world.mailer.queue.show(id)).recipients[0]?.address, PERSON)
  await world.mailer.queue.cancel(id)
  assert.equal((await world.mailer.messages.erase(PERSON)).messages, 1)
  assert.doesNotMatch(JSON.stringify(await world.mailer.explain(id)), /josefine/)
})
