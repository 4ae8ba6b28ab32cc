import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { requireAddress } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { chooseKeys } from './choose-key.ts'
import { generateDkimKey } from './keygen.ts'

const { key } = await generateDkimKey({ domain: 'example.com', selector: 'a', algorithm: 'ed25519-sha256' })
const keyOf = (domain: string, selector = 'a'): DkimKey => ({
  ...key,
  domain: requireAddress(`x@${domain}`, 'test').domain,
  selector,
})

const chosen = (from: string | readonly string[], ...domains: readonly string[]): string[] =>
  chooseKeys(
    [from].flat().map(text => requireAddress(text, 'test')),
    domains.map(domain => keyOf(domain)),
  ).map(key => key.domain)

suite('chooseKeys', () => {
  for (const [from, domain, why] of [
    ['a@example.com', 'example.com', 'the same domain'],
    ['a@news.example.com', 'example.com', 'the parent'],
    ['a@example.com', 'mail.example.com', 'a child'],
    ['a@news.example.co.uk', 'mail.example.co.uk', 'another name of the same organisation (RFC 7489 §3.1.1)'],
  ] as const) {
    test(`${domain} signs for ${from}: ${why}`, () => assert.deepEqual(chosen(from, domain), [domain]))
  }

  for (const [from, domain, why] of [
    ['a@example.com', 'example.org', 'another domain'],
    ['a@badexample.com', 'example.com', 'the same letters at the end only'],
    ['a@one.co.uk', 'two.co.uk', 'co.uk is a public suffix'],
    ['a@one.github.io', 'two.github.io', 'github.io is a public suffix'],
    ['a@[192.0.2.1]', 'example.com', 'an address literal has no keys'],
  ] as const) {
    test(`${domain} does not sign for ${from}: ${why}`, () => assert.deepEqual(chosen(from, domain), []))
  }

  test('every key that aligns signs, the closest first', () => {
    assert.deepEqual(
      chosen(
        'a@news.example.com',
        'mail.example.com',
        'example.org',
        'example.com',
        'x.news.example.com',
        'news.example.com',
      ),
      ['news.example.com', 'example.com', 'x.news.example.com', 'mail.example.com'],
    )
  })

  test('two selectors of one domain both sign: a key is changed without a gap', () => {
    const keys = [keyOf('example.com', 'old'), keyOf('example.com', 'new')]
    assert.deepEqual(chooseKeys([requireAddress('a@example.com', 'test')], keys), keys)
  })

  test('a key for one of several authors signs', () => {
    assert.deepEqual(chosen(['a@example.org', 'b@example.com'], 'example.com'), ['example.com'])
  })
})
