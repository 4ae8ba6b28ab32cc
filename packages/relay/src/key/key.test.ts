/** The form of API keys, and what they may do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOfToken, makeKey, mayDo, SCOPES, type Scope } from './api-key.ts'

/** How scanners of leaked secrets look for keys of Resend, from loose to strict. */
const SCANNERS = [/\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b/, /\bre_[A-Za-z0-9_]{18,}/, /\bre_[A-Za-z0-9]{16,}/]

test('a key begins as clients want it, and no scanner takes it for one of Resend', () => {
  for (let n = 0; n < 100; n++) {
    const { id, token, digest } = makeKey()
    assert.ok(token.startsWith('re_') && token.includes(id))
    assert.equal(digestOfToken(token), digest)
    assert.equal(digest.includes(token.slice(-8)), false)
    for (const scanner of SCANNERS) assert.doesNotMatch(token, scanner)
  }
})

test('what has not the form of a key is not even looked up', () => {
  const { token } = makeKey()
  for (const text of [
    '',
    're_123',
    `${token}0`,
    token.slice(1),
    token.toUpperCase(),
    're_12345678_123456789012345678901234',
  ])
    assert.equal(digestOfToken(text), undefined)
})

test('a scope is no other, and admin is all', () => {
  const may = (scopes: readonly Scope[], scope: Scope): boolean =>
    mayDo({ id: '', name: '', account: '', scopes, domains: [], networks: [], createdAt: 0 }, scope)
  for (const had of SCOPES)
    for (const wanted of SCOPES) assert.equal(may([had], wanted), had === wanted || had === 'admin')
})
