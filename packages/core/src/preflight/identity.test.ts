import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { checkIdentity } from './identity.ts'

test('an EHLO name without an address has a fix, also where our own address is not known', async () => {
  const asking = { resolver: createFakeDns({}), signal: new AbortController().signal }
  const subject = { hostname: 'mail.example.com' as Domain, addresses: [] }
  const [found] = await checkIdentity(asking, subject)
  assert.deepEqual([found?.id, found?.level], ['host.resolves', 'fail'])
  assert.equal(found?.fix, 'mail.example.com. IN A <the public address of this host>')
})
