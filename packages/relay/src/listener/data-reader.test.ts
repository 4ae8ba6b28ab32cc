import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { DataReader } from './data-reader.ts'

/** Feeds chunks; the content, and what follows the end or undefined. */
function read(...chunks: readonly string[]): { content: string; rest: string | undefined } {
  const pieces: Buffer[] = []
  const reader = new DataReader(piece => pieces.push(Buffer.from(piece)))
  let rest: Buffer | undefined
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, 'latin1')
    if (rest === undefined) rest = reader.feed(bytes)
    else rest = Buffer.concat([rest, bytes])
  }
  return { content: Buffer.concat(pieces).toString('latin1'), rest: rest?.toString('latin1') }
}

/** The rule itself, in the plainest words, for a whole text. RFC 5321 §4.5.2 */
function plainly(text: string): { content: string; rest: string | undefined } {
  let content = ''
  let at = 0
  let lineStart = true
  while (at < text.length) {
    if (lineStart && text[at] === '.') {
      // Not decided yet: the next octet says whether this is the end.
      if (text.slice(at) === '.\r') return { content, rest: undefined }
      if (text.startsWith('.\r\n', at)) return { content, rest: text.slice(at + 3) }
      at++
      lineStart = false
      continue
    }
    content += text[at]
    lineStart = text[at] === '\n' && at > 0 && text[at - 1] === '\r'
    at++
  }
  return { content, rest: undefined }
}

suite('DataReader', () => {
  test('CRLF.CRLF ends the content, and what follows it is not content', () => {
    assert.deepEqual(read('a\r\n.\r\nQUIT\r\n'), { content: 'a\r\n', rest: 'QUIT\r\n' })
  })
  test('a dot alone at once is an empty message', () => {
    assert.deepEqual(read('.\r\n'), { content: '', rest: '' })
  })
  test('one dot is taken from the start of a line (RFC 5321 §4.5.2)', () => {
    assert.deepEqual(read('..a\r\n...\r\n.b\r\n.\r\n'), { content: '.a\r\n..\r\nb\r\n', rest: '' })
  })
  for (const [name, sequence] of [
    ['LF.LF', '\n.\n'],
    ['LF.CRLF', '\n.\r\n'],
    ['CRLF.LF', '\r\n.\n'],
    ['CR.CR', '\r.\r'],
    ['CRLF.CR', '\r\n.\r'],
    ['CR.CRLF', '\r.\r\n'],
    ['CRLF.CRCRLF', '\r\n.\r\r\n'],
    ['CRLF NUL.CRLF', '\r\n\0.\r\n'],
    ['LF.LFCR', '\n.\n\r'],
  ] as const) {
    test(`${name} does not end the content, however it is cut into packets`, () => {
      const text = `a${sequence}MAIL FROM:<x@y>`
      for (let cut = 0; cut <= text.length; cut++) {
        assert.equal(read(text.slice(0, cut), text.slice(cut)).rest, undefined, `cut at ${cut}`)
      }
      assert.equal(read(...text).rest, undefined)
    })
  }
  test('the end is found wherever packets cut it', () => {
    const text = 'a\r\nb..\r\n..c\r\n.\r\nNOOP\r\n'
    for (let one = 0; one <= text.length; one++) {
      for (let two = one; two <= text.length; two++) {
        const cut = read(text.slice(0, one), text.slice(one, two), text.slice(two))
        assert.deepEqual(cut, { content: 'a\r\nb..\r\n.c\r\n', rest: 'NOOP\r\n' }, `cut at ${one} and ${two}`)
      }
    }
  })
  test('agrees with the plain rule on any octets, cut anywhere', () => {
    const octets = fc.array(fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.', '\r\n.\r\n'), { maxLength: 30 })
    fc.assert(
      fc.property(octets, fc.array(fc.nat(40), { maxLength: 5 }), (words, cuts) => {
        const text = words.join('')
        const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
        const chunks = places.slice(1).map((to, at) => text.slice(places[at]!, to))
        assert.deepEqual(read(...chunks), plainly(text))
      }),
      { numRuns: 5000 },
    )
  })
  test('a message without dots at line starts is handed on without a copy', () => {
    const chunk = Buffer.from('a\r\nb\r\n.\r\n')
    const pieces: Buffer[] = []
    new DataReader(piece => pieces.push(piece)).feed(chunk)
    assert.equal(pieces.length, 1)
    assert.equal(pieces[0]?.buffer, chunk.buffer)
  })
})
