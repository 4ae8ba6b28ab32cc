/** Complaints, from the mailbox that they come to into the queue. */
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
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
    `one.eml: one@b.test complained of message ${one.id}, known already`,
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

test('postrider report tells what a mail is about, and what came of it', async t => {
  const cwd = tempFolder(t)
  const path = join(cwd, 'queue.db')
  const env = { POSTRIDER_HOSTNAME: 'mail.a.test', POSTRIDER_QUEUE_PATH: path }
  await using mailer = await createMailer(
    { hostname: 'mail.a.test', preflight: 'off', queue: { path } },
    { deliver: false },
  )
  const raw = `From: me@a.test\r\nDate: ${new Date().toUTCString()}\r\nMessage-ID: <1@a.test>\r\n\r\nhello\r\n`
  const { id } = await mailer.accept(Buffer.from(raw), { from: 'me@a.test', to: ['you@b.test'] })
  const bounce = `From: MAILER-DAEMON@b.test\r\nSubject: failure notice\r\n\r\n<you@b.test>:\r\n550 5.1.1 No such user\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n${raw}`
  writeFileSync(join(cwd, 'bounce.eml'), bounce)
  writeFileSync(join(cwd, 'letter.eml'), 'From: you@b.test\r\nSubject: x\r\n\r\nhello')
  const said = await type('report bounce.eml letter.eml', { cwd, env })
  assert.equal(said.code, 0, said.err)
  assert.deepEqual(said.out.trimEnd().split('\n'), [
    `bounce.eml: returned of you@b.test for message ${id}: 550 5.1.1 No such user`,
    'letter.eml: nothing was recorded: no report that is known',
  ])
  const piped = await type('report -', { cwd, env, json: true, stdin: bounce })
  const { recipients, proof } = JSON.parse(piped.out)
  assert.deepEqual([proof, recipients[0].result, recipients[0].suppressed], ['none', 'known', false])
  assert.equal(await mailer.suppression('you@b.test'), undefined)
})

test('what finds no queue is brought again: nothing is said to be counted that went nowhere', async t => {
  const cwd = tempFolder(t)
  const path = join(cwd, 'queue.db')
  const env = { POSTRIDER_HOSTNAME: 'mail.a.test', POSTRIDER_QUEUE_PATH: path }
  const day = Math.floor(Date.now() / 1000)
  const report = `<feedback><report_metadata><org_name>b.test</org_name><report_id>1</report_id><date_range><begin>${day}</begin></date_range></report_metadata><policy_published><domain>a.test</domain><p>none</p></policy_published></feedback>`
  for (const [command, stdin] of [
    ['report -', report],
    ['feedback -', feedbackReport({ original: 'From: x@a.test\r\n\r\n' }).toString()],
  ] as const) {
    const { code, out, err } = await type(command, { cwd, env, stdin })
    assert.deepEqual([code, out], [75, ''], command)
    assert.match(err, /there is no queue at .*queue\.db/)
    assert.equal(existsSync(path), false)
  }
  await (await createMailer({ hostname: 'mail.a.test', queue: { path } }, { deliver: false })).close()
  assert.match((await type('report -', { cwd, env, stdin: report })).out, /counted: `postrider dmarc` shows them/)
})
