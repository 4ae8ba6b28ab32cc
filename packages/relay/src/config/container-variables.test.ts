import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { translateEnvironment } from './container-variables.ts'

suite('the old containers’ variables', () => {
  test('maildomain and smtp_user', () => {
    const env = translateEnvironment({
      maildomain: 'mail.abc.mail',
      smtp_user: 'bob@abc.mail:pa:ss,eve:secret',
      PATH: '/bin',
    })
    assert.equal(env.POSTRIDER_HOSTNAME, 'mail.abc.mail')
    assert.equal(env.POSTRIDER_RELAY_DOMAINS, 'mail.abc.mail')
    assert.equal(env.PATH, '/bin')
    assert.deepEqual(JSON.parse(env.POSTRIDER_RELAY_ACCOUNTS ?? ''), [
      { name: 'bob@abc.mail', password: 'pa:ss' },
      { name: 'eve', password: 'secret' },
      { name: 'eve@mail.abc.mail', password: 'secret' },
    ])
    assert.match(env.POSTRIDER_RELAY_LISTEN ?? '', /:25\/starttls\/plain,.*:587\/starttls\/plain,.*:465\/tls/)
  })
  test('MTA_DOMAIN, MTA_HOST and MTA_USERS: the login is user@MTA_HOST', () => {
    const env = translateEnvironment({
      MTA_DOMAIN: 'abc.mail',
      MTA_HOST: 'mx.abc.mail',
      MTA_USERS: 'user1:pass1,user2:pass2',
    })
    assert.equal(env.POSTRIDER_HOSTNAME, 'mx.abc.mail')
    assert.equal(env.POSTRIDER_RELAY_DOMAINS, 'abc.mail')
    const names = (JSON.parse(env.POSTRIDER_RELAY_ACCOUNTS ?? '') as { name: string }[]).map(account => account.name)
    assert.deepEqual(names, ['user1', 'user1@mx.abc.mail', 'user2', 'user2@mx.abc.mail'])
  })
  test('a POSTRIDER_* variable that says the same wins', () => {
    const env = translateEnvironment({
      maildomain: 'abc.mail',
      POSTRIDER_HOSTNAME: 'mail.abc.mail',
      POSTRIDER_RELAY_LISTEN: '127.0.0.1:25',
    })
    assert.equal(env.POSTRIDER_HOSTNAME, 'mail.abc.mail')
    assert.equal(env.POSTRIDER_RELAY_LISTEN, '127.0.0.1:25')
  })
  test('POSTRIDER_LISTEN is short for POSTRIDER_RELAY_LISTEN', () => {
    const env = translateEnvironment({ POSTRIDER_LISTEN: '127.0.0.1:5870,0.0.0.0:465/tls' })
    assert.deepEqual(env, { POSTRIDER_RELAY_LISTEN: '127.0.0.1:5870,0.0.0.0:465/tls' })
  })
  test('users that are no user:password are refused without showing them', () => {
    for (const users of ['bob', 'bob:', ':x', 'a:b,,c:d']) {
      assert.throws(
        () => translateEnvironment({ maildomain: 'abc.mail', smtp_user: users }),
        error => MailerError.is(error) && error.code === 'invalid-config' && !error.message.includes(users),
      )
    }
  })
})
