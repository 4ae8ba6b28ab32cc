import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import type { Domain } from '../model/address.ts'
import { inspect } from './inspect.ts'
import { prepareRaw, type RawOptions } from './raw.ts'

const options: RawOptions = { now: Date.UTC(2026, 10, 21, 12), hostname: 'mail.example.com' as Domain }
const whole =
  'From: a@example.com\r\nDate: Sat, 21 Nov 2026 11:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nbody\r\n'
const prepare = (text: string, more: Partial<RawOptions> = {}) => prepareRaw(Buffer.from(text), { ...options, ...more })
const text = (given: string, more: Partial<RawOptions> = {}) => prepare(given, more).bytes.toString()

suite('prepareRaw', () => {
  test('a complete message is returned without a copy', () => {
    const bytes = Buffer.from(whole)
    assert.equal(prepareRaw(bytes, options).bytes, bytes)
  })

  test('a missing Date and Message-ID are added below the header (RFC 6409 §8)', () => {
    const result = text('From: a@example.org\r\nSubject: x\r\n\r\nbody\r\n')
    assert.match(
      result,
      /^From: a@example.org\r\nSubject: x\r\nDate: Sat, 21 Nov 2026 12:00:00 \+0000\r\nMessage-ID: <[^@>]+@example\.org>\r\n\r\nbody\r\n$/,
    )
  })

  test('an empty Message-ID is replaced, not joined by a second one', () => {
    const { fields, messageId } = prepare('From: a@example.com\r\nMessage-ID:\r\nDate: x\r\n\r\n')
    assert.equal(fields.filter(field => field.name === 'message-id').length, 1)
    assert.match(messageId, /^<.+@example\.com>$/)
  })

  test('Bcc and Return-Path are taken out with their folds', () => {
    const given = whole.replace(
      '\r\nDate',
      '\r\nBCC: x@example.org,\r\n y@example.org\r\nReturn-Path: <z@example.org>\r\nDate',
    )
    assert.equal(text(given), whole)
  })

  test('only the fixes that are asked for are made', () => {
    const given = 'From: a@example.com\r\nBcc: b@example.org\r\n\r\nbody\r\n'
    assert.equal(text(given, { fixes: ['return-path'] }), given)
    assert.equal(text(given, { fixes: ['bcc'] }), 'From: a@example.com\r\n\r\nbody\r\n')
  })

  test('trace lines stand above everything', () => {
    assert.equal(text(whole, { trace: 'Received: from x by y\r\n' }), `Received: from x by y\r\n${whole}`)
  })

  test('what is known of a message with trace lines is what reading it would tell', () => {
    const traces = [
      'Received: from x by y\r\n',
      `Received: from x\r\n by ${'y'.repeat(90)}\r\nReceived: z\r\n`,
      'Received: from \xe9\r\n',
      'From: other@example.com\r\n',
      'X-Trace: 1\r\nMessage-ID: <2@example.com>\r\n',
    ]
    const messages = [
      whole,
      whole.replace('body', 'b\xf6dy'),
      whole.replace('From: a', 'From: \xfc <a@example.com>, a'),
    ]
    for (const given of messages)
      for (const trace of traces) {
        const made = prepareRaw(Buffer.from(given), { ...options, trace })
        assert.deepEqual(made, inspect(made.bytes), `${trace} above ${given}`)
      }
  })

  test('an mbox line at the top is dropped', () => {
    assert.equal(text(`From a@example.com Sat Nov 21\r\n${whole}`), whole)
  })

  test('an empty line is put where the header runs into the body', () => {
    const result = text(whole.replace('\r\n\r\n', '\r\n'))
    assert.equal(result, whole)
  })

  test('a header that ends without an empty line gets one', () => {
    assert.equal(text(whole.slice(0, whole.indexOf('\r\n\r\n') + 2)), whole.slice(0, whole.indexOf('\r\n\r\n') + 4))
  })

  test('text without any header becomes a body without an author', () => {
    const message = prepare('hello world\r\n')
    assert.deepEqual(message.from, [])
    assert.equal(message.bytes.subarray(message.bodyStart).toString(), 'hello world\r\n')
  })

  test('white space before a colon goes (RFC 5322 §4.5)', () => {
    assert.equal(text(whole.replace('Date:', 'Date \t:')), whole)
  })

  test('the facts are those of the mended bytes', () => {
    const message = prepare('From: a@example.com\nBcc: b@example.org\n\nbody')
    assert.deepEqual(message, inspect(message.bytes))
  })
})
