/**
 * Surface: from an emitted entry to the declarations that its names lead to.
 *
 * Policy. Declaration files are read as text: top-level statements, the names they declare and the words they use. A word
 * that names an import or a declaration of the same file is followed; everything reached is printed once, sorted. Comments
 * lead nowhere, and stay with the declaration that they stand before.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

interface Module {
  readonly path: string
  /** Declared name to its text. */
  readonly declared: ReadonlyMap<string, string>
  /** Local name to where it comes from; `*` for `export *`. */
  readonly imported: ReadonlyMap<string, Origin>
  /** Exported name to local name. */
  readonly exported: ReadonlyMap<string, string>
  readonly stars: readonly string[]
}

interface Origin {
  readonly module: string
  readonly name: string
}

const DECLARATION =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|type|class|function\*?|const|let|var|namespace)\s+([\w$]+)/

/** What an entry makes public, found but not yet printed. */
interface Surface {
  /** Exported name to where it is declared. */
  readonly names: ReadonlyMap<string, Origin>
  /** Module to the declarations in it that can be reached, by name. */
  readonly reached: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const LEADING_COMMENTS = /^(?:\s*\/\*[\s\S]*?\*\/\s*)+/

function withoutComments(text: string): string {
  return text.replace(/^ *\/\*[\s\S]*?\*\/$/gm, '')
}

/** The text of everything that an entry makes public. */
export function surfaceOf(entry: string, root: string): string {
  const { names, reached } = reach(entry)
  const list = [...names].map(([name, origin]) => exportLine(name, origin, root)).sort()
  const bodies = [...reached]
    .map(([path, texts]) => `// ${relative(root, path).replace(/\.d\.ts$/, '')}\n${sorted(texts).join('\n')}\n`)
    .sort()
  return `${list.join('\n')}\n\n${bodies.join('\n')}`
}

/** @param follows what of a declaration leads on to others; all of it, when left out */
export function reach(entry: string, follows: (text: string) => string = text => text): Surface {
  const modules = new Map<string, Module>()
  const load = (path: string): Module => {
    const known = modules.get(path) ?? readModule(path)
    modules.set(path, known)
    return known
  }
  const names = publicNames(load(entry), load)
  const reached = new Map<string, Map<string, string>>()
  const follow = (origin: Origin): void => {
    const found = resolve(origin, load)
    const text = found && load(found.module).declared.get(found.name)
    if (found === undefined || text === undefined) return
    const texts = reached.get(found.module) ?? new Map<string, string>()
    reached.set(found.module, texts)
    if (texts.has(found.name)) return
    texts.set(found.name, text)
    for (const [word] of follows(withoutComments(text)).matchAll(/[\w$]+/g))
      follow({ module: found.module, name: word })
  }
  for (const origin of names.values()) follow(origin)
  return { names, reached }
}

function exportLine(name: string, origin: Origin, root: string): string {
  const from = origin.module.startsWith('/') ? relative(root, origin.module).replace(/\.d\.ts$/, '') : origin.module
  return `export { ${origin.name === name ? name : `${origin.name} as ${name}`} } from '${from}'`
}

function sorted(texts: ReadonlyMap<string, string>): readonly string[] {
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
}

type Load = (path: string) => Module

/** Follows re-exports to the module that declares a name; undefined for what is not ours. */
function resolve({ module, name }: Origin, load: Load): Origin | undefined {
  if (!module.startsWith('/')) return undefined
  const { declared, imported, exported, stars } = load(module)
  if (declared.has(name)) return { module, name }
  const local = exported.get(name) ?? name
  if (local !== name && declared.has(local)) return { module, name: local }
  const origin = imported.get(local)
  if (origin) return resolve(origin, load)
  for (const star of stars) {
    const found = publicNames(load(star), load).get(name)
    if (found) return found
  }
  return undefined
}

function publicNames(module: Module, load: Load): Map<string, Origin> {
  const names = new Map<string, Origin>()
  for (const star of module.stars) for (const [name, origin] of publicNames(load(star), load)) names.set(name, origin)
  for (const [name, local] of module.exported) {
    const origin = module.imported.get(local) ?? { module: module.path, name: local }
    names.set(name, resolve(origin, load) ?? origin)
  }
  return names
}

function readModule(path: string): Module {
  const declared = new Map<string, string>()
  const imported = new Map<string, Origin>()
  const exported = new Map<string, string>()
  const stars: string[] = []
  const from = (specifier: string): string =>
    specifier.startsWith('.') ? join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts')) : specifier
  for (const text of statements(readFileSync(path, 'utf8'))) {
    const statement = text.replace(LEADING_COMMENTS, '')
    const list = /^(import|export)\s+(?:type\s+)?\{([^}]*)\}(?:\s+from\s+['"]([^'"]+)['"])?/.exec(statement)
    const star = /^export\s+\*\s+from\s+['"]([^'"]+)['"]/.exec(statement)
    const name = DECLARATION.exec(statement)?.[1]
    if (star?.[1]) stars.push(from(star[1]))
    else if (list) readList(list, from)
    else if (name) {
      // Overloads of a function stand together.
      declared.set(name, declared.has(name) ? `${declared.get(name)}\n${text}` : text)
      if (statement.startsWith('export')) exported.set(name, name)
    }
  }
  return { path, declared, imported, exported, stars }

  function readList([, verb, items, specifier]: RegExpExecArray, from: (specifier: string) => string): void {
    for (const item of (items ?? '').split(',').filter(item => item.trim() !== '')) {
      const [name = '', alias = name] = item
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
      if (specifier) imported.set(verb === 'import' ? alias : `${specifier} ${name}`, { module: from(specifier), name })
      if (verb === 'export') exported.set(alias, specifier ? `${specifier} ${name}` : name)
    }
  }
}

/** The top-level statements of a declaration file, each with its lines as they stand. */
export function statements(text: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let current: string[] = []
  let inComment = false
  for (const line of text.split('\n')) {
    if (current.length === 0 && line.trim() === '') continue
    current.push(line.trimEnd())
    if (inComment || /^\s*\/\*/.test(line)) {
      inComment = !line.includes('*/')
      continue
    }
    for (const char of line.replace(/=>/g, '').replace(/'[^']*'|"[^"]*"/g, ''))
      if ('{[(<'.includes(char)) depth++
      else if ('}])>'.includes(char)) depth--
    if (depth > 0 || !/[;}]$/.test(line.trimEnd())) continue
    found.push(current.join('\n'))
    current = []
  }
  return found
}
