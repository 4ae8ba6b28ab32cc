/**
 * Describe: the options for editors and for people, made from the one schema: JSON Schema and the table of the README.
 */
import { requireKind } from '../model/wrong-value.ts'
import { variableOf } from './environment.ts'
import type { Path, SchemaNode } from './problem.ts'
import { buildSchema, type SchemaExtension } from './schema.ts'

const NOTES = new Set(['wanted', 'secret', 'file'])

/** JSON Schema (2020-12) of postrider.yaml. */
export async function jsonSchema(extension?: SchemaExtension): Promise<Readonly<Record<string, unknown>>> {
  if (extension !== undefined) requireKind(extension, 'function', { code: 'invalid-option', where: 'extension' })
  const root = withoutNotes(buildSchema(extension).rule.node) as Record<string, unknown>
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root, title: 'postrider.yaml' }
}

/** JSON Schema of any shape, without what is for our own messages alone. */
export function schemaOf(shape: { readonly rule: { readonly node: SchemaNode } }): Readonly<Record<string, unknown>> {
  return withoutNotes(shape.rule.node) as Readonly<Record<string, unknown>>
}

export interface OptionRow {
  /** `dkim[].selector` */
  readonly key: string
  readonly variable: string
  /** As it is written in YAML; empty when there is none. */
  readonly byDefault: string
  readonly doc: string
}

/** Every option that holds a value, in the order of the schema. */
export async function optionRows(extension?: SchemaExtension): Promise<readonly OptionRow[]> {
  return rowsOf(buildSchema(extension).rule.node, [], false)
}

function rowsOf(node: SchemaNode, path: Path, required: boolean): OptionRow[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([key, child]) =>
      rowsOf(child, [...path, key], node.required?.includes(key) ?? false),
    )
  }
  if (node.items?.properties) return rowsOf(node.items, [...path, 0], false)
  const key = path
    .map(part => (part === 0 ? '[]' : `.${part}`))
    .join('')
    .slice(1)
  return [
    {
      key,
      variable: variableOf(path),
      byDefault: required ? 'required' : byDefault(node),
      doc: node.description ?? '',
    },
  ]
}

function byDefault(node: SchemaNode): string {
  const value = node.default
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return String(value)
}

/** The notes are for our own messages; editors know nothing of them. */
function withoutNotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotes)
  if (typeof value !== 'object' || value === null) return value
  // A property may itself be called `file`: only a note is text or true.
  const kept = Object.entries(value).filter(([key, inner]) => !(NOTES.has(key) && typeof inner !== 'object'))
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNotes(inner)]))
}
