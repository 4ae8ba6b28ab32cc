import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { printReply } from './reply.ts'

suite('a reply', () => {
  test('is one line of printable ASCII, whatever it quotes (RFC 5321 §4.2)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const line = printReply({ code: 550, enhanced: '5.6.0', text })
        assert.match(line, /^550 5\.6\.0 [\x20-\x7e]*\r\n$/)
      }),
    )
  })
  test('names an address beyond ASCII so that it can be told from others', () => {
    const reply = { code: 550, enhanced: '5.1.1', text: '<δé\u{1f600}@x.test>\x1c\r\n250 Ok \ufffd' }
    assert.equal(printReply(reply), '550 5.1.1 <\\x{3B4}\\x{E9}\\x{1F600}@x.test>???250 Ok ?\r\n')
  })
})
