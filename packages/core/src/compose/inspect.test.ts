import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { printAddress } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import { inspect } from './inspect.ts'
import { normalise } from './normalise.ts'

const look = (...lines: string[]) => inspect(Buffer.from(lines.map(line => `${line}\r\n`).join('')))
const authors = (...fields: string[]) => look(...fields, '', 'body').from.map(printAddress)

suite('inspect', () => {
  test('the facts of a plain message', () => {
    const message = look(
      'From: a@example.com',
      'Message-ID: <1@example.com>',
      '',
      'body',
      'a longer line than the others are, here',
    )
    assert.equal(message.sizeBytes, message.bytes.length)
    assert.equal(message.longestLine, 39)
    assert.equal(message.messageId, '<1@example.com>')
    assert.equal(
      message.bytes.subarray(message.bodyStart).toString(),
      'body\r\na longer line than the others are, here\r\n',
    )
    assert.deepEqual([message.eightBit, message.smtpUtf8, message.tlsRequiredNo], [false, false, false])
  })

  test('a field covers its folds and its final CRLF', () => {
    const { bytes, fields } = look('Subject : one', ' two', '\tthree', 'To: x@example.com', '', '')
    assert.deepEqual(
      fields.map(({ name, start, end }) => [name, bytes.toString('latin1', start, end)]),
      [
        ['subject', 'Subject : one\r\n two\r\n\tthree\r\n'],
        ['to', 'To: x@example.com\r\n'],
      ],
    )
    assert.equal(bytes.toString('latin1', fields[0]!.valueStart, fields[0]!.end), ' one\r\n two\r\n\tthree\r\n')
  })

  test('8-bit octets in the body are eightBit, in the header smtpUtf8', () => {
    const body = look('From: a@example.com', '', 'grün')
    assert.deepEqual([body.eightBit, body.smtpUtf8], [true, false])
    const header = look('Subject: grün', '', 'x')
    assert.deepEqual([header.eightBit, header.smtpUtf8], [false, true])
  })

  test('a header without a body has no fields beyond its end', () => {
    const message = look('From: a@example.com', 'Subject: x')
    assert.equal(message.bodyStart, message.bytes.length)
    assert.equal(message.fields.length, 2)
  })

  test('a header without end is refused, however it is filled', () => {
    for (const line of ['X: y\r\n', ' \r\n', `X: ${'y'.repeat(2_000_000)}\r\n`, 'To: a@b.test,\r\n']) {
      const header = `From: a@example.com\r\n${line.repeat(Math.ceil(1_500_000 / line.length))}`
      assert.throws(() => inspect(Buffer.from(`${header}\r\nbody\r\n`)), { code: 'invalid-message', where: 'header' })
    }
  })

  test('a long line is found in header and body alike', () => {
    assert.equal(look(`X: ${'a'.repeat(1200)}`, '', 'x').longestLine, 1203)
    assert.equal(look('X: a', '', 'x'.repeat(1300)).longestLine, 1300)
  })

  test('TLS-Required: No is heard whatever its case (RFC 8689 §3)', () => {
    assert.equal(look('TLS-Required: no', '', '').tlsRequiredNo, true)
    assert.equal(look('TLS-Required: yes', '', '').tlsRequiredNo, false)
  })

  for (const [field, expected] of [
    ['From: a@example.com', ['a@example.com']],
    ['From: "Last, First" <a@example.com>', ['a@example.com']],
    ['From: =?utf-8?Q?Z=C3=BCrich?= <a@example.com>', ['a@example.com']],
    ['From: "<evil@example.org>" <a@example.com>', ['a@example.com']],
    ['From: (a comment (nested, <x@y.example>)) a@example.com (b)', ['a@example.com']],
    ['From: a@example.com, b@example.org', ['a@example.com', 'b@example.org']],
    ['From: Team: a@example.com, B <b@example.org>;', ['a@example.com', 'b@example.org']],
    ['From: Nobody:;', []],
    ['From: <@relay.example,@other.example:a@example.com>', ['a@example.com']],
    ['From: Name <a@example.com> <b@example.org>', ['a@example.com', 'b@example.org']],
    ['From: a . b @ example.com', ['a.b@example.com']],
    ['From: "quoted local"@example.com', ['"quoted local"@example.com']],
    ['From: a@[IPv6:2001:db8::1]', ['a@[IPv6:2001:db8::1]']],
    ['From: дом@пример.example', ['дом@xn--e1afmkfd.example']],
    ['From: <a@example.com>:, b@example.org', ['a@example.com', 'b@example.org']],
    ['From: A <a@example.com> x:; b@example.org', ['a@example.com', 'b@example.org']],
    ['From:\r\n "Folded\r\n Name"\r\n <a@example.com>', ['a@example.com']],
  ] as const) {
    test(`the authors of ${JSON.stringify(field)}`, () => {
      assert.deepEqual(authors(field), expected)
    })
  }

  test('every From field counts', () => {
    assert.deepEqual(authors('From: a@example.com', 'Subject: x', 'FROM: b@example.org'), [
      'a@example.com',
      'b@example.org',
    ])
  })

  for (const [name, text] of [
    ['an author that is no address', 'From: root\r\n\r\n'],
    ['one bad author beside a good one', 'From: a@example.com, b@\r\n\r\n'],
    ['a line that is no field', 'From: a@example.com\r\nhello world\r\n\r\n'],
    ['a fold before any field', ' folded\r\n\r\n'],
    ['a bare LF', 'From: a@example.com\nSubject: x\r\n\r\n'],
    ['a bare LF in the body', 'From: a@example.com\r\n\r\na\nb\r\n'],
    ['a NUL', 'From: a@example.com\r\n\r\n\0\r\n'],
    ['a last line without its end', 'From: a@example.com\r\n\r\nabc'],
  ] as const) {
    test(`${name} is refused with what was found and the fix`, () => {
      assert.throws(
        () => inspect(Buffer.from(text)),
        error =>
          MailerError.is(error) &&
          error.code === 'invalid-message' &&
          error.found !== undefined &&
          error.fix !== undefined,
      )
    })
  }

  test('whatever the octets are, a message or a MailerError comes out, and the fields tile the header', () => {
    const piece = fc.constantFrom(
      'From: ',
      'To:',
      'a@b.example',
      '<',
      '>',
      '(',
      ')',
      '"',
      ',',
      ';',
      ':',
      '\\',
      '[',
      ']',
      ' ',
      '\r\n',
      '\r\n\r\n',
      'é',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), pieces => {
        const bytes = normalise(Buffer.from(pieces.join('')))
        try {
          const message = inspect(bytes)
          let at = 0
          for (const field of message.fields) {
            assert.equal(field.start, at)
            assert.ok(field.valueStart > field.start && field.valueStart <= field.end - 2)
            at = field.end
          }
          assert.ok(message.bodyStart === at + 2 || message.bodyStart === bytes.length)
        } catch (error) {
          assert.ok(MailerError.is(error), String(error))
        }
      }),
      { numRuns: 500 },
    )
  })

  for (const [name, text] of [
    ['open parentheses', `From: ${'('.repeat(300_000)}\r\n\r\n`],
    ['angle brackets', `From: ${'<'.repeat(300_000)}a@example.com>\r\n\r\n`],
    ['quotes', `From: ${'"\\"'.repeat(100_000)}" <a@example.com>\r\n\r\n`],
    ['commas', `From: a@example.com${','.repeat(300_000)}\r\n\r\n`],
    ['white space', `From: a@example.com${' '.repeat(300_000)}x\r\n\r\n`],
  ] as const) {
    test(`a From of 300,000 ${name} is read in one pass`, () => {
      const before = process.threadCpuUsage()
      try {
        inspect(Buffer.from(text))
      } catch (error) {
        assert.ok(MailerError.is(error), String(error))
      }
      // One that looks back for each octet takes minutes.
      assert.ok(process.threadCpuUsage(before).user < 5_000_000)
    })
  }
})
