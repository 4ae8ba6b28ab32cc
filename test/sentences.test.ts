import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { suite, test } from 'node:test'
import { MOST_SENTENCES, sentences } from './support/sentences.ts'
import { readSource, sourcesBelow } from './support/source.ts'

suite('texts for people', () => {
  test('stand in language, and no more of them elsewhere than there were', () => {
    const sources = sourcesBelow(dirname(import.meta.dirname), 'packages').filter(
      ({ path }) => !/\.(?:test|fixture)\.ts$/.test(path),
    )
    const found = sentences(sources, MOST_SENTENCES)
    assert.equal(found.length, 0, `\n${found.join('\n')}\n`)
  })
  test('that were moved lower the number', () => {
    const source = readSource('packages/x.ts', "const a = 'There is none.'")
    assert.deepEqual(sentences([source], { 'packages/': 1 }), [])
    assert.match(sentences([source], { 'packages/': 2 })[0] ?? '', /lower the number to 1/)
  })
  test('are found in a string, in a template and beside a value, and nowhere else', () => {
    // A § stands for the dollar of a template.
    const of = (text: string): number =>
      sentences([readSource('packages/x.ts', text.replaceAll('§', '$'))], { '': 0 }).length
    assert.equal(of("const a = 'There is none.'"), 1)
    assert.equal(of('const a = `§{b}: not listed by §{c}`'), 1)
    assert.equal(of('const a = `§{b} is §{c} or d`'), 0)
    assert.equal(of("// 'There is none.'\nconst a = /there is none/\nconst b = { source: 'What they say' }"), 0)
    assert.equal(of("const a = say('mx.exists.found', { domain, why: 'v=spf1 a -all', like: 'there is|was none' })"), 0)
  })
})
