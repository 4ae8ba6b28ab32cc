/**
 * Problem: one mistake in the options, and its one line: where, key, found, wanted.
 *
 * Policy. Every mistake is told, not only the first, each on a line of its own that is complete without the others. An
 * unknown key names the nearest known one. What a key marked secret holds is never shown.
 *
 * Not here: what is a mistake (schema.ts), in which file or variable it stands (load.ts).
 */
import { nearest } from '../model/nearest.ts'
import { printWrong } from '../model/wrong-value.ts'

export type Path = readonly (string | number)[]

/** What is wrong with one option. */
export interface Problem {
  /** The keys that lead to it, from the top. */
  readonly path: Path
  /** What was there, shortened; never a secret. */
  readonly found: string
  /** What should be there. */
  readonly wanted: string
}

/** The part of JSON Schema that our schema becomes, with its notes. */
export interface SchemaNode {
  /** As in JSON Schema: `string`, `integer`, `number`, `boolean`, `array`, `object` or `null`. */
  readonly type?: string
  /** What the option is for, in a sentence. */
  readonly description?: string
  /** What stands when it is left out. */
  readonly default?: unknown
  /** The keys of an object. */
  readonly properties?: Readonly<Record<string, SchemaNode>>
  /** The keys that must be there. */
  readonly required?: readonly string[]
  /** The shape of each item of a list. */
  readonly items?: SchemaNode
  /** One of these shapes. */
  readonly anyOf?: readonly SchemaNode[]
  /** One of these values. */
  readonly enum?: readonly unknown[]
  /** This value alone. */
  readonly const?: unknown
  /** The least number. */
  readonly minimum?: number
  /** The largest number. */
  readonly maximum?: number
  /** The fewest items of a list. */
  readonly minItems?: number
  /** The most items of a list. */
  readonly maxItems?: number
  /** The fewest characters of a text. */
  readonly minLength?: number
  /** The most characters of a text. */
  readonly maxLength?: number
  /** `false`: no other keys; else the shape of the values of all other keys. */
  readonly additionalProperties?: false | SchemaNode
  /** Of ours: how an error says what should be there. */
  readonly wanted?: string
  /** Of ours: the value is never shown. */
  readonly secret?: true
  /** Of ours: the value names a file, relative to the configuration. */
  readonly file?: true
}

/** What a shape complains of: a value, or the unknown keys of one. */
interface Issue {
  readonly path: Path
  readonly keys?: readonly string[]
}

const LONGEST_VALUE = 60

/** What is wrong with a value, by the path of each part. */
export function problemsOf(issues: readonly Issue[], data: unknown, root: SchemaNode): Problem[] {
  return issues.flatMap(({ path, keys }) => {
    if (keys !== undefined) return keys.map(key => unknownKey([...path, key], nodeAt(root, path)))
    const node = nodeAt(root, path)
    const value = valueAt(data, path)
    return [{ path, found: show(value, node), wanted: `${wantedBy(node)}${meantBy(value, node)}` }]
  })
}

function unknownKey(path: Path, parent: SchemaNode | undefined): Problem {
  const known = Object.keys(parent?.properties ?? {})
  const near = nearest(String(path.at(-1)), known)
  const place = path.slice(0, -1)
  const wanted =
    near === undefined ? `one of ${known.join(', ')}` : `${[...place, near].join('.')} (did you mean that?)`
  return { path, found: 'a key that does not exist', wanted }
}

/** `delivery.port: found "abc", wanted a whole number from 1 to 65535` */
export function printProblem({ path, found, wanted }: Problem): string {
  return printWrong({ where: path.length === 0 ? 'the whole' : path.join('.'), found, wanted })
}

function nodeAt(root: SchemaNode, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = root
  for (const part of path) node = childOf(node, part)
  return node
}

function childOf(node: SchemaNode | undefined, part: string | number): SchemaNode | undefined {
  if (node?.anyOf) return node.anyOf.map(each => childOf(each, part)).find(found => found !== undefined)
  if (typeof part === 'number') return node?.items
  if (node?.properties && Object.hasOwn(node.properties, part)) return node.properties[part]
  return node?.additionalProperties || undefined
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data
  for (const part of path) value = Object.hasOwn(Object(value), part) ? (value as never)[part] : undefined
  return value
}

function wantedBy(node: SchemaNode | undefined): string {
  if (node === undefined) return 'no such key'
  if (node.wanted !== undefined) return node.wanted
  if (node.anyOf) return node.anyOf.map(wantedBy).join(' or ')
  if (node.type === 'null') return 'null'
  if (node.const !== undefined) return JSON.stringify(node.const)
  if (node.enum) return `one of ${node.enum.join(', ')}`
  const range = node.minimum === undefined ? '' : ` from ${node.minimum} to ${node.maximum}`
  if (node.type === 'integer') return `a whole number${range}`
  if (node.type === 'number') return `a number${range}`
  if (node.type === 'boolean') return 'true or false'
  if (node.type === 'array') return `a list${node.minItems ? ` of at least ${node.minItems}` : ''}`
  if (node.type === 'object') return `the keys ${Object.keys(node.properties ?? {}).join(', ')}`
  return 'a text'
}

/** The choice that is nearest to what was written; a short word is near to every other. */
function meantBy(value: unknown, node: SchemaNode | undefined): string {
  const near =
    typeof value === 'string' && value.length > 3 && node?.enum ? nearest(value, node.enum.map(String)) : undefined
  return near === undefined ? '' : ` (did you mean ${near}?)`
}

function show(value: unknown, node: SchemaNode | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (node?.secret) return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return `keys (${Object.keys(value).join(', ')})`
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value)
}
