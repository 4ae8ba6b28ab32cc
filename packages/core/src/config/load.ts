/**
 * Load: postrider.yaml, then the POSTRIDER_* variables, to settled options. The only yaml import.
 *
 * Policy. The file is the one that POSTRIDER_CONFIG names, which must exist, or ./postrider.yaml, which need not. Paths in
 * the file are relative to the file; paths in variables are relative to the working directory. A key given twice, an
 * unknown key or a wrong value is refused at start, one line for each: file and line (or variable), key, found, wanted.
 * One file can serve a relay and a program that only sends: without the relay's schema its section is left alone.
 *
 * Not here: the rule of variable names (environment.ts), what may be set (schema.ts), settling (resolve.ts).
 */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { MailerError } from '../model/error.ts'
import { type Kind, printWrong, requireKeys, requireKind } from '../model/wrong-value.ts'
import { type FromEnvironment, readEnvironment, variableOf } from './environment.ts'
import { type Path, type Problem, printProblem, type SchemaNode } from './problem.ts'
import { hasPassword } from './queue-url.ts'
import { tryResolve } from './resolve.ts'
import type { Resolved } from './resolved.ts'
import { buildSchema, type SchemaExtension } from './schema.ts'

/** Which environment and which folder are read. */
export interface LoadRequest {
  /** Where `POSTRIDER_…` is read from: usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that `postrider.yaml` is looked for in, and that relative paths start from: usually `process.cwd()`. */
  readonly cwd: string
  /** The sections of others, such as the relay's. */
  readonly extension?: SchemaExtension
  /** What this machine calls itself. @default that of the system */
  readonly machineName?: string
}

const REQUEST = {
  env: 'object',
  cwd: 'string',
  extension: 'function',
  machineName: 'string',
} as const satisfies Record<keyof LoadRequest, Kind>

/** Settled options, and where they came from. */
export interface LoadedConfig extends Resolved {
  /** The file that was read, if any. */
  readonly file?: string
  /** The keys in that file that hold a secret, such as `relay.accounts.0.password`. */
  readonly secretKeys?: readonly string[]
}

/** Sections that belong to other packages of this family. */
const FOREIGN_SECTIONS = ['relay'] as const

interface ConfigFile {
  readonly path: string
  readonly data: Record<string, unknown>
  /** The line of the deepest part of a path that the file has, and how deep it is. */
  readonly find: (path: Path) => { readonly line: number; readonly depth: number }
}

/**
 * Reads `postrider.yaml`, or the file that POSTRIDER_CONFIG names, and the POSTRIDER_* variables.
 * @throws MailerError `invalid-config`, one line for each mistake.
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  requireKeys(request, { code: 'invalid-option', where: 'request', kinds: REQUEST })
  const { env, cwd, extension, machineName } = request
  requireKind(env, 'object', { code: 'invalid-option', where: 'request.env' })
  requireKind(cwd, 'string', { code: 'invalid-option', where: 'request.cwd' })
  const root = buildSchema(extension).rule.node
  const file = await readConfigFile(env.POSTRIDER_CONFIG, cwd)
  const foreign = FOREIGN_SECTIONS.filter(section => root.properties?.[section] === undefined)
  const data: Record<string, unknown> = file ? (absolutePaths(file.data, root, dirname(file.path)) as never) : {}
  for (const section of foreign) delete data[section]

  // Before the environment adds to it.
  const told = file ? { file: file.path, secretKeys: secretKeys(data, root) } : {}

  const fromEnv = readEnvironment(env, { root, ignore: foreign })
  if (fromEnv.problems.length > 0) throw refusal(fromEnv.problems.map(it => ({ where: it.variable, problem: it })))
  for (const { path, value } of fromEnv.settings) place(data, path, value)

  const result = await tryResolve(data, { cwd, machineName, extension })
  if (!('problems' in result)) return { ...result, ...told }
  throw refusal(result.problems.map(problem => ({ where: whereIs(problem.path, file, fromEnv), problem })))
}

async function readConfigFile(named: string | undefined, cwd: string): Promise<ConfigFile | undefined> {
  const path = resolve(cwd, named || 'postrider.yaml')
  try {
    return await parseConfigFile(path, await readFile(path, 'utf8'))
  } catch (error) {
    if (MailerError.is(error)) throw error
    // The default file may be missing; nothing else may go wrong with it.
    const { code } = error as NodeJS.ErrnoException
    if (!named && code === 'ENOENT') return undefined
    const found = `a file that cannot be read (${code})`
    const problem = { path: [], found, wanted: 'a YAML file, or no POSTRIDER_CONFIG' }
    throw refusal([{ where: path, problem }])
  }
}

async function parseConfigFile(path: string, text: string): Promise<ConfigFile> {
  const { isMap, isPair, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: false })
  const flaws = [...document.errors, ...document.warnings].map(flaw => ({
    where: `${path}:${lines.linePos(flaw.pos[0]).line}`,
    problem: { path: [], found: flaw.message.split('\n')[0]!.replace(/\.$/, ''), wanted: 'well-formed YAML' },
  }))
  if (flaws.length > 0) throw refusal(flaws)
  const { contents } = document
  if (contents !== null && !isMap(contents)) {
    throw refusal([
      {
        where: `${path}:1`,
        problem: { path: [], found: 'a single value', wanted: 'keys, such as hostname: mail.example.com' },
      },
    ])
  }
  const find: ConfigFile['find'] = path => {
    let line = 1
    let depth = 0
    for (let length = 1; length <= path.length; length++) {
      const parent: unknown = length === 1 ? contents : document.getIn(path.slice(0, length - 1), true)
      const name = path[length - 1]!
      const pair = isMap(parent) ? parent.items.find(it => isPair(it) && String(it.key) === String(name)) : undefined
      const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
        | { range?: [number, number, number] }
        | undefined
      if (!node?.range) break
      line = lines.linePos(node.range[0]).line
      depth = length
    }
    return { line, depth }
  }
  return { path, data: (document.toJS({ maxAliasCount: 20 }) as Record<string, unknown> | null) ?? {}, find }
}

function absolutePaths(value: unknown, node: SchemaNode | undefined, folder: string): unknown {
  if (node?.file && typeof value === 'string') {
    return value === ':memory:' || value === '' || isAbsolute(value) ? value : resolve(folder, value)
  }
  if (Array.isArray(value)) return value.map(item => absolutePaths(item, node?.items, folder))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, absolutePaths(inner, node?.properties?.[key], folder)]),
  )
}

function place(data: Record<string, unknown>, path: Path, value: unknown): void {
  let target: Record<string | number, unknown> = data
  path.forEach((part, index) => {
    if (index === path.length - 1) target[part] = value
    else {
      const inner = target[part]
      if (typeof inner !== 'object' || inner === null) target[part] = typeof path[index + 1] === 'number' ? [] : {}
      target = target[part] as Record<string | number, unknown>
    }
  })
}

function whereIs(path: Path, file: ConfigFile | undefined, { settings }: FromEnvironment): string {
  const covers = (outer: Path, inner: Path): boolean => outer.every((part, index) => part === inner[index])
  const exact = settings.findLast(setting => covers(setting.path, path))
  if (exact) return exact.variable
  const inFile = file?.find(path)
  const parent = path.slice(0, -1)
  const besides = parent.length > 0 && settings.some(setting => covers(parent, setting.path))
  if (file && inFile && (inFile.depth > 0 || !besides))
    return inFile.depth > 0 ? `${file.path}:${inFile.line}` : file.path
  return variableOf(path)
}

function refusal(lines: readonly { readonly where: string; readonly problem: Problem }[]): MailerError {
  const [first] = lines
  const message = lines.map(({ where, problem }) =>
    problem.path.length === 0 ? printWrong({ ...problem, where }) : `${where}: ${printProblem(problem)}`,
  )
  return new MailerError('invalid-config', message.join('\n'), {
    where: [first!.where, first!.problem.path.join('.')].filter(Boolean).join(' '),
    found: first!.problem.found,
    wanted: first!.problem.wanted,
    fix: fixOf(first!.problem),
  })
}

function fixOf({ path, found }: Problem): string {
  if (!found.startsWith('nothing')) return 'correct the value, or leave the key out for its default'
  return `give ${path.join('.')} in postrider.yaml, or ${variableOf(path)} in the environment`
}

/**
 * Which keys of a configuration hold a secret, as the schema marks them: `relay.accounts.0.password`, in the order of the file; never
 * what they hold. An address of a server is one for the password in it.
 */
function secretKeys(value: unknown, node: SchemaNode | undefined, path: Path = []): readonly string[] {
  if (node?.secret) return isSecret(value) ? [path.join('.')] : []
  if (Array.isArray(value)) return value.flatMap((item, at) => secretKeys(item, node?.items, [...path, at]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => secretKeys(inner, node?.properties?.[key], [...path, key]))
}

function isSecret(value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false
  return !/^postgres(?:ql)?:/.test(value) || hasPassword(value)
}
