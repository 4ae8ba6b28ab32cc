/**
 * describeResolver: what every Resolver does, whichever way it asks. Run on UDP, on HTTPS and on the fake.
 *
 * Not here: what is particular to one of them (their own tests beside the code).
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DnsError,
  type DnsErrorCode,
  lookupAddresses,
  lookupMx,
  lookupPtr,
  lookupSoa,
  lookupTlsa,
  lookupTxt,
  type OpenResolver,
  type Resolver,
} from '../../packages/core/src/dns/index.ts'
import type { ZoneLiteral, ZoneOptions } from '../../packages/core/src/testing/zone.ts'

export const CONTRACT_ZONE: ZoneLiteral = {
  'example.test': {
    MX: ['10 mx1.example.test', '20 MX2.Example.Test.'],
    A: '192.0.2.1',
    TXT: ['v=spf1 -all', `${'k'.repeat(255)}ey`],
    ttl: 600,
  },
  'null.test': { MX: '0 .' },
  'mx1.example.test': { A: ['192.0.2.10', '192.0.2.11'], AAAA: '2001:db8::10', ttl: 120 },
  'alias.test': { CNAME: 'alias2.test', ttl: 30 },
  'alias2.test': { CNAME: 'mx1.example.test' },
  'dangling.test': { CNAME: 'nowhere.test' },
  'loop.test': { CNAME: 'pool.test' },
  'pool.test': { CNAME: 'loop.test' },
  '_25._tcp.mx1.example.test': { TLSA: `3 1 1 ${'AB'.repeat(32)}` },
  '10.2.0.192.in-addr.arpa': { PTR: ['mx1.example.test', 'other.example.test'] },
  '*.wild.test': { MX: '5 mx1.example.test' },
  'deep.below.test': { A: '192.0.2.2' },
  'insecure.test': { A: '192.0.2.3', authentic: false },
  'secure-alias.test': { CNAME: 'insecure.test' },
  'failing.test': { fail: 'servfail' },
  'refusing.test': { fail: 'refused' },
  'silent.test': { fail: 'silent' },
  'half.test': { A: '192.0.2.4', fail: { AAAA: 'servfail' } },
  // 40 TXT of 200 octets do not fit a UDP answer.
  'big.test': { TXT: Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(200)}`) },
}
export const CONTRACT_OPTIONS: ZoneOptions = { authentic: true, negativeTtl: 60 }

/** `open` gives a resolver of CONTRACT_ZONE. */
export function describeResolver(
  name: string,
  open: () => Promise<Resolver & Partial<Pick<OpenResolver, 'close'>>>,
): void {
  suite(`the resolver contract, ${name}`, () => {
    let resolver: Resolver & Partial<Pick<OpenResolver, 'close'>>
    const forever = new AbortController().signal
    before(async () => {
      resolver = await open()
    })
    after(() => resolver.close?.())

    const rejectsWith = (asking: Promise<unknown>, code: DnsErrorCode, more: Partial<DnsError> = {}): Promise<void> =>
      assert.rejects(asking, error => {
        assert.ok(error instanceof DnsError, String(error))
        assert.equal(error.code, code)
        for (const [key, value] of Object.entries(more)) assert.deepEqual(error[key as keyof DnsError], value, key)
        return true
      })

    test('answers with every record of the type, its TTL, and names in lower case', async () => {
      const answer = await resolver.query({ name: 'EXAMPLE.test.', type: 'MX' }, forever)
      assert.deepEqual(answer.question, { name: 'example.test', type: 'MX' })
      assert.deepEqual(answer.records, [
        { type: 'MX', name: 'example.test', ttl: 600, preference: 10, exchange: 'mx1.example.test' },
        { type: 'MX', name: 'example.test', ttl: 600, preference: 20, exchange: 'mx2.example.test' },
      ])
      assert.equal(answer.ttl, 600)
      assert.equal(answer.malformed, 0)
    })

    test('tells what DNSSEC proves, and what not', async () => {
      assert.equal((await resolver.query({ name: 'example.test', type: 'A' }, forever)).authentic, true)
      assert.equal((await resolver.query({ name: 'insecure.test', type: 'A' }, forever)).authentic, false)
      assert.equal(resolver.trustworthy, true)
    })

    test('follows CNAMEs, keeps the shortest TTL, and is authentic only when every step is', async () => {
      const answer = await resolver.query({ name: 'alias.test', type: 'A' }, forever)
      assert.deepEqual(answer.names, ['alias.test', 'alias2.test', 'mx1.example.test'])
      assert.equal(answer.records.length, 2)
      assert.equal(answer.ttl, 30)
      assert.equal((await resolver.query({ name: 'secure-alias.test', type: 'A' }, forever)).authentic, false)
    })

    test('gives the CNAME itself to who asks for it', async () => {
      const { records, names } = await resolver.query({ name: 'alias.test', type: 'CNAME' }, forever)
      assert.deepEqual(records, [{ type: 'CNAME', name: 'alias.test', ttl: 30, target: 'alias2.test' }])
      assert.deepEqual(names, ['alias.test'])
    })

    test('rejects with nxdomain for a name that is not there, proof and lifetime included', async () => {
      await rejectsWith(resolver.query({ name: 'none.test', type: 'A' }, forever), 'nxdomain', {
        authentic: true,
        ttl: 60,
      })
      await rejectsWith(resolver.query({ name: 'dangling.test', type: 'A' }, forever), 'nxdomain', {
        names: ['dangling.test', 'nowhere.test'],
      })
    })

    test('rejects with nodata for a name without such records, and for one between two names', async () => {
      await rejectsWith(resolver.query({ name: 'example.test', type: 'AAAA' }, forever), 'nodata', {
        authentic: true,
        ttl: 60,
      })
      await rejectsWith(resolver.query({ name: 'below.test', type: 'A' }, forever), 'nodata')
    })

    test('never takes trouble for an absence', async () => {
      await rejectsWith(resolver.query({ name: 'failing.test', type: 'A' }, forever), 'servfail')
      await rejectsWith(resolver.query({ name: 'refusing.test', type: 'A' }, forever), 'refused')
      await rejectsWith(resolver.query({ name: 'loop.test', type: 'A' }, forever), 'servfail')
    })

    test('refuses a name that cannot be asked', async () => {
      await rejectsWith(resolver.query({ name: `${'a'.repeat(64)}.test`, type: 'A' }, forever), 'bad-name')
      await rejectsWith(resolver.query({ name: 'a..test', type: 'A' }, forever), 'bad-name')
    })

    test('stops with the reason of the signal', async () => {
      const controller = new AbortController()
      const asking = resolver.query({ name: 'silent.test', type: 'A' }, controller.signal)
      controller.abort(new Error('enough'))
      await assert.rejects(asking, { message: 'enough' })
      await assert.rejects(resolver.query({ name: 'example.test', type: 'A' }, controller.signal), {
        message: 'enough',
      })
    })

    test('brings answers of any length', async () => {
      assert.equal((await lookupTxt(resolver, 'big.test', forever)).values.length, 40)
    })

    test('lookupMx: hosts, null MX, wildcards, absence as a value', async () => {
      assert.deepEqual((await lookupMx(resolver, 'example.test', forever)).values, [
        { preference: 10, host: 'mx1.example.test' },
        { preference: 20, host: 'mx2.example.test' },
      ])
      assert.deepEqual((await lookupMx(resolver, 'null.test', forever)).values, [{ preference: 0, host: '.' }])
      assert.equal((await lookupMx(resolver, 'any.wild.test', forever)).values.length, 1)
      const none = await lookupMx(resolver, 'none.test', forever)
      assert.deepEqual([none.values, none.missing, none.authentic, none.ttl], [[], 'nxdomain', true, 60])
    })

    test('lookupTxt joins the strings of a record without a space (RFC 7208 §3.3)', async () => {
      assert.deepEqual((await lookupTxt(resolver, 'example.test', forever)).values, [
        'v=spf1 -all',
        `${'k'.repeat(255)}ey`,
      ])
    })

    test('lookupAddresses asks for both families, and says where they were found', async () => {
      const found = await lookupAddresses(resolver, { name: 'alias.test', families: [4, 6] }, forever)
      assert.deepEqual(found.values, [
        { address: '192.0.2.10', family: 4 },
        { address: '192.0.2.11', family: 4 },
        { address: '2001:db8::10', family: 6 },
      ])
      assert.equal(found.names.at(-1), 'mx1.example.test')
      assert.equal(found.authentic, true)
    })

    test('lookupAddresses gives what one family has and tells the trouble of the other', async () => {
      const found = await lookupAddresses(resolver, { name: 'half.test', families: [4, 6] }, forever)
      assert.deepEqual(found.values, [{ address: '192.0.2.4', family: 4 }])
      assert.equal(found.trouble?.code, 'servfail')
      await rejectsWith(lookupAddresses(resolver, { name: 'half.test', families: [6] }, forever), 'servfail')
    })

    test('lookupTlsa has lower-case hexadecimal', async () => {
      const { values } = await lookupTlsa(resolver, '_25._tcp.mx1.example.test', forever)
      assert.deepEqual(values, [{ usage: 3, selector: 1, matching: 1, data: 'ab'.repeat(32) }])
    })

    test('lookupPtr takes an address', async () => {
      const { values } = await lookupPtr(resolver, '192.0.2.10', forever)
      assert.deepEqual(values, ['mx1.example.test', 'other.example.test'])
      await rejectsWith(lookupPtr(resolver, 'mx1.example.test', forever), 'bad-name')
    })

    test('lookupSoa of a name that is no zone is an absence', async () => {
      assert.equal((await lookupSoa(resolver, 'mx1.example.test', forever)).missing, 'nodata')
    })
  })
}
