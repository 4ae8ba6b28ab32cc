/**
 * Pages: which files of the repository are the site, where each stands there, and in which part of its menu.
 *
 * Policy. The site has no text of its own. A page keeps the path that it has below docs; the guides of a language stand below that
 * language, as the English ones stand below nothing.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '..')
export const LANGUAGES = ['en', 'zh-TW', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Page {
  /** From the root of the repository. */
  readonly source: string
  /** From the root of the site. */
  readonly path: string
  readonly language: Language
  readonly title: string
  readonly part: Part
}

/** Parts of the menu, in their order. */
export const PARTS = ['start', 'reference', 'operation', 'decisions'] as const
type Part = (typeof PARTS)[number]

const REFERENCE: ReadonlySet<string> = new Set([
  'configuration',
  'facts',
  'failures',
  'checks',
  'http',
  'providers',
  'rfcs',
])
/** In this order; what is not named follows by its name. */
const GUIDES = [
  'app',
  'forum',
  'container',
  'software',
  'moving',
  'records',
  'port-25',
  'new-address',
  'spam',
  'replies',
  'runtimes',
  'backup',
  'postgres',
]

export function readPages(): readonly Page[] {
  const sources = [
    'README.md',
    'README.zh-TW.md',
    'README.zh-CN.md',
    ...globSync('docs/**/*.md', { cwd: ROOT }).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  ]
  return sources.map(source => {
    const language = LANGUAGES.find(tag => source.includes(tag)) ?? 'en'
    return { source, path: pathOf(source, language), language, title: titleOf(source), part: partOf(source) }
  })
}

function pathOf(source: string, language: Language): string {
  if (source.startsWith('README')) return language === 'en' ? 'index.md' : `${language}/index.md`
  const path = source.replace(/^docs\//, '').replace(/README\.md$/, 'index.md')
  return language === 'en' ? path : path.replace(`${language}/`, `${language}/guides/`)
}

/** Without the marks of code and links, which a menu does not show. */
function titleOf(source: string): string {
  const [, title] = /^# (.+)$/m.exec(readFileSync(join(ROOT, source), 'utf8')) ?? []
  if (title === undefined) throw new Error(`${source} has no title`)
  return title.replaceAll(/`|\[|\]\([^)]*\)/g, '')
}

function partOf(source: string): Part {
  const [, folder = '', name = ''] = /^(?:docs\/)?(?:([\w-]+)\/)?([\w.-]+)\.md$/.exec(source) ?? []
  if (folder === 'decisions') return 'decisions'
  if (folder === 'reference' || REFERENCE.has(name)) return 'reference'
  return folder === '' && !name.startsWith('README') ? 'operation' : 'start'
}

function rank(source: string): number {
  const name = source.replace(/^.*\/|\.md$/g, '')
  const at = GUIDES.indexOf(name)
  if (/docs\/(?:guides|zh-)/.test(source)) return at < 0 ? GUIDES.length : at
  return name === 'README' ? GUIDES.length + 1 : GUIDES.length + 2
}
