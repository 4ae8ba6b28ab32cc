import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lostRecipients } from './lost-recipients.ts'

test('whatever the field is, recipients are looked for in it without an error', () => {
  const word = fc.constantFrom('a@b.test', 'nobody', ',', ';', ':', '<', '>', '"', '(', ')', ' ', '\\', '@')
  const text = fc.array(word, { maxLength: 12 }).map(words => words.join(''))
  fc.assert(
    fc.property(fc.oneof(fc.anything(), text, fc.array(text)), fc.array(text), (field, envelope) => {
      for (const lost of lostRecipients(field, envelope)) assert.ok(lost !== '')
    }),
  )
})

test('of a hundred thousand recipients all are found', () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `a${index}@b.test`)
  assert.deepEqual(lostRecipients(many, many), [])
  assert.deepEqual(lostRecipients(many.join(', '), many), [])
  assert.equal(lostRecipients(many, []).length, many.length)
})
