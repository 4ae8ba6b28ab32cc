/**
 * Build: the site, from the pages of the repository into `site/dist`: static files for any web server, with a search that needs none,
 * each page also as Markdown, and `llms.txt`.
 *
 *   npm run site
 *
 * Policy. A link to a page leads to that page of the site; one to another file of the repository, to that file where the sources are
 * published. VitePress refuses dead links; anchors are held by a test.
 *
 * Not here: which pages there are (pages.ts), how they look (.vitepress/config.js).
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import manifest from '../packages/core/package.json' with { type: 'json' }
import { LANGUAGES, PARTS, type Page, ROOT, readPages } from './pages.ts'

const WORK = join(import.meta.dirname, '.work')
const PAGES = join(WORK, 'pages')
const DIST = join(import.meta.dirname, 'dist')
const SOURCES = `${manifest.repository.url.replace(/^git\+|\.git$/g, '')}/blob/main`
const LINK = /(\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(\))/g
const IMAGES = 'docs/images'
const SCHEMAS = ['docs/openapi.json', 'docs/postrider.schema.json', 'docs/doctor.schema.json']

function main(): void {
  if (!existsSync(join(import.meta.dirname, 'node_modules/vitepress'))) install()
  rmSync(WORK, { recursive: true, force: true })
  rmSync(DIST, { recursive: true, force: true })
  const pages = readPages()
  for (const page of pages) write(join(PAGES, page.path), textOf(page, pages))
  for (const file of [IMAGES, ...SCHEMAS])
    cpSync(join(ROOT, file), join(PAGES, 'public', relative('docs', file)), { recursive: true })
  write(join(WORK, 'menu.json'), JSON.stringify(menuOf(pages)))
  run(process.execPath, [join(import.meta.dirname, 'node_modules/vitepress/bin/vitepress.js'), 'build', '.'])
  for (const { path } of pages) cpSync(join(PAGES, path), join(DIST, path))
  write(join(DIST, 'llms.txt'), listOf(pages))
  process.stdout.write(`${pages.length} pages in site/dist\n`)
}

function install(): void {
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'])
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit'] })
}

/** A page as the site has it: links lead to where their targets stand now, and notes to whoever edits it are left out. */
function textOf(page: Page, pages: readonly Page[]): string {
  return readFileSync(join(ROOT, page.source), 'utf8')
    .replaceAll(/^<!--[^>]*-->\n/gm, '')
    .replaceAll(LINK, (_, open: string, target: string, anchor: string | undefined, close: string) => {
      const file = join(dirname(page.source), target)
      return `${open}${placeOf(file, page, pages)}${anchor ?? ''}${close}`
    })
}

function placeOf(file: string, from: Page, pages: readonly Page[]): string {
  const page = pages.find(({ source }) => source === file)
  if (page !== undefined) {
    const way = relative(dirname(from.path), page.path)
    return way.startsWith('.') ? way : `./${way}`
  }
  if (file.startsWith(IMAGES) || SCHEMAS.includes(file)) return `/${relative('docs', file)}`
  return `${SOURCES}/${file}`
}

interface Entry {
  readonly text: string
  readonly link: string
}

/** For each language, the entries of each part of the menu. */
function menuOf(pages: readonly Page[]): Readonly<Record<string, Readonly<Record<string, readonly Entry[]>>>> {
  const entriesOf = (language: string, part: string): readonly Entry[] =>
    pages
      .filter(page => page.language === language && page.part === part)
      .map(({ title, path }) => ({ text: title, link: `/${path.replace(/(?:index)?\.md$/, '')}` }))
  return Object.fromEntries(
    LANGUAGES.map(language => [language, Object.fromEntries(PARTS.map(part => [part, entriesOf(language, part)]))]),
  )
}

/** https://llmstxt.org: what there is, a line each, as Markdown. */
function listOf(pages: readonly Page[]): string {
  const parts = LANGUAGES.flatMap(language =>
    PARTS.map(part => ({
      name: `${part}, ${language}`,
      of: pages.filter(p => p.language === language && p.part === part),
    })),
  )
  return `${[
    '# Postrider',
    '',
    `> ${manifest.description}`,
    ...parts
      .filter(({ of }) => of.length > 0)
      .flatMap(({ name, of }) => ['', `## ${name}`, '', ...of.map(({ title, path }) => `- [${title}](/${path})`)]),
  ].join('\n')}\n`
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

main()
