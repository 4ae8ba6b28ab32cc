import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { REPLY_RULES } from '../outcome/index.ts'
import { compareTexts } from './compare-texts.ts'
import { ENGLISH, type Translation } from './english.ts'
import { languageOf, TRANSLATIONS } from './languages.ts'
import { REPLY_HINTS } from './reply-hints.ts'
import { speaker, speakLanguage, type Text, type Texts } from './speaker.ts'

const TEXTS = {
  'queue.empty': 'Nothing waits.',
  'mx.found': '{domain} MX: {hosts}',
  'queue.waits': { one: '{count} message waits for {domain}', other: '{count} messages wait for {domain}' },
} as const

suite('a text', () => {
  const say = speaker(TEXTS)

  test('is said by its key, with its values', () => {
    assert.equal(say('queue.empty'), 'Nothing waits.')
    assert.equal(say('mx.found', { domain: 'a.example', hosts: 'mx.a.example' }), 'a.example MX: mx.a.example')
  })
  test('has the plural form that its language has for the number', () => {
    assert.equal(say('queue.waits', { count: 1, domain: 'a.example' }), '1 message waits for a.example')
    assert.equal(say('queue.waits', { count: 0, domain: 'a.example' }), '0 messages wait for a.example')
    const polish = speaker({ mail: { one: '{count} list', few: '{count} listy', other: '{count} listów' } }, 'pl')
    assert.deepEqual(
      [1, 3, 5].map(count => polish('mail', { count })),
      ['1 list', '3 listy', '5 listów'],
    )
  })
  test('joins a list as its language does', () => {
    assert.equal(say('mx.found', { domain: 'a.example', hosts: ['b', 'c', 'd'] }), 'a.example MX: b, c, d')
    assert.equal(speaker(TEXTS, 'zh-CN')('mx.found', { domain: 'a', hosts: ['b', 'c', 'd'] }), 'a MX: b、c、d')
  })
  test('joins a list as the language that was chosen last does', () => {
    const joined = (): string => say('mx.found', { domain: 'a', hosts: ['b', 'c', 'd'] })
    const before = joined()
    speakLanguage('zh-CN', [])
    try {
      assert.equal(joined(), 'a MX: b、c、d')
    } finally {
      speakLanguage('en', [])
    }
    assert.equal(joined(), before)
  })

  test('never reads a value as a text', () => {
    assert.equal(say('mx.found', { domain: '{hosts}', hosts: '$& {domain}' }), '{hosts} MX: $& {domain}')
  })
  test('wants exactly the values that it names', () => {
    // @ts-expect-error: no values
    assert.equal(say('mx.found'), 'undefined MX: undefined')
    // @ts-expect-error: one is missing
    say('mx.found', { domain: 'a.example' })
    // @ts-expect-error: one too many
    say('queue.empty', { domain: 'a.example' })
    // @ts-expect-error: the number of a plural is a number
    say('queue.waits', { count: '1', domain: 'a.example' })
    // @ts-expect-error: no such key
    assert.throws(() => say('queue.full'), TypeError)
  })
})

/** A language that is English backwards, its places unharmed. */
function backwards(texts: Texts): Record<string, Text> {
  const turn = (text: string): string =>
    text
      .split(/(?=\{\w+\})|(?<=\{\w+\})/)
      .toReversed()
      .join(' ')
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, { other: turn(typeof text === 'string' ? text : text.other) }]),
  )
}

suite('a translation', () => {
  const subjects = Object.entries<Texts>({ ...ENGLISH })
  const made = Object.fromEntries(subjects.map(([subject, texts]) => [subject, backwards(texts)])) as Translation

  test('that has every key with its places is complete', () => {
    for (const [subject, texts] of subjects) {
      assert.ok(Object.keys(texts).length > 2, subject)
      assert.deepEqual(compareTexts(texts, made[subject as keyof Translation]), [], subject)
    }
  })
  test('that lacks a key, has one too many, or names other places, is told so', () => {
    const translation = { 'mx.found': '{domain}: {host}', 'queue.waits': { other: '{count} {domain}' }, more: '' }
    assert.deepEqual(compareTexts(TEXTS, translation), [
      'queue.empty: missing',
      'mx.found: {hosts} is not said',
      'mx.found: nothing is given for {host}',
      'more: English has no such text',
    ])
  })
})

suite('a language that is offered', () => {
  for (const [tag, translate] of Object.entries(TRANSLATIONS)) {
    test(`has every text with its places: ${tag}`, async () => {
      const translation = await translate()
      const differences = subjectsOf(ENGLISH).flatMap(([subject, texts]) => compareTexts(texts, translation[subject]))
      assert.deepEqual(differences, [])
    })
  }
  test('is found by a tag and by a locale, and written Chinese by where it is written', () => {
    for (const wanted of ['zh-TW', 'zh_TW.UTF-8', 'zh-Hant', 'zh-Hant-HK', 'zh_HK.UTF-8', 'zh_MO'])
      assert.equal(languageOf(wanted), 'zh-TW', wanted)
    for (const wanted of ['zh', 'zh-CN', 'zh_CN.GB18030', 'zh-Hans-TW', 'zh_SG.UTF-8'])
      assert.equal(languageOf(wanted), 'zh-CN', wanted)
  })
})

function subjectsOf(english: typeof ENGLISH): readonly (readonly [keyof typeof ENGLISH, Texts])[] {
  return Object.entries<Texts>({ ...english }) as [keyof typeof ENGLISH, Texts][]
}

test('every reply hint is of a rule that there is', () => {
  const rules = new Set(REPLY_RULES.map(({ id }) => id))
  assert.deepEqual(
    Object.keys(REPLY_HINTS).filter(id => !rules.has(id)),
    [],
  )
})
