/** The pages lead somewhere: files and headings that they link to are there, and so are the npm scripts that they name. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }

const ROOT = dirname(import.meta.dirname)
const FOLDERS = ['.', 'docs', 'docs/decisions', 'docs/guides', 'docs/reference', 'docs/zh-TW', 'docs/zh-CN']
const PAGES = [...FOLDERS, 'packages/core', 'packages/relay', 'packages/cli'].flatMap(folder =>
  readdirSync(join(ROOT, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name)),
)
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)/g
const anchors = new Map<string, ReadonlySet<string>>()
const ANCHOR = /\]\((?!https?:|mailto:)([^)#\s]*\.md)?#([^)\s]+)\)/g
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

test('every anchor of a link is that of a heading', () => {
  const found = missing((text, page) =>
    [...text.matchAll(ANCHOR)]
      .map(([, file, anchor]) => [file === undefined ? page : join(dirname(page), file), anchor as string] as const)
      .filter(([file, anchor]) => !anchorsOf(file).has(anchor))
      .map(([file, anchor]) => `${file}#${anchor}`),
  )
  assert.deepEqual(found, [])
})

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): ReadonlySet<string> {
  const known = anchors.get(page)
  if (known !== undefined) return known
  const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading)
  const found = new Set(headings.map(slug))
  anchors.set(page, found)
  return found
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

test('every npm script that a page names exists', () => {
  const found = missing(text =>
    [...text.matchAll(SCRIPT)].map(({ groups }) => groups?.named ?? 'test').filter(name => !(name in manifest.scripts)),
  )
  assert.deepEqual(found, [])
})
