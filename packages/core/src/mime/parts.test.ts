/** The parts of foreign mail. */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import { decoded } from './parts.ts'

const quoted = (text: string): string =>
  decoded({
    fields: new Map([['content-transfer-encoding', 'quoted-printable']]),
    body: Buffer.from(text, 'latin1'),
  }).toString('latin1')

suite('quoted-printable', () => {
  test('spaces that stand before a line end are padding (RFC 2045 §6.7)', () => {
    assert.equal(quoted('a b \t\r\nc  \nd= \r\ne=20\r\n f '), 'a b\r\nc\nde \r\n f ')
  })
  test('a megabyte of spaces is decoded in a time in proportion', () => {
    const cpu = process.cpuUsage()
    assert.equal(quoted(`${' '.repeat(1_000_000)}x`).length, 1_000_001)
    const { user } = process.cpuUsage(cpu)
    assert.ok(user < 5_000_000, `${user} µs: a quadratic search takes minutes`)
  })
})
