import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { endLinesWithCrlf } from './normalise.ts'
import { encodeBase64, encodeQuotedPrintable, textEncoding } from './transfer-encoding.ts'

/** RFC 2045 §6.7 read backwards. */
function decodeQuotedPrintable(text: string): Buffer {
  const hard = text.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, '')
  return Buffer.from(
    hard.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

const qp = (text: string): string => encodeQuotedPrintable(Buffer.from(text)).toString('latin1')

suite('transfer encoding', () => {
  test('line ends stay, white space before them is encoded (RFC 2045 §6.7 rule 3)', () => {
    assert.equal(qp('a \r\nb\t\r\n c=d\r\nü '), 'a=20\r\nb=09\r\n c=3Dd\r\n=C3=BC=20')
  })

  test('a bare CR or LF is not a line end', () => {
    assert.equal(qp('a\rb\nc'), 'a=0Db=0Ac')
  })

  test('a line of exactly 76 octets is not broken', () => {
    assert.equal(qp(`${'a'.repeat(76)}\r\nb`), `${'a'.repeat(76)}\r\nb`)
    assert.equal(qp('a'.repeat(77)), `${'a'.repeat(75)}=\r\naa`)
  })

  test('quoted-printable of any octets decodes to the same octets in lines of at most 76', () => {
    const octet = fc.oneof(fc.constantFrom(13, 10, 32, 9, 61, 46), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 400 }), octets => {
        const given = endLinesWithCrlf(Buffer.from(octets), 'open')
        const encoded = encodeQuotedPrintable(given).toString('latin1')
        assert.deepEqual(decodeQuotedPrintable(encoded), given)
        for (const line of encoded.split('\r\n')) assert.match(line, /^(?:[!-~ \t]{0,75}[!-~])?$/)
      }),
    )
  })

  test('base64 of any octets decodes to the same octets in lines of at most 76', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), octets => {
        const encoded = encodeBase64(Buffer.from(octets)).toString('latin1')
        assert.deepEqual(Buffer.from(encoded, 'base64'), Buffer.from(octets))
        for (const line of encoded.split('\r\n')) assert.ok(line.length <= 76)
      }),
    )
  })

  test('base64 of much is written in parts that fit together, up to each length of the last line', () => {
    for (const length of [57 * 1024 - 1, 57 * 1024, 57 * 1024 + 1, 57 * 2048 + 58]) {
      const octets = Buffer.alloc(length, 'any octets ')
      const lines = octets.toString('base64').match(/.{1,76}/g) ?? []
      assert.equal(encodeBase64(octets).toString('latin1'), lines.join('\r\n'))
    }
  })

  test('Latin text is quoted-printable, other scripts are base64', () => {
    assert.equal(textEncoding(Buffer.from('Grüße aus München, es ist schön hier')), 'quoted-printable')
    assert.equal(textEncoding(Buffer.from('Привет из Москвы')), 'base64')
  })
})
