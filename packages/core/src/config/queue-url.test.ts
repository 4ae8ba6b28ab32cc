import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { MailerError } from '../model/error.ts'
import type { MailerOptions, ResolvedOptions } from './options.ts'
import { hasPassword, hasUser, withPassword } from './queue-url.ts'
import { resolveOptions } from './resolve.ts'

test('a password is put behind the user, whatever it is made of, also before several hosts', () => {
  assert.equal(
    withPassword('postgres://me@one:5432,two/mail?x=1', 'a/b@c d'),
    'postgres://me:a%2Fb%40c%20d@one:5432,two/mail?x=1',
  )
})

test('it is known whether there is a password, also where JavaScript sees no URL', () => {
  for (const url of ['postgres://me:hush@one,two:1/mail', 'postgres://one/mail?user=me&password=hush'])
    assert.equal(hasPassword(url), true, url)
  for (const url of [
    'postgres://me@one:1,two:2/mail',
    'postgres:///mail?host=/run/postgresql',
    'postgres://[::1]:5432/mail',
  ])
    assert.equal(hasPassword(url), false, url)
  assert.deepEqual([hasUser('postgres://me@one/mail'), hasUser('postgres://one/mail')], [true, false])
})

test('queue.passwordFile fills both addresses, and is refused beside a password or without a user', async t => {
  const file = join(await mkdtemp(join(tmpdir(), 'postrider-password-')), 'password')
  t.after(() => rm(dirname(file), { recursive: true }))
  await writeFile(file, 'hu/sh\n')
  const resolved = (queue: MailerOptions['queue']): Promise<ResolvedOptions> =>
    resolveOptions({ hostname: 'mail.example.com', queue }, { cwd: '/' }).then(({ options }) => options)
  const { queue } = await resolved({
    url: 'postgres://me@one,two/m',
    directUrl: 'postgres://me@one/m',
    passwordFile: file,
  })
  assert.deepEqual([queue.url, queue.directUrl], ['postgres://me:hu%2Fsh@one,two/m', 'postgres://me:hu%2Fsh@one/m'])
  for (const url of [undefined, 'postgres://one/m', 'postgres://me:hush@one/m'])
    await assert.rejects(resolved({ ...(url && { url }), passwordFile: file }), error => {
      assert.ok(MailerError.is(error) && error.code === 'invalid-option')
      return !error.message.includes('hush')
    })
})
