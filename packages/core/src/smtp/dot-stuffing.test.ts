import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import { DotStuffer, dotStuffed } from './dot-stuffing.ts'

function sent(message: string): string {
  return Buffer.concat(dotStuffed(Buffer.from(message, 'latin1'))).toString('latin1')
}

test('a line that begins with a dot gets another one (RFC 5321 §4.5.2)', () => {
  assert.equal(sent('a\r\n.b\r\n'), 'a\r\n..b\r\n')
  assert.equal(sent('.a\r\n'), '..a\r\n')
  assert.equal(sent('\r\n.\r\n.\r\n'), '\r\n..\r\n..\r\n')
})

test('a dot elsewhere, or after a bare CR or LF, is left alone', () => {
  assert.equal(sent('a.b\r\n'), 'a.b\r\n')
  assert.equal(sent('a\n.b\r.c\r\n'), 'a\n.b\r.c\r\n')
})

test('a message always ends in CRLF, so that the final dot stands on a line of its own', () => {
  assert.equal(sent('a'), 'a\r\n')
  assert.equal(sent('a\r'), 'a\r\r\n')
  assert.equal(sent('.'), '..\r\n')
  assert.equal(sent(''), '')
})

test('a message without such a line is sent as it is, without a copy', () => {
  const message = Buffer.from('a\r\nb\r\n')
  assert.deepEqual(dotStuffed(message), [message])
  assert.equal(dotStuffed(message)[0], message)
})

test('a few dots cost views, and very many one copy', () => {
  const few = Buffer.from('a\r\n.b\r\n')
  assert.equal(dotStuffed(few)[0]?.buffer, few.buffer)
  assert.equal(dotStuffed(Buffer.from('.\r\n'.repeat(1000))).length, 1)
  assert.equal(sent('.\r\n'.repeat(1000)), '..\r\n'.repeat(1000))
})

test('undoing it as RFC 5321 §4.5.2 says gives the message back, and it never ends early', () => {
  const pieces = fc.array(fc.constantFrom('.', '..', '\r\n', '\r', '\n', 'a', '\r\n.\r\n'), { maxLength: 120 })
  fc.assert(
    fc.property(pieces, parts => {
      const message = parts.join('')
      const complete = message === '' || message.endsWith('\r\n') ? message : `${message}\r\n`
      const wire = sent(message)
      assert.equal(wire.replace(/(^|\r\n)\./g, '$1'), complete)
      assert.ok(!wire.includes('\r\n.\r\n') && !wire.startsWith('.\r\n'))
    }),
  )
})

test('a message that comes in blocks is stuffed as if it came whole', () => {
  const pieces = fc.array(fc.constantFrom('.', '\r\n', '\r', '\n', 'a', '\r\n.\r\n'), { maxLength: 60 })
  fc.assert(
    fc.property(pieces, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 }), (parts, sizes) => {
      const message = parts.join('')
      const stuffer = new DotStuffer()
      const stuffed: Buffer[] = []
      let at = 0
      for (const size of [...sizes, message.length]) {
        stuffed.push(...stuffer.add(Buffer.from(message.slice(at, at + size))))
        at += size
      }
      assert.equal(Buffer.concat([...stuffed, ...stuffer.end()]).toString(), sent(message))
    }),
    { numRuns: 2000 },
  )
})
