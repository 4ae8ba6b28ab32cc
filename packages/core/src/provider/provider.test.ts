import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitsOf, PROVIDERS, providerOf } from './index.ts'

test('a mail host belongs to a provider by whole labels of its name', () => {
  assert.equal(providerOf('gmail-smtp-in.l.google.com')?.id, 'google')
  assert.equal(providerOf('ASPMX.L.GOOGLE.COM')?.id, 'google')
  assert.equal(providerOf('qq.com')?.id, 'qq')
  for (const stranger of ['notgoogle.com', 'google.com.example.net', '', '.', 'com'])
    assert.equal(providerOf(stranger), undefined)
})

test('the longest name that fits decides', () => {
  assert.equal(providerOf('mx3.qq.com')?.id, 'qq')
  assert.equal(providerOf('mxbiz1.qq.com')?.id, 'exmail')
  assert.equal(providerOf('outlook-com.olc.protection.outlook.com')?.id, 'outlook')
  assert.equal(providerOf('example-com.mail.protection.outlook.com')?.id, 'microsoft365')
  assert.equal(providerOf('example-com.b-v1.mx.microsoft')?.id, 'microsoft365')
})

test('each row has a source, and no name of a host stands twice', () => {
  const hosts = PROVIDERS.flatMap(provider => provider.hosts)
  for (const { source } of PROVIDERS) assert.ok(source.length > 10)
  for (const host of hosts) assert.match(host, /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
  assert.equal(new Set(hosts).size, hosts.length)
})

test('limits are those of the table, and of everyone else where it says none', () => {
  assert.deepEqual(limitsOf('gmail-smtp-in.l.google.com'), {
    connections: 5,
    messagesPerConnection: 50,
    recipientsPerTransaction: 100,
  })
  for (const host of ['mx.notgoogle.com', 'smtp.secureserver.net'])
    assert.deepEqual(limitsOf(host), { connections: 10, messagesPerConnection: 100, recipientsPerTransaction: 100 })
})

test('what the operator sets takes the place of one figure of one provider', () => {
  const overrides = [{ id: 'google', connections: 3 }] as const
  assert.deepEqual(
    [limitsOf('aspmx.l.google.com', overrides), limitsOf('mx3.qq.com', overrides)].map(limits => [
      limits.connections,
      limits.messagesPerConnection,
    ]),
    [
      [3, 50],
      [4, 8],
    ],
  )
})
