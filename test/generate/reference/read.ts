/**
 * Read: the public declarations of the packages with their docstrings, as values. The compiler emits them; test/api/surface.ts finds
 * which of them an entry makes public.
 *
 * Policy. What a user never holds is not followed: private fields, and constructors of what is opened by a function.
 *
 * Not here: on which page a declaration stands (pages.ts), how it looks (render.ts).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { reach, statements } from '../../api/surface.ts'
import { type Doc, readDoc } from './doc.ts'

export interface Member {
  readonly name: string
  readonly kind: 'property' | 'method' | 'constructor'
  readonly optional: boolean
  /** Of a property its type; of a method each of its forms. */
  readonly forms: readonly string[]
  readonly doc: Doc
}

export interface Declaration {
  readonly name: string
  readonly kind: 'class' | 'interface' | 'type' | 'function' | 'const'
  /** `@postrider/core`, `@postrider/core/http`: the entries that export it; none for a shape that only others name. */
  readonly entries: readonly string[]
  /** The file that it stands in, below `src` and without its ending. */
  readonly module: string
  /** The text without its docstring. */
  readonly text: string
  readonly doc: Doc
  /** What it extends, as it is written. */
  readonly base: string | undefined
  readonly members: readonly Member[]
}

const ROOT = join(import.meta.dirname, '../../..')
const COMMENTS = /^(?:\s*\/\*[\s\S]*?\*\/\s*)+/
const HEAD = /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(interface|type|class|function|const|let) ([\w$]+)/
const MEMBER = /^((?:static |readonly |override |get |abstract )*)(\[[\w.]+\]|'[^']+'|[\w$]+)(\??)([\s\S]*)$/

/** Everything that a package makes public, in the order of its entries. */
export function readPackage(name: string): readonly Declaration[] {
  const folder = join(ROOT, 'packages', name)
  const out = mkdtempSync(join(tmpdir(), 'postrider-reference-'))
  try {
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    execFileSync(tsc, ['-p', join(folder, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', out])
    const found = new Map<string, Declaration>()
    for (const { title, path } of entriesOf(folder, out))
      readEntry({ title, path, out, sources: join(folder, 'src') }, found)
    return [...found.values()]
  } finally {
    rmSync(out, { recursive: true })
  }
}

interface Entry {
  readonly title: string
  readonly path: string
}

function entriesOf(folder: string, out: string): readonly Entry[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  }
  return Object.entries(manifest.exports).flatMap(([way, conditions]) => {
    const source = typeof conditions === 'string' ? undefined : conditions['@postrider/source']
    if (source === undefined) return []
    const path = join(out, relative('src', source).replace(/\.ts$/, '.d.ts'))
    return existsSync(path) ? [{ title: join(manifest.name, way), path }] : []
  })
}

/** Where the compiler wrote to, and what it read. */
interface Emitted extends Entry {
  readonly out: string
  readonly sources: string
}

function readEntry({ title, path, out, sources }: Emitted, found: Map<string, Declaration>): void {
  const { names, reached } = reach(path, text => text.replace(/^ *constructor\([\s\S]*?\);$/gm, ''))
  const exported = new Map([...names].map(([name, origin]) => [`${origin.module} ${origin.name}`, name]))
  for (const [file, texts] of reached)
    for (const [name, text] of texts) {
      const key = `${file} ${name}`
      const known = found.get(key)
      const entries = exported.has(key) ? [title] : []
      if (known !== undefined) found.set(key, { ...known, entries: [...known.entries, ...entries] })
      else {
        const module = relative(out, file).replace(/\.d\.ts$/, '')
        // The compiler leaves the header of a file out where what follows it is.
        const source = join(sources, `${relative(out, file).replace(/\.d\.ts$/, '')}.ts`)
        const header = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(source, 'utf8'))?.[1] ?? ''
        found.set(key, { ...readDeclaration(exported.get(key) ?? name, { text, header }), module, entries })
      }
    }
}

interface Written {
  readonly text: string
  /** The comment that the file begins with. */
  readonly header: string
}

function readDeclaration(name: string, whole: Written): Omit<Declaration, 'entries' | 'module'> {
  const text = whole.text.replace(COMMENTS, '')
  const [, kind = 'const'] = HEAD.exec(text) ?? []
  const base = /^[^{]*? extends ([^{]+?) \{/.exec(text)?.[1]
  const isShape = kind === 'interface' || kind === 'class'
  return {
    name,
    kind: kind === 'let' ? 'const' : (kind as Declaration['kind']),
    text,
    doc: docOf(name, whole),
    base,
    members: isShape ? membersOf(text) : [],
  }
}

/** The comment nearest before a declaration; else what the header of the file says of it: `Name: …`, up to the first empty line. */
function docOf(name: string, { text, header }: Written): Doc {
  const own = commentBefore(text, header)
  if (own !== '') return readDoc(own)
  const [, words = ''] = new RegExp(`^\\s*(?:\\* )?${name}: ([\\s\\S]*?)(?:\\n \\*\\n|$)`).exec(header) ?? []
  return readDoc(words.charAt(0).toUpperCase() + words.slice(1))
}

function commentBefore(text: string, header = ''): string {
  const comments = [...(COMMENTS.exec(text)?.[0] ?? '').matchAll(/\/\*\*?([\s\S]*?)\*\//g)].map(
    ([, inner = '']) => inner,
  )
  return comments.filter(inner => inner !== header).at(-1) ?? ''
}

function membersOf(text: string): readonly Member[] {
  const body = text.slice(text.indexOf('{\n') + 2, text.lastIndexOf('}')).replaceAll(/^ {4}/gm, '')
  const members = new Map<string, Member>()
  for (const statement of statements(body)) {
    const [, modifiers = '', name = '', optional = '', rest = ''] = MEMBER.exec(statement.replace(COMMENTS, '')) ?? []
    if (name === '' || name === 'private' || statement.includes('#private')) continue
    const isCall = /^[(<]/.test(rest) && !modifiers.includes('get ')
    const key = `${modifiers} ${name}`
    const form = (isCall ? rest : rest.replace(/^(?:\(\))?: /, '')).replace(/;$/, '')
    const known = members.get(key)
    members.set(key, {
      name,
      kind: name === 'constructor' ? 'constructor' : isCall ? 'method' : 'property',
      optional: optional === '?',
      forms: [...(known?.forms ?? []), form],
      doc: known?.doc ?? readDoc(commentBefore(statement)),
    })
  }
  return [...members.values()]
}
