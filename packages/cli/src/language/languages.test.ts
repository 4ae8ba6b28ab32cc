import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { compareTexts, inLanguage, languageOf, speakLanguage, type Texts } from '@postrider/core/language'
import { COMMANDS, type Command } from '../command/index.ts'
import { table } from '../terminal/index.ts'
import { ENGLISH } from './english.ts'
import { HELP, helpKey, helpText } from './help.ts'
import { languageFor, TRANSLATIONS } from './languages.ts'
import { padTo, widthOf, wrapTo } from './width.ts'
import { columns, stateWord, WORDS, word } from './words.ts'

suite('the language of the command line', () => {
  test('is that of the first variable that is set, in the order of POSIX', () => {
    assert.equal(languageFor(undefined, {}), 'en')
    assert.equal(languageFor(undefined, { LANG: 'de_DE.UTF-8' }), 'en')
    assert.equal(languageFor(undefined, { LC_ALL: '', LC_MESSAGES: 'C', LANG: 'xx' }), 'en')
  })
  test('is refused where a flag names one that is not spoken', () => {
    assert.equal(languageFor('tlh', { LANG: 'C' }), undefined)
    assert.equal(languageFor('en-GB', { LANG: 'C' }), 'en')
  })
  test('is read off a locale and off a tag', () => {
    for (const wanted of ['en', 'en_US.UTF-8', 'en-GB', 'C', 'C.UTF-8', 'POSIX'])
      assert.equal(languageOf(wanted), 'en', wanted)
    for (const wanted of ['', 'x', '__proto__', 'constructor']) assert.equal(languageOf(wanted), undefined, wanted)
  })
})

suite('a language that is offered', () => {
  for (const [tag, translate] of Object.entries(TRANSLATIONS)) {
    test(`has every text of the command line: ${tag}`, async () => {
      const { help, ...translation } = await translate()
      const subjects = Object.entries<Texts>({ ...ENGLISH })
      assert.deepEqual(
        subjects.flatMap(([subject, texts]) => compareTexts(texts, translation[subject as keyof typeof translation])),
        [],
      )
      const needed = COMMANDS.flatMap(command => helpKeys(command))
      assert.deepEqual(
        needed.filter(([key, form]) => help[key] === undefined && (form === undefined || help[form] === undefined)),
        [],
      )
      const known = new Set(needed.flat())
      assert.deepEqual(
        Object.keys(help).filter(key => !known.has(key)),
        [],
      )
    })
  }
})

function helpKeys(command: Command, above: readonly string[] = []): readonly (readonly [string, string?])[] {
  const path = [...above, command.name]
  return [
    [helpKey(path)],
    ...[...(command.args ?? []), ...(command.flags ?? [])].map(({ form }) => [helpKey(path, form), form] as const),
    ...(command.subcommands ?? []).flatMap(each => helpKeys(each, path)),
  ]
}

suite('a translation', () => {
  // What follows in this process is said in English again.
  afterEach(() =>
    speakLanguage('en', [
      [WORDS, WORDS],
      [HELP, {}],
    ]),
  )

  test('is said where its English was, and English where it has none', () => {
    assert.equal(word('in', { time: '3 s' }), 'in 3 s')
    speakLanguage('zh-TW', [
      [WORDS, { ...WORDS, in: '{time}後', 'column.id': '編號', 'count.hold': '保留：{count} 封', list: '{items}' }],
    ])
    assert.equal(word('in', { time: '3 s' }), '3 s後')
    assert.equal(word('count.hold', { count: 1 }), '保留：1 封')
    assert.equal(word('list', { items: ['a', 'b'] }), 'a、b')
    assert.deepEqual(columns('id', 'from'), ['編號', 'from'])
    assert.equal(stateWord('unheard-of'), 'unheard-of')
    assert.equal(inLanguage(HELP, 'queue', 'the queue'), 'the queue')
  })
  test('of help has the path of the command as its key, and the form after it', () => {
    speakLanguage('zh-TW', [[HELP, { 'queue list': '列出', 'queue list --limit <n>': '上限' }]])
    assert.equal(helpText(['queue', 'list'], 'list'), '列出')
    assert.equal(helpText(['queue', 'list'], 'at most', '--limit <n>'), '上限')
    assert.equal(helpText(['queue'], 'the queue'), 'the queue')
  })
})

test('a table is as wide as its characters are in a terminal', () => {
  assert.equal(widthOf('佇列a'), 5)
  assert.equal(padTo('佇列', 6), '佇列  ')
  assert.equal(
    table(
      ['名稱', 'n'],
      [
        ['abcd', '1'],
        ['郵件', '2'],
      ],
    ),
    '名稱  n\nabcd  1\n郵件  2',
  )
})

test('a text is wrapped at spaces and between wide characters, never before a mark that closes', () => {
  assert.equal(wrapTo('one two three', 7), 'one two\nthree')
  assert.equal(wrapTo('郵件佇列，已滿', 8), '郵件佇\n列，已滿')
  assert.equal(wrapTo('zone（預設）、table、json', 13), 'zone（預\n設）、table、\njson')
  assert.equal(wrapTo('a\nb', 10), 'a\nb')
  assert.equal(wrapTo('unbreakable', 4), 'unbreakable')
  for (const columns of [4, 9, 20, 40])
    for (const line of wrapTo('列出、顯示 queue 與 --limit <n>，最多幾筆（預設 100）。', columns).split('\n'))
      assert.ok(widthOf(line) <= Math.max(columns, 7), line)
})
