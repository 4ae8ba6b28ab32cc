/**
 * Environment: POSTRIDER_* variables to options.
 *
 * Policy, in one rule. The name of a variable is POSTRIDER_ and the key, its parts and the words of each part in capitals
 * and joined by `_`: `queue.keepHistoryMs` is POSTRIDER_QUEUE_KEEP_HISTORY_MS, and the second key's selector is
 * POSTRIDER_DKIM_1_SELECTOR. A list of plain values is written with commas; any list or section may be given whole, as
 * JSON. A variable wins over the file, one key at a time. An empty variable counts as not set. A variable that no key
 * has is refused, except those that Kubernetes and Docker make up for a service of this name.
 *
 * Not here: whether the value is good (schema.ts).
 */
import { nearest } from '../model/nearest.ts'
import type { Path, Problem, SchemaNode } from './problem.ts'

export interface FromEnvironment {
  readonly settings: readonly { readonly path: Path; readonly variable: string; readonly value: unknown }[]
  readonly problems: readonly (Problem & { readonly variable: string })[]
}

const PREFIX = 'POSTRIDER_'
/** Read elsewhere: where the file is, where the relay listens, and (by tests) where the suites are. */
const OTHERS = new Set(['POSTRIDER_CONFIG', 'POSTRIDER_LISTEN', 'POSTRIDER_SUITES', 'POSTRIDER_LAB_CLIENTS'])
/** RFC-less custom: `{NAME}_SERVICE_HOST`, `{NAME}_PORT_25_TCP_ADDR` and the like are set for every service in reach. */
const MADE_UP =
  /^POSTRIDER_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/
const MADE_UP_PORT = /^(?:tcp|udp|sctp):\/\//

export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { root, ignore }: { readonly root: SchemaNode; readonly ignore: readonly string[] },
): FromEnvironment {
  const settings: FromEnvironment['settings'][number][] = []
  const problems: FromEnvironment['problems'][number][] = []
  const ours = Object.keys(env).filter(variable => variable.startsWith(PREFIX) && !OTHERS.has(variable))
  // A whole list comes before its parts.
  for (const variable of ours.sort()) {
    const text = env[variable]
    if (text === undefined || text.trim() === '') continue
    if (MADE_UP.test(variable) || (variable.endsWith('_PORT') && MADE_UP_PORT.test(text))) continue
    const words = variable.slice(PREFIX.length).split('_')
    if (ignore.some(section => words[0] === section.toUpperCase())) continue
    const target = findKey(root, words)
    if (target === undefined) problems.push({ variable, path: [], ...unknownVariable(variable, root) })
    else settings.push({ variable, path: target.path, value: parseText(text.trim(), target.node) })
  }
  return { settings, problems }
}

function findKey(node: SchemaNode, words: readonly string[]): { path: Path; node: SchemaNode } | undefined {
  if (words.length === 0) return { path: [], node }
  const [first] = words
  if (node.items && first !== undefined && /^\d{1,3}$/.test(first)) {
    const inner = findKey(node.items, words.slice(1))
    return inner && { path: [Number(first), ...inner.path], node: inner.node }
  }
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const own = wordsOf(key)
    if (!own.every((word, index) => word === words[index])) continue
    const inner = findKey(child, words.slice(own.length))
    if (inner) return { path: [key, ...inner.path], node: inner.node }
  }
  return undefined
}

/** `keepHistoryMs` is KEEP, HISTORY, MS. */
function wordsOf(key: string): string[] {
  return key
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toUpperCase()
    .split('_')
}

/** The variable of a key. */
export function variableOf(path: Path): string {
  return PREFIX + path.flatMap(part => (typeof part === 'number' ? [String(part)] : wordsOf(part))).join('_')
}

/** A text that fits no type stays a text, so that the schema says what is wrong with it. */
function parseText(text: string, node: SchemaNode): unknown {
  if (node.anyOf) return node.anyOf.map(one => parseText(text, one)).find(value => typeof value !== 'string') ?? text
  if (node.type === 'array' || node.type === 'object') return parseList(text, node)
  if (node.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  const numeric = node.type === 'integer' || node.type === 'number'
  return numeric && /^-?\d+(?:\.\d+)?$/.test(text) && typeof (node.const ?? 0) === 'number' ? Number(text) : text
}

function parseList(text: string, node: SchemaNode): unknown {
  if (text.startsWith('[') || text.startsWith('{')) {
    try {
      return JSON.parse(text)
    } catch {
      // Not JSON, but perhaps a plain value such as [2001:db8::1]:53.
    }
  }
  const item = node.items
  if (node.type === 'object' || item === undefined || item.type === 'object') return text
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => parseText(part, item))
}

function unknownVariable(variable: string, root: SchemaNode): { found: string; wanted: string } {
  const names = allVariables(root, []).map(name => name.slice(PREFIX.length))
  const near = nearest(variable.slice(PREFIX.length), names)
  return {
    found: 'a variable that does not exist',
    wanted: near === undefined ? 'one that the table of options lists' : `${PREFIX}${near} (did you mean that?)`,
  }
}

function allVariables(node: SchemaNode, path: Path): string[] {
  const own = path.length === 0 ? [] : [variableOf(path)]
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => allVariables(child, [...path, key]))
  const items = node.items?.properties ? allVariables(node.items, [...path, 0]) : []
  return [...own, ...inner, ...items]
}
