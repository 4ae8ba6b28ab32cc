/** A person is erased in the terminal: what is asked, told, and where it ends. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { tempFolder } from '../support/folder.ts'
import { type Said, type Typed, type } from '../support/terminal.ts'

test('postrider erase asks before, tells what waits and what stays suppressed, and comes to an end', async t => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
  const run = (line: string, more?: Partial<Typed>): Promise<Said> => type(line, { cwd, ...more })
  const yes = { yes: true }
  await assert.rejects(run('erase joe@dest.test'), /say --yes/)
  await assert.rejects(run('erase nobody', { flags: yes }), { code: 'invalid-address' })
  const options = { hostname: 'mail.sender.test', preflight: 'off', queue: { path: join(cwd, 'q.db') } } as const
  const mailer = await createMailer(options, { deliver: false })
  const { id } = await mailer.send({ from: 'me@sender.test', to: 'joe@dest.test', subject: 'x', text: 'x' })
  await mailer.close()
  const waits = await run('erase joe@dest.test', { flags: yes })
  assert.deepEqual([waits.code, waits.out], [75, 'erased from 0 messages\n'])
  assert.match(waits.err, new RegExp(`1 message about it waits and was not touched \\(${id}\\)`))
  await run(`queue cancel ${id}`)
  await run('suppressions add joe@dest.test')
  const done = await run('erase joe@dest.test', { flags: yes })
  assert.deepEqual([done.code, done.out], [0, 'erased from 1 message\n'])
  assert.match(done.err, /joe@dest\.test stays suppressed/)
  assert.doesNotMatch((await run('messages list', { json: true })).out, /joe/)
  const lifted = await run('erase joe@dest.test', { flags: { ...yes, suppressions: true }, json: true })
  assert.deepEqual(JSON.parse(lifted.out), { messages: 0, contents: 0, open: 0, openIds: [], suppression: 'lifted' })
})
