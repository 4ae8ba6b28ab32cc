import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lookupAddresses } from '../dns/index.ts'
import type { Domain } from '../model/address.ts'
import { createFakeDns, type FakeDns } from '../testing/fake-dns.ts'
import type { NameLiteral, ZoneLiteral } from '../testing/zone.ts'
import { type DaneFound, findDane } from './dane.ts'

const forever = new AbortController().signal
const host = 'mx.test' as Domain
const HASH = 'ab'.repeat(32)
const EE = { TLSA: `3 1 1 ${HASH}` }

interface Seen {
  readonly dane: DaneFound
  readonly asked: readonly string[]
}

async function see(zone: ZoneLiteral, { mxAuthentic = true } = {}): Promise<Seen> {
  const dns: FakeDns = createFakeDns(zone, { authentic: true })
  const addresses = await lookupAddresses(dns, { name: host, families: [4] }, forever)
  const dane = await findDane(
    dns,
    { host, port: 25, domain: 'example.test' as Domain, mxAuthentic, addresses },
    forever,
  )
  return { dane, asked: dns.queries.filter(query => query.type === 'TLSA').map(query => query.name) }
}

const plain = (tlsa: NameLiteral): ZoneLiteral => ({ 'mx.test': { A: '192.0.2.1' }, '_25._tcp.mx.test': tlsa })

suite('TLSA records of a mail host (RFC 7672 §2.2)', () => {
  test('are asked for only when MX and address are authentic', async () => {
    assert.deepEqual(await see(plain(EE), { mxAuthentic: false }), {
      dane: { kind: 'none', ttl: Number.POSITIVE_INFINITY },
      asked: [],
    })
    assert.deepEqual((await see({ ...plain(EE), 'mx.test': { A: '192.0.2.1', authentic: false } })).asked, [])
  })

  test('count only when they are authentic themselves', async () => {
    assert.equal((await see(plain(EE))).dane.kind, 'usable')
    assert.equal((await see(plain({ ...EE, authentic: false }))).dane.kind, 'none')
  })

  test('that do not exist leave the host without DANE', async () => {
    assert.equal((await see({ 'mx.test': { A: '192.0.2.1' } })).dane.kind, 'none')
  })

  test('that cannot be had take the host out (§2.1.2)', async () => {
    for (const fail of ['servfail', 'bogus', 'timeout', 'refused'] as const) {
      assert.equal((await see(plain({ fail }))).dane.kind, 'failed', fail)
    }
  })

  test('that SMTP cannot use demand encryption alone; beside usable ones they are left out', async () => {
    const unusable = [
      `0 1 1 ${HASH}`,
      `1 1 1 ${HASH}`,
      `3 2 1 ${HASH}`,
      `3 1 3 ${HASH}`,
      '3 1 1 abcd',
      `3 1 2 ${HASH}`,
      '3 0 0 ',
      `255 1 1 ${HASH}`,
    ]
    assert.equal((await see(plain({ TLSA: unusable }))).dane.kind, 'unusable')
    const { dane } = await see(plain({ TLSA: [...unusable, EE.TLSA, `2 0 2 ${HASH}${HASH}`, '2 1 0 abcd'] }))
    assert.equal(dane.kind === 'usable' && dane.records.length, 3)
  })
})

suite('a mail host that is a CNAME (RFC 7672 §2.2.2)', () => {
  const alias = { 'mx.test': { CNAME: 'real.test' }, 'real.test': { A: '192.0.2.1' } }

  test('has them at the end of the chain, which is then the base domain', async () => {
    const { dane, asked } = await see({
      ...alias,
      '_25._tcp.real.test': EE,
      '_25._tcp.mx.test': { TLSA: `3 1 1 ${'cd'.repeat(32)}` },
    })
    assert.deepEqual(asked, ['_25._tcp.real.test'])
    assert.deepEqual(dane.kind === 'usable' && [dane.base, dane.names], [
      'real.test',
      ['real.test', 'mx.test', 'example.test'],
    ])
  })

  test('or else under its own name', async () => {
    const { dane, asked } = await see({ ...alias, '_25._tcp.mx.test': EE })
    assert.deepEqual(asked, ['_25._tcp.real.test', '_25._tcp.mx.test'])
    assert.equal(dane.kind === 'usable' && dane.base, 'mx.test')
  })

  test('has them under its own name alone when only the alias is secure', async () => {
    const { dane, asked } = await see({
      ...alias,
      'real.test': { A: '192.0.2.1', authentic: false },
      '_25._tcp.mx.test': EE,
      '_25._tcp.real.test': EE,
    })
    assert.deepEqual(asked, ['_25._tcp.mx.test'])
    assert.equal(dane.kind, 'usable')
  })

  test('has none when the alias itself is not secure', async () => {
    const { dane, asked } = await see({ ...alias, 'mx.test': { CNAME: 'real.test', authentic: false } })
    assert.deepEqual([dane.kind, asked], ['none', []])
  })

  test('whose look-up at the end of the chain fails is taken out, although its own name has some', async () => {
    const { dane } = await see({ ...alias, '_25._tcp.real.test': { fail: 'servfail' }, '_25._tcp.mx.test': EE })
    assert.equal(dane.kind, 'failed')
  })
})
