/** Statistics, as they are typed. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer, type Statistics } from '@postrider/core'
import { tempFolder } from '../support/folder.ts'
import { type Said, type Typed, type } from '../support/terminal.ts'

test('stats shows what was counted, as a table and as JSON', async t => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
  const run = (more: Partial<Typed> = {}): Promise<Said> => type('stats', { cwd, ...more })
  assert.equal((await run()).out, 'nothing was counted in that time\n')
  const options = { hostname: 'mail.sender.test', preflight: 'off', queue: { path: join(cwd, 'q.db') } } as const
  const mailer = await createMailer(options, { deliver: false })
  await mailer.send({ from: 'me@sender.test', to: ['a@dest.test', 'b@dest.test'], subject: 'One', text: 'x' })
  await mailer.close()

  const lines = (await run({ flags: { by: 'account' } })).out.trim().split('\n')
  assert.match(lines[0] ?? '', /^account +accepted +delivered .* p50 +p95$/)
  assert.match(lines[1] ?? '', /^- +2 +0 /)
  assert.match(lines[2] ?? '', /^total +2 +0 /)
  const asJson = JSON.parse((await run({ json: true, flags: { from: '2h' } })).out) as Statistics
  assert.equal(asJson.rows[0]?.counts.accepted, 2)
  assert.match((await run({ flags: { by: 'day' } })).out, /^\d{4}-\d\d-\d\d +2 /m)
  await assert.rejects(run({ flags: { by: 'week' } }), { code: 'invalid-option', where: 'request.by' })
  await assert.rejects(run({ flags: { from: 'monday' } }), /--from: found "monday", wanted a time/)
})
