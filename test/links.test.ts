/** The pages lead somewhere: files that they link to are there, and so are the npm scripts that they name. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }

const ROOT = dirname(import.meta.dirname)
const PAGES = ['.', 'docs', 'docs/decisions', 'packages/core', 'packages/relay', 'packages/cli'].flatMap(folder =>
  readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name)),
)
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g
const SCRIPT = /\bnpm (?:run (?<named>[\w:-]+)|(?<short>test)\b)/g

const missing = (find: (text: string, page: string) => readonly string[]): readonly string[] =>
  PAGES.flatMap(page => find(readFileSync(join(ROOT, page), 'utf8'), page).map(what => `${page}: ${what}`))

test('every relative link of a page leads to a file', () => {
  const found = missing((text, page) =>
    [...text.matchAll(LINK)]
      .map(([, target]) => target as string)
      .filter(target => !existsSync(join(ROOT, dirname(page), target))),
  )
  assert.deepEqual(found, [])
})

test('every npm script that a page names exists', () => {
  const found = missing(text =>
    [...text.matchAll(SCRIPT)].map(({ groups }) => groups?.named ?? 'test').filter(name => !(name in manifest.scripts)),
  )
  assert.deepEqual(found, [])
})
