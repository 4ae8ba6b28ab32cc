import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasPassword, hasUser, withPassword } from './queue-url.ts'

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
