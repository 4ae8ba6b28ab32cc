/** Markup of others costs about what its length says, however it is nested. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMarkup } from './markup.ts'

/** Processor time, not the clock's: other programs do not count. */
function cpuMs(markup: string): number {
  const before = process.cpuUsage()
  readMarkup(markup, 'html', { open: () => true, close: () => undefined, text: () => undefined })
  return process.cpuUsage(before).user / 1000
}

const SIZE = 1_000_000
const all = (piece: string, before = ''): string => before + piece.repeat((SIZE - before.length) / piece.length)
const deep = '<abcd>'.repeat(990)

const HOSTILE: Readonly<Record<string, string>> = {
  'elements within each other': all('<b>'),
  'foreign elements that close themselves': all('<svg/>'),
  'foreign elements in turn': all('<svg/><desc/>'),
  'end tags of what is not open': all('</abcx>', deep),
  'end tags of paragraphs that are not open': all('</p>', deep),
  'elements deep down': all('<i></i>', deep),
}

for (const [what, markup] of Object.entries(HOSTILE))
  test(`costs no more than a few flat mails: ${what}`, () => {
    const flat = all('<b>x</b>')
    // Once to warm up.
    cpuMs(flat)
    const [usual, took] = [cpuMs(flat), cpuMs(markup)]
    assert.ok(took < 10 * usual + 200, `${took} ms, and ${usual} ms for a flat one`)
  })

test('what is nested as letters are is read to its end, and a pair of foreign elements is over at its end tag', () => {
  const names = new Map<string, number>()
  const count = (name: string): void => void names.set(name, (names.get(name) ?? 0) + 1)
  const letter = `${'<div>'.repeat(400)}${'<svg><title>a</title></svg></x>'.repeat(3000)}${'</div>'.repeat(400)}<hr>`
  readMarkup(letter, 'html', { open: name => count(name) === undefined, close: () => undefined, text: () => undefined })
  assert.deepEqual(Object.fromEntries(names), { div: 400, svg: 3000, title: 3000, hr: 1 })
})

test('a long report in XML is read to its end', () => {
  let rows = 0
  const xml = `<feedback>${'<row><a>1</a></row>'.repeat(50_000)}</feedback>`
  readMarkup(xml, 'xml', {
    open: name => (name === 'row' ? ++rows > 0 : true),
    close: () => undefined,
    text: () => undefined,
  })
  assert.equal(rows, 50_000)
})
