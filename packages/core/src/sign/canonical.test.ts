import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { relaxedBody, relaxedField, relaxedPieces, simpleBody } from './canonical.ts'

interface BodyHash {
  update(chunk: Buffer): void
  digest(encoding: 'base64'): string
}
const require = createRequire(import.meta.url)
const { dkimBody } = require('mailauth/lib/dkim/body') as {
  readonly dkimBody: (form: string, algorithm: string, limit: false) => BodyHash
}

function theirs(form: 'relaxed' | 'simple', body: Buffer): string {
  const hash = dkimBody(form, 'sha256', false)
  hash.update(body)
  return hash.digest('base64')
}

const hashOf = (octets: Buffer): string => createHash('sha256').update(octets).digest('base64')
const relaxed = (text: string): string => relaxedBody(Buffer.from(text)).toString()
const simple = (text: string): string => simpleBody(Buffer.from(text)).toString()

suite('canonical form', () => {
  test('the example of RFC 6376 §3.4.5, body', () => {
    const body = ' C \r\nD \t E\r\n\r\n\r\n'
    assert.equal(relaxed(body), ' C\r\nD E\r\n')
    assert.equal(simple(body), ' C \r\nD \t E\r\n')
  })

  test('the example of RFC 6376 §3.4.5, header', () => {
    assert.equal(relaxedField('a', ' X\r\n'), 'a:X')
    assert.equal(relaxedField('b', ' Y\t\r\n\tZ  \r\n'), 'b:Y Z')
  })

  test('an empty field value is empty', () => {
    assert.equal(relaxedField('a', '\r\n'), 'a:')
    assert.equal(relaxedField('a', ' \t \r\n'), 'a:')
  })

  test('a no-break space is no white space', () => {
    assert.equal(relaxedField('a', ' \xa0x\xa0\r\n'), 'a:\xa0x\xa0')
  })

  test('an empty body is nothing when relaxed and one CRLF when simple (RFC 6376 §3.4.3, §3.4.4)', () => {
    for (const body of ['', '\r\n', '\r\n\r\n\r\n']) {
      assert.equal(relaxed(body), '')
      assert.equal(simple(body), '\r\n')
    }
  })

  test('lines of white space at the end are empty lines only when relaxed', () => {
    assert.equal(relaxed('a\r\n \r\n\t\r\n'), 'a\r\n')
    assert.equal(simple('a\r\n \r\n\r\n'), 'a\r\n \r\n')
    assert.equal(relaxed(' \t \r\n'), '')
  })

  test('a body that is canonical is hashed where it lies', () => {
    const body = Buffer.from('one two\r\n three\r\n\r\n')
    assert.equal(relaxedBody(body).buffer, body.buffer)
    assert.equal(relaxedBody(body).toString(), 'one two\r\n three\r\n')
  })

  const piece = fc.constantFrom(
    ' ',
    '  ',
    '\t',
    '\r\n',
    '\r\n\r\n',
    'a',
    'word',
    '.',
    '=\r\n',
    'ü',
    ' \r\n',
    '\t\r\n',
    '\0',
  )
  const body = fc.array(piece, { maxLength: 40 }).map(pieces => Buffer.from(pieces.join('')))

  test('any body with CRLF line ends has the relaxed hash that mailauth finds', () => {
    fc.assert(
      fc.property(body, octets => assert.equal(hashOf(relaxedBody(octets)), theirs('relaxed', octets))),
      { numRuns: 2000 },
    )
  })

  test('a body that is read piece by piece has the same relaxed form, however small the pieces', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 12 }), (octets, block) =>
        assert.deepEqual(Buffer.concat([...relaxedPieces(octets, block)]), relaxedBody(octets)),
      ),
      { numRuns: 3000 },
    )
  })

  test('any body with CRLF line ends has the simple hash that mailauth finds', () => {
    fc.assert(
      fc.property(body, octets => assert.equal(hashOf(simpleBody(octets)), theirs('simple', octets))),
      { numRuns: 1000 },
    )
  })
})
