import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import type { RouteRule } from './index.ts'
import { reason, route, world } from './router.fixture.ts'

suite('a smarthost', () => {
  const rule: RouteRule = {
    domain: '*',
    host: 'd.test' as Domain,
    port: 587,
    tls: 'verified',
    implicitTls: false,
    login: { user: 'u', password: 'p' },
    concurrency: 3,
  }

  test('takes the mail of its domains, with its own port, login, TLS and connections', async () => {
    const it = world({ routes: [rule] })
    const found = await route(it, 'nowhere.test')
    const [hop] = found.hops
    assert.deepEqual(
      [found.via, found.site, hop?.port, hop?.login?.user, hop?.limits.connections],
      ['smarthost', 'smarthost:d.test:587', 587, 'u', 3],
    )
    assert.deepEqual(hop?.tls, {
      level: 'verified',
      sources: ['configured'],
      verify: { by: 'pkix', names: ['d.test'] },
      sni: 'd.test',
    })
    assert.ok(!it.dns.queries.some(query => query.type === 'MX' || query.type === 'TXT'))
  })

  test('may stand in a private network, and be an address', async () => {
    const inside = { ...rule, host: 'inside.test' as Domain, tls: 'none' as const }
    assert.equal((await route(world({ routes: [inside] }), 'x.test')).hops[0]?.tls.level, 'none')
    const literal = { ...rule, host: '[127.0.0.1]' as Domain, port: 1025, tls: 'none' as const }
    assert.equal((await route(world({ routes: [literal] }), 'x.test')).hops[0]?.address, '127.0.0.1')
  })

  test('with TLSA records is verified by them', async () => {
    const it = world({ routes: [rule] }, { authentic: true })
    it.dns.set('_587._tcp.d.test', { TLSA: `3 1 1 ${'ab'.repeat(32)}` })
    assert.equal((await route(it, 'x.test')).hops[0]?.tls.verify?.by, 'dane')
  })

  test('that cannot be looked up makes mail wait', async () => {
    const it = world({ routes: [rule] })
    it.dns.set('d.test', { fail: 'servfail' })
    assert.equal(await reason(it, 'x.test'), 'dns-failed')
  })
})
