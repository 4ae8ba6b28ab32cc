/** What is kept of a message of the fast path, for whoever takes it over: also a process of another version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { birthEntry, readBirth } from './birth.ts'

const ENTRY =
  '[["ID","you@a.example",1,2,3,4,1,"acme","{\\"facts\\":{}}",["b.example",[0,"me",null]],1],[{"kind":"queued"}]]'

test('a birth is read by the names of its fields, and written as every version has written it', () => {
  const message = readBirth(ENTRY)
  assert.deepEqual(message, {
    id: 'ID',
    sender: 'you@a.example',
    acceptedAt: 1,
    due: 2,
    expiresAt: 3,
    size: 4,
    priority: 1,
    account: 'acme',
    meta: '{"facts":{}}',
    about: '{}',
    jobs: [{ domain: 'b.example', recipients: [{ place: 0, local: 'me', extra: null }] }],
    recipients: 1,
    facts: ['{"kind":"queued"}'],
    held: null,
    key: null,
    digest: null,
    start: 0,
    end: 0,
  })
  assert.equal(birthEntry(message), ENTRY)
  // What people know it by stands in its meta, as in the rows that a takeover makes of it.
  const known = readBirth(birthEntry({ ...message, about: '{"via":"smtp"}' }))
  assert.equal(known.meta, '{"facts":{},"via":"smtp"}')
})
