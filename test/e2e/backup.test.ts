/** A backup and a restore in the terminal: what is told, what is held, and how it is let go. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { tempFolder } from '../support/folder.ts'
import { type Said, type Typed, type } from '../support/terminal.ts'

const CONFIG = 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n'

test('postrider backup and restore tell what is in them, who may come in again, and hold what may have been sent', async t => {
  const base = tempFolder(t)
  const place = (name: string): string => {
    mkdirSync(join(base, name))
    writeFileSync(join(base, name, 'postrider.yaml'), CONFIG)
    return join(base, name)
  }
  const [first, second] = [place('first'), place('second')]
  const run = (cwd: string, line: string, more?: Partial<Typed>): Promise<Said> => type(line, { cwd, ...more })
  const options = { hostname: 'mail.sender.test', preflight: 'off', queue: { path: join(first, 'q.db') } } as const
  const mailer = await createMailer(options, { deliver: false })
  await mailer.send({ from: 'me@sender.test', to: 'joe@dest.test', subject: 'x', text: 'x' })
  await mailer.close()
  assert.equal((await run(first, 'key add cron', { flags: { operator: true, scope: ['read'] }, json: true })).code, 0)

  const backup = join(base, 'monday')
  const made = await run(first, `backup ${backup}`)
  assert.match(made.out, /monday: 2 files, \d+ octets\. Keep it as you keep keys/)
  await assert.rejects(run(first, `backup ${backup}`), { code: 'not-possible' })
  const listed = JSON.parse((await run(first, `backup ${backup}2`, { json: true })).out)
  assert.deepEqual(listed.queue, 'file')

  await assert.rejects(run(second, 'restore'), /which backup/)
  await assert.rejects(run(first, `restore ${backup}`), { code: 'not-possible' })
  const back = await run(second, `restore ${backup}`)
  assert.match(back.out, /Users and API keys are as they were at .*: cron\./)
  assert.match(back.out, /Held: 1 message/)
  assert.match((await run(second, 'queue list')).out, /held/)
  assert.match((await run(second, 'restore', { flags: { release: true } })).out, /1 message/)
  assert.deepEqual(JSON.parse((await run(second, 'restore', { flags: { release: true }, json: true })).out), {
    released: 0,
  })
})
