import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CATALOGUES, ENGLISH } from './english.ts'
import { ERROR_TABLES } from './errors.ts'
import { type BookTable, phraseBook } from './phrase-book.ts'
import { fitPhrase, patternOf } from './phrase-pattern.ts'
import { retell } from './retell.ts'
import { PLACE } from './speaker.ts'
import { tellIn } from './tell-in.ts'

const TABLES: readonly BookTable[] = [
  ...ERROR_TABLES,
  ...(['findings-domain', 'findings-host', 'failures', 'reply-hints', 'kept', 'seen'] as const).map(subject => ({
    table: CATALOGUES[subject],
    texts: ENGLISH[subject],
  })),
]
const PHRASES = TABLES.flatMap(({ texts }) => Object.values(texts)).flatMap(text =>
  (typeof text === 'string' ? [text] : Object.values(text)).flatMap(form => form.split('\n')),
)
const WITH_PLACES = PHRASES.filter(phrase => phrase.search(PLACE) >= 0).length

/** How often a text was held against a phrase until it was said in Chinese. */
async function triesOf(text: string): Promise<number> {
  let tries = 0
  const book = phraseBook(
    () => TABLES,
    (pattern, part) => {
      tries += 1
      return fitPhrase(pattern, part)
    },
  )
  await tellIn('zh-TW', () => book.say(text))
  return tries
}

suite('what strangers wrote', () => {
  test('is held against the phrases as often as it is long, and not at all as a row of many', async () => {
    for (const joints of [5, 10, 20]) {
      const tries = await triesOf('a, '.repeat(joints))
      // Once behind each joint, at each of the five depths.
      assert.ok(tries > 0 && tries <= 5 * (joints + 1) * WITH_PLACES, `${joints}: ${tries}`)
    }
    for (const many of [100, 10_000]) assert.ok((await triesOf('a, '.repeat(many))) <= WITH_PLACES, `${many}`)
  })
  test('is held against them two hundred times at most, whatever stands in it', async () => {
    const words = PHRASES.flatMap(phrase => phrase.split(/\{\w+\}/)).filter(each => each.length > 1)
    const texts = [
      ...['a or b: ', '[a] b: ', 'a: b or ', ' or a: ', '{a} or {b}: '].flatMap(each =>
        [20, 60].map(n => each.repeat(n)),
      ),
      // Words of every phrase, in an order that is none of theirs, as a line that is read and as one that is too long.
      ...[7, 11, 13]
        .map(step => words.filter((_, at) => at % step === 0).join(': '))
        .flatMap(text => [text.slice(0, 499), text.slice(0, 1999), text]),
      'a: b\n'.repeat(5000),
    ]
    for (const text of texts) assert.ok((await triesOf(text)) <= 200 * WITH_PLACES, text.slice(0, 80))
  })
  test('is left as it is, and what stands before a long list is told', async () => {
    const names = Array.from({ length: 40 }, (_, at) => `mx${at}.example`).join(', ')
    const tell = (text: string) => tellIn('zh-TW', () => retell(text))
    assert.equal(await tell(names), names)
    assert.equal(await tell(`no answer (${names})`), `沒有回應（${names}）`)
    const long = 'x'.repeat(2100)
    assert.equal(await tell(`no answer (${long})`), `no answer (${long})`)
    assert.equal(await tell('a: b: c: d: e: f: g'), 'a: b: c: d: e: f: g')
    assert.equal(await tell('550 no; x: y or there is none: one'), '550 no; x: y or there is none: one')
  })
})

suite('a text that is held against a phrase', () => {
  const held = (phrase: string, text: string, least = 1) => fitPhrase(patternOf(phrase, least), text)
  test('has in each place what stands before the next words', () => {
    assert.deepEqual(held('{a} in {b} of {c}', 'x in y in z of v of w'), ['x', 'y in z', 'v of w'])
    assert.deepEqual(held('from {a}', 'from from '), ['from '])
    assert.deepEqual(held('{a}{b}', 'xyz'), ['x', 'yz'])
    assert.equal(held('{a} in {b}', 'x in '), undefined)
    assert.equal(held('in {a} in', 'in in'), undefined)
    assert.equal(held('{a}{b}', 'x'), undefined)
    assert.deepEqual(held('{a}then', 'then', 0), [''])
  })
  test('has the last "or" between two of which the first may have others', () => {
    assert.deepEqual(held('{one} or {other}', 'x or y or z'), ['x or y', 'z'])
    assert.deepEqual(held('{one} or {other}', 'x or  or '), ['x', ' or '])
    assert.equal(held('{one} or {other}', ' or z'), undefined)
  })
  test('has one word where a figure belongs', () => {
    assert.deepEqual(held('{host}:{port} greets', 'mx:25 greets'), ['mx', '25'])
    assert.equal(held('{host}:{port} greets', 'mx:2 5 greets'), undefined)
  })
  test('has its full stop, or goes on without', () => {
    for (const text of ['It is x.', 'It is x']) assert.deepEqual(held('It is {a}.', text), ['x'])
    assert.deepEqual(held('It is.', 'It is'), [])
    assert.equal(held('It is', 'It is.'), undefined)
  })
})
