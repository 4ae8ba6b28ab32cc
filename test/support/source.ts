/**
 * Source: what a TypeScript file imports and which names it touches, read from its text.
 *
 * Policy. Comments and the contents of strings, templates and regular expressions are blanked out first, with every
 * character keeping its place, so that a word in a comment is never taken for code.
 *
 * Not here: which import is allowed (rooms.ts, ../architecture.test.ts).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Import {
  readonly specifier: string
  readonly line: number
  /** `import type`, `export type … from`, or every name marked `type`. */
  readonly typeOnly: boolean
  readonly dynamic: boolean
  /** The names taken, as the other module calls them; empty for a namespace, default or dynamic import. */
  readonly names: readonly string[]
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  /** The text with comments and literals blanked. */
  readonly code: string
}

/** All TypeScript files below a folder, as paths relative to `root`, sorted. */
export function sourcesBelow(root: string, folder: string): readonly Source[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter(
      entry =>
        entry.isFile() && /\.tsx?$/.test(entry.name) && !/\/(node_modules|dist|web-dist)(\/|$)/.test(entry.parentPath),
    )
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
    .map(path => readSource(path, readFileSync(join(root, path), 'utf8')))
}

export function readSource(path: string, text: string): Source {
  const code = blank(text)
  return { path, text, code, imports: findImports(text, code) }
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

// In the blanked code a string is quotes around spaces; its content is read from the text at the same place.
const STATIC = /(?<![.\w$])(import|export)\b([\w\s{},*$]*?)\bfrom\s*(['"])/g
const BARE = /(?<![.\w$])import\s*(['"])/g
const DYNAMIC = /(?<![.\w$])import\s*\(\s*(['"])/g

function findImports(text: string, code: string): readonly Import[] {
  const found: Import[] = []
  const add = (match: RegExpMatchArray, fields: Pick<Import, 'typeOnly' | 'dynamic' | 'names'>): void => {
    const start = (match.index ?? 0) + match[0].length
    const specifier = text.slice(start, text.indexOf(text.charAt(start - 1), start))
    found.push({ specifier, line: lineAt(text, match.index ?? 0), ...fields })
  }
  for (const match of code.matchAll(STATIC)) add(match, { dynamic: false, ...clause(match[2] ?? '') })
  for (const match of code.matchAll(BARE)) add(match, { dynamic: false, typeOnly: false, names: [] })
  // `import('x')` is a type when it stands where only a type can: after `:` or `<` without `await`; counting it as code is the safe side.
  for (const match of code.matchAll(DYNAMIC)) add(match, { dynamic: true, typeOnly: false, names: [] })
  return found.sort((a, b) => a.line - b.line)
}

function clause(text: string): Pick<Import, 'typeOnly' | 'names'> {
  const words = text.trim()
  const listed = /\{([^}]*)\}/.exec(words)?.[1]
  const items = (listed ?? '').split(',').map(item => item.trim())
  const filled = items.filter(item => item !== '')
  const names = filled.map(item => item.replace(/^type\s+/, '').split(/\s+as\s+/)[0] ?? '')
  const alone = words.replace(/\{[^}]*\}/, '').replace(/[,\s]/g, '') === ''
  const allTypes = alone && filled.length > 0 && filled.every(item => /^type\s/.test(item))
  return { typeOnly: /^type[\s{]/.test(words) || allTypes, names: alone || /^type\s*\{/.test(words) ? names : [] }
}

/** A `/` after one of these begins a regular expression; after a value it divides. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|=>|\b(?:return|typeof|case|in|of|do|else|void|delete|throw|await|yield))\s*$/

/** The text with comments and literal contents replaced by spaces; line ends stay. */
function blank(text: string): string {
  const out = text.split('')
  const erase = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' '
  }
  /** Depths of `{` at which a template's `${` was opened. */
  const templates: number[] = []
  let depth = 0
  let at = 0
  const template = (from: number): number => {
    for (let i = from; i < text.length; i++) {
      if (text[i] === '\\') i++
      else if (text[i] === '`') return finish(from, i, i + 1)
      else if (text[i] === '$' && text[i + 1] === '{') {
        templates.push(depth++)
        return finish(from, i, i + 2)
      }
    }
    return finish(from, text.length, text.length)
  }
  const finish = (from: number, to: number, next: number): number => {
    erase(from, to)
    return next
  }
  while (at < text.length) {
    const char = text[at] as string
    const next = text[at + 1]
    if (char === '/' && next === '/') at = finish(at, endOf(text, '\n', at), endOf(text, '\n', at))
    else if (char === '/' && next === '*') at = finish(at, endOf(text, '*/', at + 2) + 2, endOf(text, '*/', at + 2) + 2)
    else if (char === "'" || char === '"') at = quoted(text, at, erase)
    else if (char === '`') at = template(at + 1)
    else if (char === '/' && BEFORE_REGEX.test(out.slice(Math.max(0, at - 24), at).join('')))
      at = regex(text, at, erase)
    else if (char === '}' && templates.at(-1) === depth - 1) {
      depth = templates.pop() ?? 0
      at = template(at + 1)
    } else {
      if (char === '{') depth++
      if (char === '}') depth--
      at++
    }
  }
  return out.join('')
}

type Erase = (from: number, to: number) => void

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? text.length : found
}

function quoted(text: string, at: number, erase: Erase): number {
  let end = at + 1
  while (end < text.length && text[end] !== text[at] && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  erase(at + 1, end)
  return end + 1
}

function regex(text: string, at: number, erase: Erase): number {
  let inClass = false
  let end = at + 1
  for (; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++
    else if (text[end] === '[') inClass = true
    else if (text[end] === ']') inClass = false
    else if (text[end] === '/' && !inClass) break
  }
  erase(at + 1, end)
  return end + 1
}
