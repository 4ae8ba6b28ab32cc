import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { suite, test } from 'node:test'
import type { Texts } from '@postrider/core/language'
import { ENGLISH as OF_COMMAND_LINE } from '../packages/cli/src/language/english.ts'
import { compareTexts } from '../packages/core/src/language/compare-texts.ts'
import { ENGLISH as OF_CORE } from '../packages/core/src/language/english.ts'
import { ENGLISH as OF_INTERFACE } from '../packages/relay/web/language/english.ts'
import { MOST_SENTENCES, sentences } from './support/sentences.ts'
import { readSource, sourcesBelow } from './support/source.ts'

const ROOT = dirname(import.meta.dirname)
/** Tables that are looked up by the id of something else. */
const LOOKED_UP = [
  'checks',
  'demands',
  // By the English of an error: errors.test.ts.
  'errors-http',
  'errors-mail',
  'errors-options',
  'errors-queue',
  'errors-relay',
  // By the English that a fact keeps: retell.test.ts, errors.test.ts.
  'kept',
  'seen',
  'failures',
  'remedies',
  'reply-hints',
  'spam-categories',
  'file-problems',
  'received-checks',
  'state-checks',
]
const catalogues = Object.entries<Texts>({ ...OF_CORE, ...OF_COMMAND_LINE, interface: OF_INTERFACE })

suite('texts for people', () => {
  test('have a key that somebody says', () => {
    const code = sourcesBelow(ROOT, 'packages')
      .filter(({ path }) => !/\/language\/(?!records\.ts|typed\.ts|words\.ts)/.test(path))
      .map(({ text }) => text)
      .join('\n')
    const isSaid = (key: string): boolean =>
      code.includes(`'${key}'`) ||
      [...key.matchAll(/\./g)].some(({ index }) => code.includes(`\`${key.slice(0, index + 1)}\${`))
    const keys = catalogues.flatMap(([subject, texts]) => (LOOKED_UP.includes(subject) ? [] : Object.keys(texts)))
    assert.ok(keys.length > 300)
    assert.deepEqual(
      keys.filter(key => !isSaid(key)),
      [],
    )
  })
  test('of the command line can be translated with the same keys and places', () => {
    for (const [subject, texts] of Object.entries<Texts>({ ...OF_COMMAND_LINE })) {
      assert.deepEqual(compareTexts(texts, { ...texts }), [], subject)
      const [first = ''] = Object.keys(texts)
      assert.deepEqual(
        compareTexts(texts, { ...texts, [first]: '{nobody}' }).at(-1),
        `${first}: nothing is given for {nobody}`,
      )
    }
  })
  test('stand in language, and no more of them elsewhere than there were', () => {
    const sources = sourcesBelow(ROOT, 'packages').filter(({ path }) => !/\.(?:test|fixture)\.ts$/.test(path))
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
