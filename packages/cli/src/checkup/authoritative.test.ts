import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isAbsence, type OpenResolver, type Question, type Resolver } from '@postrider/core'
import { createFakeDns, type FakeDns } from '@postrider/core/testing'
import { type Authoritative, authoritativeResolver } from './authoritative.ts'

const signal = new AbortController().signal

/** A resolver that still remembers, and the servers of the zone, which do not. */
function twoViews(own: FakeDns): { resolver: Authoritative; asked: string[]; remembering: FakeDns } {
  const remembering = createFakeDns({
    'example.com': { NS: 'ns.host.test', TXT: 'old', ttl: 3600 },
    'ns.host.test': { A: '192.0.2.53' },
    'www.example.com': { A: '192.0.2.1' },
    'else.test': { TXT: 'elsewhere', ttl: 900 },
    'alias.host.test': { A: '192.0.2.9' },
    '_25._tcp.mx.example.com': { TLSA: '3 1 1 ab', authentic: true },
  })
  const asked: string[] = []
  const open = (addresses: readonly string[]): OpenResolver => {
    const query = (question: Question, within: AbortSignal): ReturnType<Resolver['query']> => {
      asked.push(`${addresses.join()} ${question.name} ${question.type}`)
      return own.query(question, within)
    }
    return { query, trustworthy: false, close: async () => {} }
  }
  const resolver = authoritativeResolver({ ordinary: remembering, open, domains: ['example.com'], isAbsence })
  return { resolver, asked, remembering }
}

const textOf = async (resolver: Resolver, name: string): Promise<string> => {
  const { records } = await resolver.query({ name, type: 'TXT' }, signal)
  return records.map(record => (record.type === 'TXT' ? record.strings.join('') : '')).join()
}

suite('the resolver of doctor --watch', () => {
  test('asks the servers of the domain, not what others remember of them', async () => {
    const { resolver, asked } = twoViews(createFakeDns({ 'example.com': { TXT: 'new', ttl: 60 } }))
    assert.equal(await textOf(resolver, 'example.com'), 'new')
    assert.deepEqual(asked, ['192.0.2.53 example.com TXT'])
    assert.equal(resolver.takeTtl(300), 60)
    assert.equal(resolver.takeTtl(300), 300)
  })

  test('a name below the apex is asked of the zone that holds it', async () => {
    const { resolver, asked } = twoViews(createFakeDns({ '_dmarc.example.com': { TXT: 'v=DMARC1; p=none' } }))
    assert.equal(await textOf(resolver, '_dmarc.example.com'), 'v=DMARC1; p=none')
    assert.deepEqual(asked, ['192.0.2.53 _dmarc.example.com TXT'])
  })

  test('that there is nothing is believed of these servers', async () => {
    const { resolver } = twoViews(createFakeDns({ 'other.test': {} }))
    await assert.rejects(textOf(resolver, 'example.com'), { code: 'nxdomain' })
  })

  test('other domains, and proofs by DNSSEC, go the ordinary way', async () => {
    const { resolver, asked } = twoViews(createFakeDns({}))
    assert.equal(await textOf(resolver, 'else.test'), 'elsewhere')
    const { authentic } = await resolver.query({ name: '_25._tcp.mx.example.com', type: 'TLSA' }, signal)
    assert.equal(authentic, true)
    assert.deepEqual(asked, [])
  })

  test('an alias that leads out of the zone, and servers that fail, go the ordinary way too', async () => {
    const { resolver } = twoViews(
      createFakeDns({ 'www.example.com': { CNAME: 'alias.host.test' }, 'example.com': { fail: 'servfail' } }),
    )
    const { records } = await resolver.query({ name: 'www.example.com', type: 'A' }, signal)
    assert.equal(records[0]?.type === 'A' && records[0].address, '192.0.2.1')
    assert.equal(await textOf(resolver, 'example.com'), 'old')
  })
})
