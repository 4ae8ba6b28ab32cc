import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Reply } from '../model/reply.ts'
import { MAX_LINE_OCTETS, MAX_REPLY_LINES, MAX_REPLY_OCTETS, ReplyParser } from './reply-parser.ts'

function parse(...chunks: readonly string[]): Reply[] {
  const parser = new ReplyParser()
  return chunks.flatMap(chunk => parser.push(Buffer.from(chunk, 'latin1')))
}

test('a reply of one line is its code and its text (RFC 5321 §4.2)', () => {
  assert.deepEqual(parse('220 mx.example ESMTP\r\n'), [{ code: 220, lines: ['mx.example ESMTP'] }])
})

test('a reply of several lines ends with the line that has a space after the code (RFC 5321 §4.2.1)', () => {
  assert.deepEqual(parse('250-mx.example\r\n250-SIZE 1000\r\n250 PIPELINING\r\n'), [
    { code: 250, lines: ['mx.example', 'SIZE 1000', 'PIPELINING'] },
  ])
})

test('a code without text is a whole reply', () => {
  assert.deepEqual(parse('250\r\n'), [{ code: 250, lines: [''] }])
})

test('an enhanced status is taken out of every line and kept once (RFC 2034)', () => {
  assert.deepEqual(parse('550-5.1.1 The account\r\n550 5.1.1 does not exist\r\n'), [
    { code: 550, enhanced: { class: 5, subject: 1, detail: 1 }, lines: ['The account', 'does not exist'] },
  ])
})

test('an enhanced status may contradict the code', () => {
  assert.deepEqual(parse('421 5.7.32 not aligned\r\n'), [
    { code: 421, enhanced: { class: 5, subject: 7, detail: 32 }, lines: ['not aligned'] },
  ])
})

test('a number that only looks like an enhanced status stays in the text', () => {
  assert.deepEqual(parse('250 2.0 beta\r\n')[0]?.enhanced, undefined)
  assert.deepEqual(parse('250 2.1.0beta\r\n')[0]?.lines, ['2.1.0beta'])
})

test('the last line decides the code of a reply whose lines disagree', () => {
  assert.equal(parse('250-hello\r\n550 no\r\n')[0]?.code, 550)
})

test('a bare LF ends a line', () => {
  assert.deepEqual(parse('250-a\n250 b\n'), [{ code: 250, lines: ['a', 'b'] }])
})

test('several replies may come in one piece, and one reply in several', () => {
  assert.deepEqual(
    parse('250 a\r\n250', ' b\r', '\n354 c\r\n').map(reply => [reply.code, reply.lines[0]]),
    [
      [250, 'a'],
      [250, 'b'],
      [354, 'c'],
    ],
  )
})

test('UTF-8 text survives being cut in the middle of a character (RFC 6531 §3.7.4.1)', () => {
  const parser = new ReplyParser()
  const octets = Buffer.from('250 grüße\r\n')
  const replies = [...parser.push(octets.subarray(0, 7)), ...parser.push(octets.subarray(7))]
  assert.deepEqual(replies[0]?.lines, ['grüße'])
})

test('control characters do not reach logs and terminals', () => {
  assert.deepEqual(parse('550 \x1b[2Jgone\x00\r\n')[0]?.lines, ['?[2Jgone?'])
})

test('what is no reply breaks the parser for good', () => {
  for (const wrong of ['HTTP/1.1 400 Bad Request\r\n', '25 no\r\n', '199 no\r\n', '600 no\r\n', '250_no\r\n', '\r\n']) {
    const parser = new ReplyParser()
    assert.deepEqual(parser.push(Buffer.from(`220 first\r\n${wrong}`)).length, 1, wrong)
    assert.equal(parser.problem?.code, 'protocol-error', wrong)
    assert.deepEqual(parser.push(Buffer.from('250 ok\r\n')), [])
  }
})

test('a line without an end is given up at the bound', () => {
  const parser = new ReplyParser()
  parser.push(Buffer.alloc(MAX_LINE_OCTETS, 'a'))
  assert.deepEqual([parser.problem], [undefined])
  parser.push(Buffer.from('a'))
  assert.equal(parser.problem?.code, 'line-too-long')
})

test('a reply without an end is given up at the bound', () => {
  for (const [line, times] of [
    ['250-a\r\n', MAX_REPLY_LINES + 1],
    [`250-${'a'.repeat(1000)}\r\n`, MAX_REPLY_OCTETS / 1000 + 1],
  ] as const) {
    const parser = new ReplyParser()
    parser.push(Buffer.from(line.repeat(times)))
    assert.equal(parser.problem?.code, 'line-too-long')
  }
})

test('midway is true exactly while a reply has begun and not ended', () => {
  const parser = new ReplyParser()
  assert.equal(parser.midway, false)
  parser.push(Buffer.from('2'))
  assert.equal(parser.midway, true)
  parser.push(Buffer.from('50-a\r\n'))
  assert.equal(parser.midway, true)
  parser.push(Buffer.from('250 b\r\n'))
  assert.equal(parser.midway, false)
})

test('whatever comes, nothing is thrown and the bounds hold', () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .string({ unit: fc.constantFrom('2', '5', '0', '-', ' ', '.', '\r', '\n', 'x'), maxLength: 600 })
      .map(text => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(octets, { maxLength: 20 }), chunks => {
      const parser = new ReplyParser()
      for (const chunk of chunks) {
        for (const reply of parser.push(Buffer.from(chunk))) {
          assert.ok(reply.code >= 200 && reply.code <= 599)
          assert.ok(reply.lines.length >= 1 && reply.lines.length <= MAX_REPLY_LINES)
          for (const line of reply.lines) assert.doesNotMatch(line, /[\x00-\x08\x0a-\x1f\x7f]/)
        }
      }
    }),
  )
})

test('how replies are cut into chunks makes no difference', () => {
  const line = fc.stringMatching(/^[a-z0-9.ü ]{0,30}$/)
  const reply = fc.record({
    code: fc.integer({ min: 200, max: 599 }),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  })
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 5 }), fc.array(fc.nat(50), { minLength: 1 }), (replies, cuts) => {
      const wire = Buffer.from(
        replies
          .flatMap(({ code, lines }) =>
            lines.map((text, at) => `${code}${at === lines.length - 1 ? ' ' : '-'}${text}\r\n`),
          )
          .join(''),
      )
      const whole = new ReplyParser().push(wire)
      const parser = new ReplyParser()
      const pieces: Reply[] = []
      for (let at = 0, turn = 0; at < wire.length; turn++) {
        const length = 1 + (cuts[turn % cuts.length] ?? 0)
        pieces.push(...parser.push(wire.subarray(at, at + length)))
        at += length
      }
      assert.deepEqual(pieces, whole)
      assert.equal(whole.length, replies.length)
    }),
  )
})

test('a refusal that is not UTF-8 is read in the charset that fits', () => {
  const koi = Buffer.from([0xd1, 0xdd, 0xc9, 0xcb, 0x20, 0xd0, 0xcf, 0xcc, 0xcf, 0xce])
  const octets = Buffer.concat([
    Buffer.from('250-caf\xe9\r\n250 ok\r\n550-5.2.2 ', 'latin1'),
    koi,
    Buffer.from('\r\n550 5.2.2 ', 'latin1'),
    koi,
    Buffer.from('\r\n', 'latin1'),
  ])
  const [, refusal] = new ReplyParser().push(octets)
  assert.deepEqual(refusal?.lines, ['ящик полон', 'ящик полон'])
})

test('a refusal that holds the replacement character itself is read once', () => {
  assert.deepEqual(new ReplyParser().push(Buffer.from('550 \ufffd\r\n550 \ufffd\r\n')).length, 2)
})
