import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SUPPRESSION_COLUMNS, suppressionLine, suppressionReader } from './suppression-text.ts'
import type { SuppressionEntry } from './suppressions.ts'

const entry = (address: string, note: string): SuppressionEntry => ({
  address,
  note,
  origin: 'manual',
  rule: 'manual',
  detail: '',
  since: 0,
  until: Date.UTC(2100, 0, 1),
})

const FORMULAS = ['=HYPERLINK("http://evil.example")', '+1', '-2', '@SUM(A1)', '\t=1', "'=1"]

test('no cell of a list that is given out begins as a formula', () => {
  for (const note of FORMULAS) {
    const cell = suppressionLine(entry('a@b.example', note)).split(',').at(-1) ?? ''
    assert.match(cell, /^"?'/, note)
  }
  assert.match(suppressionLine(entry('=cmd@b.example', '')), /^'=cmd@b\.example,/)
  assert.match(suppressionLine(entry('a@b.example', 'a = b, "c"')), /,"a = b, ""c"""$/)
})

test('what was given out is read as it was', () => {
  for (const text of ['plain', ...FORMULAS.map(each => each.trim()), "'quoted'", 'a, b']) {
    const read = suppressionReader()
    assert.equal(read(SUPPRESSION_COLUMNS.join(',')), undefined)
    const found = read(suppressionLine(entry('=x@b.example', text)))
    assert.ok(found !== undefined && 'address' in found)
    assert.deepEqual([found.address, found.note], ['=x@b.example', text])
  }
})
