import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { inspect } from './inspect.ts'
import { sevenBit } from './seven-bit.ts'
import { readStructure } from './structure.ts'

const message = (...lines: string[]) => inspect(Buffer.from(lines.map(line => `${line}\r\n`).join('')))
const converted = (...lines: string[]): string => sevenBit(message(...lines)).bytes.toString('latin1')

function untouched(...lines: string[]): void {
  const given = message(...lines)
  assert.equal(sevenBit(given), given)
}

const MIME = ['From: a@example.com', 'MIME-Version: 1.0'] as const
const LONG = 'x'.repeat(1500)

suite('sevenBit', () => {
  test('a 7-bit message is returned as it is', () => {
    untouched(...MIME, 'Content-Type: text/plain', '', 'hello')
  })

  test('an 8-bit text becomes quoted-printable, its other fields stay', () => {
    assert.equal(
      converted(...MIME, 'Content-Transfer-Encoding: 8bit', 'Content-Type: text/html; charset=utf-8', '', 'grün'),
      'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n' +
        'Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn\r\n',
    )
  })

  test('text that is mostly 8-bit becomes base64', () => {
    const result = sevenBit(message(...MIME, 'Content-Type: text/plain; charset=utf-8', '', 'Привет из Москвы'))
    const body = result.bytes.subarray(result.bodyStart).toString()
    assert.match(result.bytes.toString(), /Content-Transfer-Encoding: base64\r\n/)
    assert.equal(Buffer.from(body, 'base64').toString(), 'Привет из Москвы\r\n')
    assert.equal(body.endsWith('\r\n'), true)
  })

  test('a message without MIME labels gets them, and a character set that is true (RFC 1428)', () => {
    assert.match(
      converted('From: a@example.com', '', 'grün'),
      /MIME-Version: 1\.0\r\nContent-Type: text\/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=C3=BCn/,
    )
    const latin1 = inspect(Buffer.from('From: a@example.com\r\n\r\ngr\xfcn\r\n', 'latin1'))
    assert.match(sevenBit(latin1).bytes.toString(), /charset=unknown-8bit\r\n/)
  })

  test('lines over 998 octets are folded away', () => {
    const result = sevenBit(message(...MIME, 'Content-Type: text/plain', '', LONG))
    assert.ok(result.longestLine <= 76)
    assert.equal(result.bytes.toString().replaceAll('=\r\n', '').includes(LONG), true)
  })

  test('only the parts that need it are converted, and the multipart says 7bit', () => {
    const result = converted(
      ...MIME,
      'Content-Type: multipart/alternative; boundary="b 1"',
      'Content-Transfer-Encoding: 8bit',
      '',
      'preamble',
      '--b 1',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'so grün',
      '--b 1',
      '',
      'plain',
      '--b 1--',
    )
    assert.match(result, /boundary="b 1"\r\nContent-Transfer-Encoding: 7bit\r\n\r\npreamble\r\n--b 1\r\n/)
    assert.match(
      result,
      /charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nso gr=C3=BCn\r\n--b 1\r\n\r\nplain\r\n--b 1--\r\n$/,
    )
  })

  test('an 8-bit part that is not text becomes base64', () => {
    const result = converted(
      ...MIME,
      'Content-Type: application/json',
      'Content-Transfer-Encoding: 8bit',
      '',
      '{"a":"ü"}',
    )
    assert.match(result, /Content-Transfer-Encoding: base64\r\n\r\n/)
  })

  for (const [name, lines] of [
    ['already DKIM-signed', ['DKIM-Signature: v=1', ...MIME, 'Content-Type: text/plain', '', 'ü']],
    ['multipart/signed', [...MIME, 'Content-Type: multipart/signed; boundary=b', '', '--b', '', 'ü', '--b--']],
    ['multipart/encrypted', [...MIME, 'Content-Type: multipart/encrypted; boundary=b', '', '--b', '', 'ü', '--b--']],
    ['an embedded 8-bit message', [...MIME, 'Content-Type: message/rfc822', '', 'Subject: ü', '', 'x']],
    ['a multipart without boundary', [...MIME, 'Content-Type: multipart/mixed', '', 'ü']],
    ['a multipart without end', [...MIME, 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'ü']],
    ['two Content-Type fields', [...MIME, 'Content-Type: text/plain', 'Content-Type: text/html', '', 'ü']],
    ['a Content-Type beyond the grammar', [...MIME, 'Content-Type: text', '', 'ü']],
    ['two boundaries', [...MIME, 'Content-Type: multipart/mixed; boundary=a; boundary=b', '', '--b', '', 'ü', '--b--']],
    ['8-bit octets under a label of base64', [...MIME, 'Content-Transfer-Encoding: base64', '', 'ü']],
    ['an unknown transfer encoding', [...MIME, 'Content-Transfer-Encoding: x-uuencode', '', 'ü']],
    ['an 8-bit preamble', [...MIME, 'Content-Type: multipart/mixed; boundary=b', '', 'ü', '--b', '', 'x', '--b--']],
    [
      'one part that may not be touched',
      [
        ...MIME,
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'ü',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'A: b',
        '',
        'ü',
        '--b--',
      ],
    ],
  ] as const) {
    test(`left alone: ${name}`, () => untouched(...lines))
  }

  test('nesting beyond reason is left alone', () => {
    const open = Array.from({ length: 60 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      '',
      `--b${depth}`,
    ])
    const close = Array.from({ length: 60 }, (_, depth) => `--b${59 - depth}--`)
    untouched(...MIME, ...open.flat(), '', 'ü', ...close)
  })

  test('whatever the structure, the result is the message itself or 7-bit with as many parts', () => {
    const line = fc.constantFrom(
      '--b',
      '--b--',
      '--c',
      '--c--',
      '',
      'ü',
      'plain',
      'Content-Type: text/plain',
      'Content-Type: multipart/mixed; boundary=c',
      'Content-Transfer-Encoding: 8bit',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), lines => {
        const given = message(...MIME, 'Content-Type: multipart/mixed; boundary=b', '', ...lines)
        const result = sevenBit(given)
        if (result === given) return
        assert.deepEqual([result.eightBit, result.longestLine <= 998], [false, true])
        const before = readStructure(given.bytes, given)
        const after = readStructure(result.bytes, result)
        assert.deepEqual(
          after?.parts.map(part => [part.type ?? 'text/plain', part.parts.length]),
          before?.parts.map(part => [part.type ?? 'text/plain', part.parts.length]),
        )
      }),
      { numRuns: 500 },
    )
  })
})
