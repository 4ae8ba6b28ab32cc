import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { Hop, TlsaRecord } from '../model/route.ts'
import { hopTo } from '../testing/parcel.ts'
import { sessionKey } from './session-key.ts'

const mx = { name: 'mx.example.test', address: '192.0.2.1', port: 25 }
const names = ['mx.example.test' as Domain]
const records: readonly TlsaRecord[] = [
  { usage: 3, selector: 1, matching: 1, data: 'aa' },
  { usage: 2, selector: 0, matching: 1, data: 'bb' },
]

test('whatever decided how a session was opened makes a key of its own', () => {
  const plain = hopTo(mx)
  const hops: readonly Hop[] = [
    plain,
    hopTo({ ...mx, name: 'mx2.example.test' }),
    hopTo({ ...mx, address: '192.0.2.2' }),
    hopTo({ ...mx, port: 26 }),
    hopTo(mx, { level: 'none' }),
    hopTo(mx, { level: 'encrypted' }),
    hopTo(mx, { verify: { by: 'pkix', names } }),
    hopTo(mx, { verify: { by: 'pkix', names: ['other.test' as Domain] } }),
    hopTo(mx, { verify: { by: 'pkix', names }, requireTls: true }),
    hopTo(mx, { verify: { by: 'dane', names, records } }),
    hopTo(mx, { verify: { by: 'dane', names, records: records.slice(1) } }),
    hopTo(mx, { implicitTls: true }),
    hopTo(mx, { localAddress: '192.0.2.9' }),
    hopTo(mx, { login: { user: 'a', password: 'p' } }),
    hopTo(mx, { login: { user: 'b', password: 'p' } }),
    hopTo(mx, { login: { user: 'a', password: 'q' } }),
    hopTo(mx, { login: { user: 'a', password: 'p', method: 'login' } }),
    { ...plain, departure: { hostname: 'other.test' as Domain } },
    { ...plain, tls: { ...plain.tls, sni: 'other.test' as Domain } },
  ]
  assert.equal(new Set(hops.map(sessionKey)).size, hops.length)
})

test('the order of records and names, who asked for them, and the limits of the site make no difference', () => {
  const one = hopTo(mx, { verify: { by: 'dane', names, records } })
  const verify = { by: 'dane', names, records: records.toReversed() } as const
  const other: Hop = { ...hopTo(mx, { verify, limits: { connections: 1 } }), preference: 99 }
  assert.equal(sessionKey(one), sessionKey({ ...other, tls: { ...other.tls, sources: ['dane'] } }))
})

test('a password does not stand in the key', () => {
  assert.doesNotMatch(sessionKey(hopTo(mx, { login: { user: 'a', password: 'hunter2' } })), /hunter2/)
  assert.doesNotMatch(sessionKey(hopTo(mx, { login: { user: 'hunter2', password: 'hunter2' } })), /hunter2/)
})
