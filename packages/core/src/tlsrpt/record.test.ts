import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTlsRptRecord } from './record.ts'

test('addresses of every scheme are kept, in order', () => {
  const read = readTlsRptRecord(['v=TLSRPTv1; rua=mailto:a@a.test,https://a.test/r ; rua=ftp://a.test/'])
  assert.deepEqual(read, {
    kind: 'record',
    record: { rua: ['mailto:a@a.test', 'https://a.test/r', 'ftp://a.test/'] },
  })
})

test('other TXT records at the name do not matter, and two for us are as good as none (RFC 8460 §3)', () => {
  const one = 'v=TLSRPTv1; rua=mailto:a@a.test'
  assert.equal(readTlsRptRecord(['hello', one]).kind, 'record')
  assert.equal(readTlsRptRecord([one, one]).kind, 'invalid')
  assert.equal(readTlsRptRecord(['hello']).kind, 'none')
  assert.equal(readTlsRptRecord([]).kind, 'none')
})

test('no text makes the parser throw, and what it gives are URIs', () => {
  const piece = fc.constantFrom(
    'v=TLSRPTv1',
    ';',
    ' ',
    'rua=',
    'mailto:a@b.test',
    ',',
    'https://b.test/%41',
    '=',
    'x=1',
    '%',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
    fc.array(piece, { maxLength: 12 }).map(pieces => `v=TLSRPTv1;${pieces.join('')}`),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), texts => {
      const read = readTlsRptRecord(texts)
      if (read.kind === 'record')
        for (const uri of read.record.rua) assert.match(uri, /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i)
    }),
  )
})
