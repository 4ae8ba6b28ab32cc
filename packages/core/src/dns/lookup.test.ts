import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DnsError } from './errors.ts'
import { lookupAddresses, lookupMx } from './lookup.ts'
import type { Answer, Question } from './record.ts'
import type { Resolver } from './resolver.ts'

const forever = new AbortController().signal

/** A forwarder that never follows a CNAME itself: it tells the next name and nothing else. */
function lazyResolver(
  aliases: Readonly<Record<string, string>>,
  addresses: Readonly<Record<string, string>>,
): Resolver {
  return {
    trustworthy: true,
    query: async (question: Question): Promise<Answer> => {
      const { name, type } = question
      const target = aliases[name]
      if (target !== undefined) throw new DnsError('nodata', question, { names: [name, target], authentic: true })
      const address = addresses[name]
      if (address === undefined || type !== 'A') throw new DnsError('nodata', question, { ttl: 60, authentic: true })
      return {
        question,
        names: [name],
        records: [{ type, name, ttl: 60, address }],
        authentic: name !== 'insecure.test',
        ttl: 60,
        malformed: 0,
      }
    },
  }
}

suite('a CNAME chain that the server left open', () => {
  test('is followed by asking on', async () => {
    const resolver = lazyResolver({ 'a.test': 'b.test', 'b.test': 'c.test' }, { 'c.test': '192.0.2.1' })
    const found = await lookupAddresses(resolver, { name: 'a.test', families: [4] }, forever)
    assert.deepEqual(found.names, ['a.test', 'b.test', 'c.test'])
    assert.equal(found.values.length, 1)
  })

  test('is authentic only when every part is', async () => {
    const resolver = lazyResolver({ 'a.test': 'insecure.test' }, { 'insecure.test': '192.0.2.1' })
    assert.equal((await lookupAddresses(resolver, { name: 'a.test', families: [4] }, forever)).authentic, false)
  })

  test('is given up when it runs in a circle, or on for more than ten names', async () => {
    await assert.rejects(lookupMx(lazyResolver({ 'a.test': 'b.test', 'b.test': 'a.test' }, {}), 'a.test', forever), {
      code: 'cname-chain',
    })
    const endless = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.test`, `${index + 1}.test`]))
    await assert.rejects(lookupMx(lazyResolver(endless, {}), '0.test', forever), { code: 'cname-chain' })
  })
})
