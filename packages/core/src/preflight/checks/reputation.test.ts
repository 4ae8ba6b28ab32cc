import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Domain } from '../../model/address.ts'
import { createFakeDns } from '../../testing/fake-dns.ts'
import type { ZoneLiteral } from '../../testing/zone.ts'
import { BLOCKLISTS, meaningOf } from './blocklists.ts'
import { checkReputation } from './reputation.ts'

const ADDRESS = '203.0.113.5'
const REVERSED = '5.113.0.203'
/** Every list as it should be: it has its test entry, and nothing else. */
const WORKING: ZoneLiteral = Object.fromEntries(
  BLOCKLISTS.map(({ zone, tests, codes }) => [`${tests.listed}.${zone}`, { A: Object.keys(codes)[0]! }]),
)

async function told(zone: ZoneLiteral, addresses: readonly string[] = [ADDRESS]): Promise<readonly string[]> {
  const asking = { resolver: createFakeDns(zone), signal: new AbortController().signal }
  const checks = await checkReputation(asking, { domain: 'example.com' as Domain, addresses })
  return checks.map(({ level, wanted, found }) => `${level} ${wanted.split(' ').at(-1)} ${found}`)
}
const levels = async (zone: ZoneLiteral, addresses?: readonly string[]): Promise<readonly string[]> =>
  (await told(zone, addresses)).map(text => text.split(' ', 2).join(' '))

suite('a blocklist', () => {
  test('that has its test entry and not us says that we are not listed', async () => {
    assert.deepEqual(
      await levels(WORKING),
      BLOCKLISTS.map(({ zone }) => `ok ${zone}`),
    )
  })

  test('is believed by nobody who is told "no such name" whatever is asked (RFC 5782 §5)', async () => {
    assert.deepEqual(
      await levels({}),
      BLOCKLISTS.map(({ zone }) => `unknown ${zone}`),
    )
  })

  test('is believed by nobody who is told an address whatever is asked', async () => {
    const all = Object.fromEntries(BLOCKLISTS.map(({ zone, codes }) => [`*.${zone}`, { A: Object.keys(codes)[0]! }]))
    assert.deepEqual(
      await levels(all),
      BLOCKLISTS.map(({ zone }) => `unknown ${zone}`),
    )
    for (const A of ['127.0.0.1', '192.0.2.80', '10.0.0.1']) {
      const hijacked = Object.fromEntries(BLOCKLISTS.map(({ zone }) => [`*.${zone}`, { A }]))
      assert.ok(
        (await levels(hijacked)).every(text => text.startsWith('unknown ')),
        A,
      )
    }
  })

  test('that refuses to answer lists nobody, and is told once however many addresses there are', async () => {
    for (const code of ['127.255.255.252', '127.255.255.254', '127.255.255.255', '127.255.255.1']) {
      const zone = { ...WORKING, '*.zen.spamhaus.org': { A: code }, '2.0.0.127.zen.spamhaus.org': { A: code } }
      const found = (await told(zone, [ADDRESS, '2001:db8::5'])).filter(text => text.includes('zen.spamhaus.org'))
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', /^unknown .*this is no listing/)
    }
  })

  test('lists us only with a code that it has, and 127.0.0.1 is none of any list', async () => {
    for (const list of BLOCKLISTS) {
      const name = `${list.lists === 'domains' ? 'example.com' : REVERSED}.${list.zone}`
      const level = async (A: string | readonly string[]): Promise<string | undefined> =>
        (await levels({ ...WORKING, [name]: { A } })).find(text => text.endsWith(` ${list.zone}`))
      for (const code of Object.keys(list.codes)) assert.equal(await level(code), `${list.level} ${list.zone}`, code)
      for (const code of ['127.0.0.1', '127.9.9.9', '192.0.2.80', '127.255.255.254', ...Object.keys(list.refusals)])
        assert.equal(await level(code), `unknown ${list.zone}`, code)
      assert.equal(await level(['127.0.0.1', '127.255.255.255']), `unknown ${list.zone}`)
    }
  })

  test('says what a code means', async () => {
    const zen = BLOCKLISTS.find(({ zone }) => zone === 'zen.spamhaus.org')!
    assert.deepEqual(meaningOf(zen, ['127.0.0.4', '127.0.0.11']), {
      kind: 'listed',
      codes: ['127.0.0.4', '127.0.0.11'],
      as: ['XBL, a host that others use', 'PBL, a range for clients'],
    })
    assert.deepEqual(meaningOf(zen, ['127.0.0.2', '127.255.255.254']).kind, 'refused')
  })
})
