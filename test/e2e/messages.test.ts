/** The look back over all messages, as it is typed. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer, type QueueEntry } from '@postrider/core'
import { tempFolder } from '../support/folder.ts'
import { type Said, type Typed, type } from '../support/terminal.ts'

const parsed = ({ out }: Said): readonly QueueEntry[] =>
  out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as QueueEntry)

test('messages list shows what fits, newest first, as a table and as JSON lines', async t => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
  const run = (more: Partial<Typed> = {}): Promise<Said> => type('messages list', { cwd, ...more })
  assert.equal((await run()).out, 'no message fits\n')
  const options = { hostname: 'mail.sender.test', preflight: 'off', queue: { path: join(cwd, 'q.db') } } as const
  const mailer = await createMailer(options, { deliver: false })
  const draft = { from: 'me@sender.test', text: 'x' }
  const first = await mailer.send({ ...draft, to: 'you@dest.test', subject: 'One', tags: { kind: 'reset' } })
  const second = await mailer.send({ ...draft, to: ['a@dest.test', 'b@other.test'], subject: 'Two' })
  await mailer.queue.cancel(second.id)
  await mailer.close()

  const table = (await run()).out
  assert.match(table, /^id +came in +state +from +to +subject\n/)
  assert.match(table, new RegExp(`^${second.id} .* cancelled +me@sender\\.test +a@dest\\.test and 1 more +Two$`, 'm'))
  assert.ok(table.indexOf(second.id) < table.indexOf(first.id))
  const ids = async (flags: NonNullable<Typed['flags']>): Promise<readonly string[]> =>
    parsed(await run({ json: true, flags })).map(({ id }) => id)
  assert.deepEqual(await ids({ state: 'cancelled' }), [second.id])
  assert.deepEqual(await ids({ tag: ['kind=reset'], since: '1h', via: 'sdk' }), [first.id])
  assert.deepEqual(await ids({ messageId: first.messageId, subject: 'one' }), [first.id])
  assert.deepEqual(await ids({ limit: '1' }), [second.id])
  assert.deepEqual(await ids({ after: second.id }), [first.id])
  assert.deepEqual(await ids({ before: '2020-01-01' }), [])
  const moved = await type(`queue reschedule ${first.id} 2h`, { cwd })
  assert.match(moved.out, new RegExp(`^rescheduled: ${first.id} to \\d{4}-`))
  await assert.rejects(type(`queue reschedule ${first.id} later`, { cwd }), /time: found "later", wanted a time/)
  await assert.rejects(type(`queue reschedule ${second.id} 2h`, { cwd }), { code: 'not-possible' })
  await assert.rejects(run({ flags: { since: 'monday' } }), /--since: found "monday", wanted a time/)
  await assert.rejects(run({ flags: { tag: ['kind'] } }), /--tag: found "kind", wanted name=value/)
  await assert.rejects(run({ flags: { state: 'lost' } }), { code: 'invalid-option', where: 'filter.state' })
})

test('messages content prints the bytes as long as they are there', async t => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
  const options = { hostname: 'mail.sender.test', preflight: 'off', queue: { path: join(cwd, 'q.db') } } as const
  const mailer = await createMailer(options, { deliver: false })
  const { id } = await mailer.send({ from: 'me@sender.test', to: 'you@dest.test', subject: 'Bytes', text: 'x' })
  assert.match((await type(`messages content ${id}`, { cwd })).out, /^Subject: Bytes\r$/m)
  const { content } = JSON.parse((await type(`messages content ${id}`, { cwd, json: true })).out)
  assert.match(Buffer.from(content, 'base64').toString(), /^Subject: Bytes\r$/m)
  await mailer.queue.cancel(id)
  await mailer.close()
  const gone = await type(`messages content ${id}`, { cwd })
  assert.equal(gone.code, 65)
  assert.match(gone.err, /are not kept/)
})
