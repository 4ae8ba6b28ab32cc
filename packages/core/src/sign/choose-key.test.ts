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

  for (const [domains, wanted] of [
    [['mail.example.com', 'example.com', 'x.news.example.com', 'news.example.com'], 'news.example.com'],
    [['mail.example.com', 'x.news.example.com', 'example.com'], 'example.com'],
    [['mail.example.com', 'y.x.news.example.com', 'x.news.example.com'], 'x.news.example.com'],
    [['b.mail.example.com', 'shop.example.com', 'example.org'], 'b.mail.example.com'],
  ] as const) {
    test(`of ${domains.join(', ')} only ${wanted} signs for news.example.com`, () =>
      assert.deepEqual(chosen('a@news.example.com', ...domains), [wanted]))
  }

  test('the nearest parent signs, not the one above it', () => {
    assert.deepEqual(chosen('a@x.news.example.com', 'example.com', 'news.example.com'), ['news.example.com'])
  })

  const from = [requireAddress('a@example.com', 'test')]
  const selectors = (...keys: readonly DkimKey[]): string[] => chooseKeys(from, keys).map(({ selector }) => selector)
  const old = keyOf('example.com', 'old')
  const rsa = { algorithm: 'rsa-sha256' } as const

  test('of the keys of a domain the first of each algorithm signs (RFC 8463 §3)', () => {
    const keys = [
      { ...old, selector: 'r1', ...rsa },
      old,
      { ...old, selector: 'r2', ...rsa },
      { ...old, selector: 'e2' },
    ]
    assert.deepEqual(selectors(...keys), ['r1', 'old'])
  })

  test('two selectors of one algorithm both sign while one replaces the other, whichever stands first', () => {
    const next = { ...old, selector: 'new', replaces: 'old' }
    assert.deepEqual(selectors(old, next), ['old', 'new'])
    assert.deepEqual(selectors(next, old), ['new', 'old'])
    assert.deepEqual(selectors(next), ['new'])
    assert.deepEqual(selectors(next, old, { ...old, selector: 'older' }), ['new', 'old'])
  })

  test('a selector is replaced in its own domain only', () => {
    const next = { ...keyOf('example.org', 'new'), replaces: 'old' }
    assert.deepEqual(selectors(old, next), ['old'])
  })

  test('a key for one of several authors signs', () => {
    assert.deepEqual(chosen(['a@example.org', 'b@example.com'], 'example.com'), ['example.com'])
  })
})
