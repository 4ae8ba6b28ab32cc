import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { readStsRecord } from './record.ts'

const idOf = (...texts: string[]): string | undefined => {
  const result = readStsRecord(texts)
  return result.kind === 'record' ? result.record.id : undefined
}

suite('the _mta-sts record (RFC 8461 §3.1)', () => {
  test('gives its id, with or without the last semicolon, spaces and extensions', () => {
    assert.equal(idOf('v=STSv1; id=20160831085700Z;'), '20160831085700Z')
    assert.equal(idOf('v=STSv1;id=1'), '1')
    assert.equal(idOf('v=STSv1 ;\tid=a1 ; x-y.z_1=anything:here ;'), 'a1')
  })

  test('counts the first of two ids', () => {
    assert.equal(idOf('v=STSv1; id=1; id=2'), '1')
  })

  test('stands among records that are not meant for us', () => {
    assert.equal(idOf('v=spf1 -all', 'v=STSv1; id=1', 'v=STSv2; id=2', ' v=STSv1; id=3', 'V=STSv1; id=4'), '1')
    assert.deepEqual(readStsRecord(['v=spf1 -all', 'v=STSv1']), { kind: 'none' })
    assert.deepEqual(readStsRecord([]), { kind: 'none' })
  })

  test('given twice is as good as none', () => {
    assert.equal(readStsRecord(['v=STSv1; id=1', 'v=STSv1; id=1']).kind, 'invalid')
  })

  test('is invalid without an id of 1 to 32 letters and digits, or with a malformed field', () => {
    for (const text of [
      'v=STSv1;',
      'v=STSv1; id=',
      'v=STSv1; id=a-b',
      `v=STSv1; id=${'a'.repeat(33)}`,
      'v=STSv1; id = 1',
      'v=STSv1;; id=1',
      'v=STSv1; id=1; junk',
      'v=STSv1; id=1; a=b c',
    ]) {
      assert.equal(readStsRecord([text]).kind, 'invalid', text)
    }
  })

  test('of any text never throws, and an id is always one that the grammar allows', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom('v=STSv1', 'id=1', 'id=', 'x=y', ''))
    fc.assert(
      fc.property(fc.array(fc.array(field).map(fields => fields.join(';'))), texts => {
        const result = readStsRecord(texts)
        if (result.kind === 'record') assert.match(result.record.id, /^[a-zA-Z0-9]{1,32}$/)
      }),
      { numRuns: 1000 },
    )
  })
})
