import assert from 'node:assert/strict'
import { test } from 'node:test'
import { likelyDomain } from './domain-typo.ts'

test('one slip from a domain of mailboxes is asked about', () => {
  for (const typed of ['gmial.com', 'gmal.com', 'gmaill.com', 'gnail.com', 'gmail.con', 'Gmail.co'])
    assert.equal(likelyDomain(typed), 'gmail.com', typed)
  assert.equal(likelyDomain('hotmial.com'), 'hotmail.com')
  assert.equal(likelyDomain('yahoo.com.tv'), 'yahoo.com.tw')
})
test('a domain that is one itself, or near none, is not', () => {
  for (const domain of [
    'gmail.com',
    'mail.com',
    'ymail.com',
    'example.com',
    'qq.co',
    '162.com',
    'gmx.org',
    'mail.example.com',
  ])
    assert.equal(likelyDomain(domain), undefined, domain)
})
