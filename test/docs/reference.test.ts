/** The reference answers: each page has its example, each method a sentence, and what people look for has a place. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const FOLDER = join(import.meta.dirname, '../../docs/reference')
const PAGES = new Map(
  readdirSync(FOLDER)
    .filter(name => name !== 'README.md')
    .map(name => [name, readFileSync(join(FOLDER, name), 'utf8')]),
)
/** What is looked for, and the page that has it. */
const WANTED: Readonly<Record<string, string>> = {
  idempotencyKey: 'mailer.md',
  notBefore: 'mailer.md',
  startWithinMs: 'mailer.md',
  reload: 'mailer.md',
  listUnsubscribe: 'message.md',
  calendar: 'message.md',
  returnPath: 'message.md',
  unsuppress: 'queue.md',
  addMany: 'suppressions.md',
  keepHistoryMs: 'options.md',
  'duplicate-key': 'errors.md',
  diagnostics_channel: 'facts.md',
  generateDkimKey: 'records.md',
  resolver: 'seams.md',
  simulateProvider: 'testing.md',
  startFakeMx: 'testing.md',
  reschedule: 'http.md',
  createTransport: 'nodemailer.md',
  connectionString: 'postgres.md',
  loadRelayConfig: 'relay.md',
  EX_TEMPFAIL: 'commands.md',
}

test('what people look for stands on its page', () => {
  const missing = Object.entries(WANTED).filter(([word, page]) => !PAGES.get(page)?.includes(word))
  assert.deepEqual(missing, [])
})

test('each page has an example that a test runs', () => {
  const without = [...PAGES].filter(([, text]) => !/Runs in `examples\/reference\/[\w-]+\.ts`|^```sh$/m.test(text))
  assert.deepEqual(
    without.map(([page]) => page),
    ['shapes.md'],
  )
})

test('each method and each function says what it does', () => {
  const silent = [...PAGES].flatMap(([page, text]) =>
    [...text.matchAll(/^#{2,3} (\S+)\n\n(?:From `[^\n]*\n\n)?```ts\n(?!type |interface |const )/gm)].map(
      ([, name]) => `${page}: ${name}`,
    ),
  )
  assert.deepEqual(silent, [])
})

test('each field says what it holds, and not only its type and default', () => {
  const silent = [...PAGES].flatMap(([page, text]) => {
    let [of, isOfFields] = ['', false]
    return text.split('\n').flatMap(line => {
      if (line.startsWith('## ')) of = line.slice(3)
      if (!line.startsWith('|')) isOfFields = false
      else if (line.startsWith('| Field ')) isOfFields = true
      const cells = line.split(/(?<!\\)\|/).map(cell => cell.trim())
      // The last cell is the meaning; an arrow begins what it links to.
      const says = cells.at(-2)?.replace(/→.*$/, '').trim()
      return isOfFields && says === '' ? [`${page}: ${of}.${cells[1]}`] : []
    })
  })
  assert.deepEqual(silent, [])
})

test('no name stands on two pages', () => {
  const names = [...PAGES].flatMap(([, text]) => text.match(/^## [\w$]+$/gm) ?? [])
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  )
})
