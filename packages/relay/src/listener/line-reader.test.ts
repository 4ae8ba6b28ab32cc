import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { LineReader, TOO_LONG } from './line-reader.ts'

function reader(...chunks: readonly string[]): LineReader {
  const lines = new LineReader()
  for (const chunk of chunks) lines.push(Buffer.from(chunk))
  return lines
}

suite('LineReader', () => {
  test('lines come one by one, however they were cut', () => {
    const lines = reader('EH', 'LO x\r', '\nNOOP\r\nQU')
    assert.equal(lines.next(100), 'EHLO x')
    assert.equal(lines.next(100), 'NOOP')
    assert.equal(lines.next(100), undefined)
    lines.push(Buffer.from('IT\r\n'))
    assert.equal(lines.next(100), 'QUIT')
    assert.equal(lines.waiting, 0)
  })
  test('LF alone ends a command line', () => {
    assert.equal(reader('NOOP\n').next(100), 'NOOP')
  })
  test('a line that is too long is told once, in bounded memory, and the next one counts again', () => {
    const lines = reader()
    for (let times = 0; times < 100; times++) {
      lines.push(Buffer.from('x'.repeat(50)))
      assert.equal(lines.next(100), undefined)
      assert.ok(lines.waiting <= 150)
    }
    lines.push(Buffer.from('x\r\nNOOP\r\n'))
    assert.equal(lines.next(100), TOO_LONG)
    assert.equal(lines.next(100), 'NOOP')
  })
  test('a whole line that is too long is told, too', () => {
    const lines = reader(`${'x'.repeat(101)}\r\nNOOP\r\n`)
    assert.equal(lines.next(100), TOO_LONG)
    assert.equal(lines.next(100), 'NOOP')
  })
  test('what waits can be taken away', () => {
    const lines = reader('DATA\r\nSubject: x\r\n')
    lines.next(100)
    assert.equal(lines.rest()?.toString(), 'Subject: x\r\n')
    assert.equal(lines.rest(), undefined)
  })
})
