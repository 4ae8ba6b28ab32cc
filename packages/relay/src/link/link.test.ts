import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import type { QueueId } from '@postrider/core'
import fc from 'fast-check'
import { printLink, readLink } from './index.ts'

const KEYS = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const NOW = 1_800_000_000_000
const link = fc.record({
  kind: fc.constantFrom('timeline' as const, 'attachment' as const),
  id: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{20}$/).map(text => text as QueueId),
  part: fc.integer({ min: 0, max: 4095 }),
  until: fc.integer({ min: 1, max: 10_000_000 }).map(s => NOW + s * 1000),
})

test('a link says what it was made of, by either key, until it ends', () => {
  fc.assert(
    fc.property(link, made => {
      for (const key of KEYS) {
        const text = printLink(made, [key]) ?? ''
        assert.match(text, /^[\w-]+$/)
        assert.deepEqual(readLink(text, KEYS, NOW), { ...made })
        assert.equal(readLink(text, KEYS, made.until), 'ended')
        assert.equal(readLink(text, [], NOW), 'foreign')
      }
    }),
  )
})

test('no character of it can be another one, and nothing can be before or behind it', () => {
  fc.assert(
    fc.property(link, fc.nat(), fc.constantFrom(...'0a-_Z'), (made, at, sign) => {
      const text = printLink(made, KEYS) ?? ''
      const place = at % text.length
      const other = `${text.slice(0, place)}${sign}${text.slice(place + 1)}`
      if (other !== text) assert.equal(readLink(other, KEYS, NOW), 'foreign')
      for (const longer of [`${text}${sign}`, `${sign}${text}`]) assert.equal(readLink(longer, KEYS, NOW), 'foreign')
    }),
  )
})

test('a text that is none is foreign, however long', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), text => assert.equal(readLink(text, KEYS, NOW), 'foreign')))
  assert.equal(readLink('t'.repeat(1_000_000), KEYS, NOW), 'foreign')
  assert.equal(printLink({ kind: 'timeline', id: '0'.repeat(20) as QueueId, part: 0, until: NOW }, []), undefined)
})
