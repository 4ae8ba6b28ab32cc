import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { CATALOGUES, ENGLISH } from './english.ts'
import { FAILURE_CODES } from './failures.ts'
import { say as sayOfDomain } from './findings-domain.ts'
import { say as sayOfHost } from './findings-host.ts'
import { TRANSLATIONS } from './languages.ts'
import { say as sayPace } from './pace.ts'
import { REPLY_HINTS } from './reply-hints.ts'
import { retell } from './retell.ts'
import { inLanguage, PLACE, type Say, speaker, type Text, type Texts } from './speaker.ts'
import { say as saySuppressed } from './suppressions.ts'
import { tellIn } from './tell-in.ts'

const LANGUAGES = Object.keys(TRANSLATIONS) as (keyof typeof TRANSLATIONS)[]

/** The same English as another text has, and another word for it; and what has no words of its own. */
const OTHERWISE: ReadonlySet<string> = new Set(['mx.resolves.wanted.any', 'egress.bindable.found'])

/** A word that no catalogue knows, for each place. */
function valuesFor(text: Text): Record<string, string | number> {
  const forms = typeof text === 'string' ? [text] : Object.values(text)
  const names = forms.flatMap(form => [...form.matchAll(PLACE)].map(([, name]) => name!))
  return Object.fromEntries(names.map(name => [name, name === 'count' ? 3 : `x-${name}.example`]))
}

/** Of a list of phrases the English is the key. */
function sayingOf(subject: keyof typeof ENGLISH): (key: string, values: object) => string {
  const table = CATALOGUES[subject]
  if (!Array.isArray(table)) return speaker(table as Texts) as Say<Texts> as (key: string, values: object) => string
  return (key, values) =>
    inLanguage(table, key, key).replace(PLACE, (_, name: string) => (values as Record<string, string>)[name]!)
}

suite('what was said in English', () => {
  test('is the same when it is told in English', async () => {
    assert.equal(await tellIn('en', () => retell('no answer')), 'no answer')
    assert.equal(retell('no answer'), 'no answer')
  })

  for (const subject of ['findings-domain', 'findings-host', 'kept', 'seen'] as const)
    for (const language of LANGUAGES)
      test(`is told in another language as it is said there: ${subject}, ${language}`, async () => {
        const say = sayingOf(subject)
        const texts = Object.entries(ENGLISH[subject] as Texts)
        const wrong: string[] = []
        for (const [key, text] of texts) {
          const values = valuesFor(text)
          const english = say(key, values)
          const [told, wanted] = await tellIn(language, () => [retell(english), say(key, values)] as const)
          if (told !== wanted && !OTHERWISE.has(key)) wrong.push(`${key}: ${told}, and not ${wanted}`)
        }
        assert.deepEqual(wrong, [])
      })

  test('is told with the phrases in it, and what others said as they said it', async () => {
    const zone = 'x.example'
    const inner = [
      `${zone} TXT: ${sayOfDomain('dns.no-answer-because', { why: 'servfail: no route to host' })}`,
      sayOfHost('host.resolves.found.unsure', {
        found: `${zone} A, AAAA: ${sayOfHost('host.resolves.found.no-address')}`,
        addresses: ['192.0.2.1'],
      }),
      `${FAILURE_CODES.greylisted.replace(/\.$/, '')}; they said: 451 no answer`,
      `invalid-x: ${sayOfDomain('spf.one-record.wanted')}`,
    ]
    assert.deepEqual(await tellIn('zh-TW', () => inner.map(retell)), [
      'x.example TXT：沒有回應（servfail: no route to host）',
      'x.example A, AAAA：沒有位址；192.0.2.1 沒有回應',
      '郵件主機請我們過一陣子再試，對所有陌生來源都是如此（灰名單）；對方說：451 no answer',
      'invalid-x：正好一筆以 v=spf1 開頭的記錄',
    ])
  })

  test('is told by facts too: why a message failed, why it waits and why an address is not mailed', async () => {
    const kept = [
      ...Object.values(FAILURE_CODES),
      ...Object.values(REPLY_HINTS),
      saySuppressed('unsubscribed'),
      saySuppressed('complained', { feedback: 'abuse' }),
      saySuppressed('listed-because', { note: 'asked by telephone' }),
      sayPace('warm-up.source', { site: 'mx.example', cap: 50, name: '192.0.2.1', used: 50 }),
      sayPace('warm-up.sender', { site: 'mx.example', cap: 50, name: 'a.example', used: 50 }),
    ]
    for (const language of LANGUAGES) {
      const told = await tellIn(language, () => kept.map(retell))
      assert.deepEqual(
        told.filter(text => !/\p{Script=Han}/u.test(text)),
        [],
      )
    }
  })

  test('that nobody knows stays', async () => {
    const others = ['the mailbox of anna is full of letters', '550 5.1.1 no such user here', 'a: b; c: d', '']
    assert.deepEqual(await tellIn('zh-TW', () => others.map(retell)), others)
  })
})

suite('two readers at once', () => {
  test('are told each in their own language, over what is waited for', async () => {
    const tell = async (): Promise<readonly string[]> => {
      const first = sayOfDomain('dns.no-answer')
      await new Promise(resolve => setImmediate(resolve))
      return [first, sayOfDomain('dns.no-answer')]
    }
    const told = await Promise.all([tellIn('zh-TW', tell), tell(), tellIn('zh-CN', tell), tellIn('en', tell)])
    assert.deepEqual(told, [
      ['沒有回應', '沒有回應'],
      ['no answer', 'no answer'],
      ['没有应答', '没有应答'],
      ['no answer', 'no answer'],
    ])
  })
})
