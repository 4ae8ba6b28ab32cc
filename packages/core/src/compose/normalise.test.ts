import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { MailerError } from '../model/error.ts'
import { normalise } from './normalise.ts'

const clean = (text: string): string => normalise(Buffer.from(text, 'latin1')).toString('latin1')

suite('normalise', () => {
  test('bytes that are clean already are the same Buffer', () => {
    const bytes = Buffer.from('Subject: a\r\n\r\nbody\r\n')
    assert.equal(normalise(bytes), bytes)
  })

  test('a bare LF and a bare CR become CRLF (RFC 5321 §2.3.8)', () => {
    assert.equal(clean('a\nb\rc\r\nd\n'), 'a\r\nb\r\nc\r\nd\r\n')
  })

  test('a run of CR before an LF is one line end', () => {
    assert.equal(clean('a\r\r\nb\r\r\r\n'), 'a\r\nb\r\n')
  })

  test('CR CR without LF is two line ends', () => {
    assert.equal(clean('a\r\rb'), 'a\r\n\r\nb\r\n')
  })

  test('a megabyte of CR is read once, not once for each CR', () => {
    const count = 2 ** 20
    const result = normalise(Buffer.alloc(count, '\r'))
    assert.equal(result.length, 2 * count)
    assert.deepEqual(result.subarray(-4), Buffer.from('\r\n\r\n'))
  })

  test('a last line without an end gets one', () => {
    assert.equal(clean('a'), 'a\r\n')
    assert.equal(clean('a\r'), 'a\r\n')
    assert.equal(clean('a\r\n'), 'a\r\n')
  })

  test('a dot between stray line ends stays a line of the body', () => {
    assert.equal(clean('a\n.\nMAIL FROM:<x>\n'), 'a\r\n.\r\nMAIL FROM:<x>\r\n')
  })

  for (const [name, bytes] of [
    ['NUL', Buffer.from('a\0b\r\n')],
    ['an empty message', Buffer.alloc(0)],
  ] as const) {
    test(`${name} is refused`, () => {
      assert.throws(() => normalise(bytes), { code: 'invalid-message' })
    })
  }

  test('whatever comes in, every line ends in CRLF and nothing else changes', () => {
    const octets = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', '.', ' ', '\xe9'), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(octets, pieces => {
        const given = pieces.join('')
        const lines = given.split(/\r+\n|\r|\n/)
        if (lines.at(-1) === '') lines.pop()
        const result = clean(given)
        assert.equal(result, `${lines.join('\r\n')}\r\n`)
        assert.equal(clean(result), result)
      }),
    )
  })

  test('arbitrary octets are normalised or refused with a MailerError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), octets => {
        try {
          const result = normalise(Buffer.from(octets)).toString('latin1')
          assert.doesNotMatch(result, /\r(?!\n)|(?<!\r)\n/)
        } catch (error) {
          assert.ok(MailerError.is(error), String(error))
        }
      }),
    )
  })
})
