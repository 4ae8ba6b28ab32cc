import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentOf, readSearch } from './search-words.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const query = (text: string) => {
  const read = readSearch(text, NOW)
  return 'problem' in read ? read : read.query
}

test('every word becomes what the relay is asked', () => {
  assert.deepEqual(query('to:ann@example.com from:forum status:bounced account:shop via:smtp'), {
    to: 'ann@example.com',
    from: 'forum',
    state: 'bounced',
    account: 'shop',
    via: 'smtp',
  })
  assert.deepEqual(query('code:mailbox-full host:mx.example.com'), { code: 'mailbox-full', host: 'mx.example.com' })
  assert.deepEqual(query('to:@example.com tag:kind=reset message-id:<a@b> after:2d before:90m'), {
    domain: 'example.com',
    tag: 'kind=reset',
    messageId: '<a@b>',
    since: NOW - 2 * 86_400_000,
    before: NOW - 90 * 60_000,
  })
})

test('what has no word is an id, an address or a part of the subject', () => {
  assert.deepEqual(readSearch(' 06H2W8NEKFW7B3G326ZV ', NOW), { query: {}, id: '06H2W8NEKFW7B3G326ZV' })
  assert.deepEqual(query('ann@example.com'), { to: 'ann@example.com' })
  assert.deepEqual(query('your password status:held'), { subject: 'your password', state: 'held' })
  assert.deepEqual(query('subject:"your password"'), { subject: 'your password' })
  assert.deepEqual(query('"Re: hello"'), { subject: 'Re: hello' })
  assert.deepEqual(query('to:'), {})
})

test('what is not understood is told, and not left out', () => {
  assert.deepEqual(query('statsu:held'), { problem: 'unknown-word', found: 'statsu:' })
  assert.deepEqual(query('status:lost'), { problem: 'status', found: 'status:lost' })
  assert.deepEqual(query('after:soon'), { problem: 'time', found: 'after:soon' })
  assert.deepEqual(query('tag:reset'), { problem: 'tag', found: 'tag:reset' })
  assert.deepEqual(query('via:fax'), { problem: 'via', found: 'via:fax' })
  assert.deepEqual(query('from:a from:b'), { problem: 'twice', found: 'from:' })
  assert.deepEqual(query('ann@example.com to:bob@example.com'), { problem: 'twice', found: 'ann@example.com' })
})

test('a time is a day or a moment where one is, or so long ago', () => {
  assert.equal(momentOf('2026-11-30T18:00Z', NOW), Date.UTC(2026, 10, 30, 18))
  assert.equal(momentOf('2026-11-30', NOW), new Date(2026, 10, 30).getTime())
  assert.equal(momentOf('1w', NOW), NOW - 7 * 86_400_000)
  assert.equal(momentOf('2026-13-30', NOW), undefined)
  assert.equal(momentOf('yesterday', NOW), undefined)
})
