/** Errors in the language of their reader: every text that stands beside the code can be said in every language, word by word. */
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { suite, test } from 'node:test'
import { problemsOf, type SchemaNode } from '../packages/core/src/config/problem.ts'
import { buildSchema } from '../packages/core/src/config/schema.ts'
import { ENGLISH } from '../packages/core/src/language/english.ts'
import { errorInLanguage, isErrorPhrase } from '../packages/core/src/language/errors.ts'
import { speakCore } from '../packages/core/src/language/languages.ts'
import { relaySchema } from '../packages/relay/src/config/schema.ts'
import { errorTexts } from './support/error-texts.ts'
import { readSource, sourcesBelow } from './support/source.ts'

const ROOT = dirname(import.meta.dirname)

/** How many texts of a room are English alone. It only falls. */
const MOST_ENGLISH: Readonly<Record<string, number>> = {
  // What is wrong with a record, a report or a reply of others.
  'packages/core/src/assembly/': 2,
  'packages/core/src/report/': 5,
  'packages/core/src/route/': 14,
  'packages/core/src/smtp/': 8,
  'packages/core/src/tlsrpt/': 9,
  // Of a client in a place without sockets: for its programmer.
  'packages/core/src/client/': 9,
  // Records and commands, to type as they are.
  'packages/core/src/preflight/': 4,
  'packages/core/src/queue/': 1,
  // For the docs.
  'packages/relay/src/config/': 2,
  // In the words of Mailpit and of Resend.
  'packages/relay/src/mailpit/': 4,
  'packages/relay/src/resend/': 25,
  // For its description.
  'packages/relay/src/v1/': 6,
  // Two texts in one: each has its row.
  'packages/relay/src/webhook/': 1,
}

const sources = ['packages/core/src', 'packages/relay/src']
  .flatMap(folder => sourcesBelow(ROOT, folder))
  .filter(({ path }) => !/\.(?:test|fixture)\.ts$|\/(?:language|testing)\//.test(path))
const texts = sources.flatMap(errorTexts)

suite('the texts of errors', () => {
  test('can be said in every language, and no fewer of them than could', () => {
    const left = Map.groupBy(
      texts.filter(({ text }) => !isErrorPhrase(text)),
      ({ path }) => /^packages\/\w+\/src\/(?:[\w-]+\/)?/.exec(path)![0],
    )
    assert.ok(texts.length > 500)
    // A room that can say more lowers its number; one that says something new gives it a row in core/language/errors-*.ts.
    const found = [...left].map(([folder, english]) => [folder, english.length])
    const list = [...left.values()].flat().map(({ path, line, text }) => `${path}:${line} "${text}"`)
    assert.deepEqual(Object.fromEntries(found), { ...MOST_ENGLISH }, list.join('\n'))
  })
  test('of each option can be said, too', () => {
    const root = buildSchema(relaySchema).rule.node
    const wanted = pathsOf(root, []).flatMap(path => problemsOf([{ path }], {}, root).map(problem => problem.wanted))
    assert.ok(wanted.length > 150)
    assert.deepEqual(
      [...new Set(wanted)].filter(text => !/^["\w*.$@/:]+$/.test(text) && !isErrorPhrase(text)),
      [],
    )
  })
  test('that have a row stand somewhere in the code', () => {
    const code = sources.map(({ text }) => text.replaceAll("\\'", "'")).join('\n')
    const rows = (
      ['errors-options', 'errors-mail', 'errors-queue', 'errors-relay', 'errors-http', 'seen'] as const
    ).flatMap(subject => Object.keys(ENGLISH[subject]))
    assert.deepEqual(
      rows.filter(
        row => !row.split(/\{\w+\}| from | of at least |more than one(?= endpoint)/).every(part => code.includes(part)),
      ),
      [],
    )
  })
  test('are found in what makes an error, with their places', () => {
    const source = readSource(
      'packages/x.ts',
      "throw wrong('a.b', found, `at most §{most} of them`)\nconst a = 'no such text'".replace('§', '$'),
    )
    assert.deepEqual(
      errorTexts(source).map(({ text }) => text),
      ['at most ‹p0› of them'],
    )
  })
})

suite('an error that is printed', () => {
  const refusal = [
    '/etc/a b.yaml:3: queue.keepHistoryMs: found "at most 5", wanted a whole number from 1 to 9 or nothing',
    'POSTRIDER_HOSTNAME: hostname: found nothing, and this machine calls itself "a", wanted a full host name, such as mail.example.com',
    'something that nobody translated',
  ].join('\n')

  test('is English as it is thrown, when nobody wants another language', () => {
    assert.equal(errorInLanguage(refusal), refusal)
  })
  test('is said in the language of its reader: values stay, and so does what is unknown', async () => {
    await speakCore('zh-TW')
    assert.deepEqual(errorInLanguage(refusal).split('\n'), [
      '/etc/a b.yaml:3: queue.keepHistoryMs：目前："at most 5"；應為：1 到 9 的整數，或：空白',
      'POSTRIDER_HOSTNAME: hostname：目前：空白，而本機自稱 "a"；應為：完整的主機名稱，例如 mail.example.com',
      'something that nobody translated',
    ])
  })
  test('is not taken for a phrase because of a word in it', () => {
    assert.equal(errorInLanguage('the key or the host'), 'the key or the host')
  })
})

function pathsOf(node: SchemaNode, path: readonly (string | number)[]): (readonly (string | number)[])[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => pathsOf(child, [...path, key]))
  return [path, ...inner, ...(node.items ? pathsOf(node.items, [...path, 0]) : [])]
}
