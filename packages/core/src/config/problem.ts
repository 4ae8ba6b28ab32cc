/**
 * Problem: one mistake in the options, and its one line: where, key, found, wanted.
 *
 * Policy. Every mistake is told, not only the first, each on a line of its own that is complete without the others. An
 * unknown key names the nearest known one. What a key marked secret holds is never shown.
 *
 * Not here: what is a mistake (schema.ts), in which file or variable it stands (load.ts).
 */
export type Path = readonly (string | number)[]

export interface Problem {
  readonly path: Path
  readonly found: string
  readonly wanted: string
}

/** The part of JSON Schema that our schema becomes, with its notes. */
export interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly additionalProperties?: false
  readonly wanted?: string
  readonly secret?: true
  readonly file?: true
}

/** What a shape complains of: a value, or the unknown keys of one. */
interface Issue {
  readonly path: Path
  readonly keys?: readonly string[]
}

const LONGEST_VALUE = 60

export function problemsOf(issues: readonly Issue[], data: unknown, root: SchemaNode): Problem[] {
  return issues.flatMap(({ path, keys }) => {
    if (keys !== undefined) return keys.map(key => unknownKey([...path, key], nodeAt(root, path)))
    const node = nodeAt(root, path)
    return [{ path, found: show(valueAt(data, path), node), wanted: wantedBy(node) }]
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
  return `${path.length === 0 ? 'the whole' : path.join('.')}: found ${found}, wanted ${wanted}`
}

function nodeAt(root: SchemaNode, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = root
  for (const part of path) {
    if (typeof part === 'number') node = node?.items
    else node = node?.properties && Object.hasOwn(node.properties, part) ? node.properties[part] : undefined
  }
  return node
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

function show(value: unknown, node: SchemaNode | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (node?.secret) return typeof value === 'string' ? `a text of ${value.length} characters` : `a ${typeof value}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return `keys (${Object.keys(value).join(', ')})`
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value)
}

/** The known word that a typing mistake may have meant, or undefined. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase().slice(0, 100)
  let best: string | undefined
  let least = Math.max(2, Math.floor(typed.length / 3)) + 1
  for (const candidate of known) {
    const other = candidate.toLowerCase()
    // A word broken off is as near as one wrong letter.
    const begins = typed.length > 2 && other.startsWith(typed)
    const distance = begins ? 1 : editDistance(typed, other)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Letters inserted, left out, replaced or swapped with their neighbour (Damerau). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1)
      next.push(cost)
    }
    before = last
    last = next
  }
  return last[b.length]!
}
