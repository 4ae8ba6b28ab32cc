/** Complaints, from the mailbox that they come to into the queue. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { feedbackReport } from '@postrider/core/testing'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'

test('postrider feedback takes reports from files and from a pipe, beside a mailer that runs', async t => {
  const cwd = tempFolder(t)
  const path = join(cwd, 'queue.db')
  const env = { POSTRIDER_HOSTNAME: 'mail.a.test', POSTRIDER_QUEUE_PATH: path }
  await using mailer = await createMailer(
    { hostname: 'mail.a.test', preflight: 'off', queue: { path } },
    { deliver: false },
  )
  const now = new Date().toUTCString()
  const accept = async (to: string): Promise<{ id: string; original: string }> => {
    const original = `From: me@a.test\r\nDate: ${now}\r\nMessage-ID: <${to}>\r\nSubject: x\r\n\r\nhello\r\n`
    return { id: (await mailer.accept(Buffer.from(original), { from: 'me@a.test', to: [to] })).id, original }
  }
  const [one, two] = [await accept('one@b.test'), await accept('two@b.test')]
  writeFileSync(join(cwd, 'one.eml'), feedbackReport({ original: one.original }))
  writeFileSync(join(cwd, 'old.eml'), feedbackReport({ original: 'From: x@a.test\r\n\r\n', type: 'fraud' }))
  writeFileSync(join(cwd, 'none.eml'), 'Subject: x\r\n\r\nhello')

  const files = await type('feedback one.eml one.eml old.eml', { cwd, env })
  assert.equal(files.code, 0, files.err)
  assert.deepEqual(files.out.trimEnd().split('\n'), [
    `one.eml: one@b.test complained (abuse) of message ${one.id}`,
    `one.eml: one@b.test complained of message ${one.id}, as was known`,
    'old.eml: a complaint (fraud) of a message that is not in the queue or its history',
  ])
  assert.equal((await mailer.suppression('one@b.test'))?.failure.code, 'complained')
  assert.match((await type(`explain ${one.id}`, { cwd, env })).out, /one@b\.test called it spam/)

  const piped = await type('feedback -', {
    cwd,
    env,
    json: true,
    flags: { keepMailing: true },
    stdin: feedbackReport({ original: two.original }).toString(),
  })
  assert.deepEqual(JSON.parse(piped.out), {
    file: '-',
    type: 'abuse',
    result: 'complained',
    messageId: two.id,
    recipient: 'two@b.test',
  })
  assert.equal(await mailer.suppression('two@b.test'), undefined)

  const none = await type('feedback none.eml', { cwd, env })
  assert.equal(none.code, 65)
  assert.match(none.err, /none\.eml: report: found no mail with a feedback report in it/)
})
