/** The site as it was built (`npm run site`): every link and anchor leads somewhere, and its own search finds what people ask for. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { QUESTIONS, OF_OTHERS as QUESTIONS_OF_OTHERS } from './questions.ts'

const SITE = join(import.meta.dirname, '../../site')
const DIST = join(SITE, 'dist')
const HTML = globSync('**/*.html', { cwd: DIST })
/** Among how many pages an answer has to be. */
const FIRST = 5

interface Found {
  readonly id: string
}
interface Index {
  search(text: string): readonly Found[]
}
type MiniSearch = { loadJSON(json: string, options: object): Index }

const pages = new Map(HTML.map(name => [`/${name}`, readFileSync(join(DIST, name), 'utf8')]))
const idsOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id))
const ids = new Map([...pages].map(([path, html]) => [path, idsOf(html)]))

suite('the site', () => {
  test('is there, with each page also as Markdown, and a list of them', () => {
    assert.ok(pages.size > 60, `${pages.size} pages: npm run site`)
    const list = readFileSync(join(DIST, 'llms.txt'), 'utf8')
    const listed = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path)
    assert.deepEqual(
      listed.filter(path => !existsSync(join(DIST, path)) || !pages.has(path.replace(/md$/, 'html'))),
      [],
    )
    assert.equal(listed.length, pages.size - 1)
  })

  test('leads nowhere that is not there: links, anchors, images', () => {
    const dead = [...pages].flatMap(([from, html]) =>
      [...html.matchAll(/\s(?:href|src)="([^"]+)"/g)]
        .map(([, target = '']) => target.replaceAll('&amp;', '&'))
        .filter(target => !/^(?:https?:|mailto:|data:)/.test(target) && !leadsSomewhere(target, from))
        .map(target => `${from}: ${target}`),
    )
    assert.deepEqual([...new Set(dead)], [])
  })

  test('loads nothing of anybody else', () => {
    const loaded = [...pages.values()].flatMap(html =>
      [...html.matchAll(/<(?:script|img|link|iframe)\b[^>]*\s(?:src|href)="(https?:[^"]+)"/g)].map(([, url]) => url),
    )
    assert.deepEqual([...new Set(loaded)], [])
  })
})

suite('the search of the site', async () => {
  const { tokenize } = (await import(pathToFileURL(join(SITE, 'search.js')).href)) as {
    readonly tokenize: (text: string) => readonly string[]
  }
  for (const [language, questions] of Object.entries(QUESTIONS))
    for (const { asked, page } of questions)
      test(`finds in ${language}: ${asked}`, async () => {
        const index = await indexOf(language, tokenize)
        const found = [...new Set(index.search(asked).map(({ id }) => id.replace(/#.*$/, '')))].slice(0, FIRST)
        assert.ok(found.includes(page), `${page} is not among ${found.join(' ')}`)
      })

  test('is asked the same of each language by those who come from another library', () => {
    const counts = Object.values(QUESTIONS_OF_OTHERS).map(({ length }) => length)
    assert.deepEqual(counts, [10, 10, 10])
  })

  test('takes Chinese apart in pairs, and leaves words whole', () => {
    assert.deepEqual(tokenize('寄到 Gmail 收不到'), ['寄到', 'Gmail', '收不', '不到'])
    assert.deepEqual(tokenize('DKIM-Signature 埠'), ['DKIM', 'Signature', '埠'])
  })
})

/** The index as a browser loads it, with the options of VitePress. */
async function indexOf(language: string, tokenize: (text: string) => readonly string[]): Promise<Index> {
  const [name = ''] = globSync(`assets/chunks/@localSearchIndex${language === 'en' ? 'root' : language}.*.js`, {
    cwd: DIST,
  })
  const { default: json } = (await import(pathToFileURL(join(DIST, name)).href)) as { readonly default: string }
  const MiniSearch = createRequire(join(SITE, 'package.json'))('minisearch') as MiniSearch
  return MiniSearch.loadJSON(json, {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
    tokenize,
  })
}

function leadsSomewhere(target: string, from: string): boolean {
  const [file = '', anchor] = decodeURIComponent(target).split('#')
  const path = file === '' ? from : file.startsWith('/') ? file : join(dirname(from), file)
  const whole = path.endsWith('/') ? `${path}index.html` : path
  if (anchor === undefined || anchor === '') return existsSync(join(DIST, whole))
  return ids.get(whole)?.has(anchor) ?? false
}
