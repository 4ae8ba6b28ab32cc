/**
 * Shape: what a value may be, said once: it checks the value, fills in what was left out, and becomes JSON Schema.
 *
 * Policy. As much of it as options and the relay's own HTTP routes need, and no more: loading a library of schemas took longer than all
 * else that a start does, and a sixth of the memory of an idle relay. Objects take no unknown key, unless they are loose. A value that is checked is copied, never changed. Every
 * mistake is told: in a value of the wrong type nothing further is looked for, in a good one each rule.
 *
 * Not here: which options there are (schema.ts), how a mistake is worded (problem.ts).
 */
import type { Path, SchemaNode } from './problem.ts'

/** One thing that is wrong with a value. */
export interface Issue {
  readonly path: Path
  /** Keys that the object there does not have. */
  readonly keys?: readonly string[]
  /** The value is of another type, so that rules about it as a whole make no sense. */
  readonly fatal?: true
}

/** Further keys for JSON Schema, and for our own messages. */
export type ShapeNotes = Pick<SchemaNode, 'description' | 'wanted' | 'secret' | 'file'>

/**
 * What an option may be: it checks, gives defaults, and describes itself.
 * @typeParam Out - what a checked value is; @typeParam In - what may be given
 */
export interface Shape<Out, In = Out> {
  /** Only for types: never there. */
  readonly given: { readonly in: In; readonly out: Out }
  /** How it checks, fills in and describes: for those who walk shapes. */
  readonly rule: Rule
  /** Says what it is for, in the docs and the JSON schema. */
  describe(doc: string): this
  /** Says what only the docs need. */
  meta(notes: ShapeNotes): this
  /** A rule of its own, for a value of the right type. */
  refine(good: (value: Out) => boolean): this
  /** May be left out. */
  optional(): Shape<Out | undefined, In | undefined>
  /** Null too: what is known not to be there. */
  nullable(): Shape<Out | null, In | null>
  /** What stands for a value that was left out. */
  default(value: Exclude<Out, undefined>): Shape<Exclude<Out, undefined>, In | undefined>
  /** The same, before it is checked. */
  prefault(value: In): Shape<Exclude<Out, undefined>, In | undefined>
}

/** With bounds of its length or value. */
export interface Bounded<Out, In = Out> extends Shape<Out, In> {
  min(least: number): this
  max(most: number): this
}

/** A shape of anything. */
export type AnyShape = Shape<unknown, unknown>
export type Keys = Readonly<Record<string, AnyShape>>
/** What a shape makes of what it takes. */
export type OutputOf<S extends AnyShape> = S['given']['out']
export type InputOf<S extends AnyShape> = S['given']['in']

type LeftOut<T extends Keys, Side extends 'in' | 'out'> = {
  [Key in keyof T]: undefined extends T[Key]['given'][Side] ? Key : never
}[keyof T]
type ObjectOf<T extends Keys, Side extends 'in' | 'out'> = {
  [Key in Exclude<keyof T, LeftOut<T, Side>>]: T[Key]['given'][Side]
} & { [Key in LeftOut<T, Side>]?: T[Key]['given'][Side] }
type Flat<T> = { [Key in keyof T]: T[Key] }

/** How a shape works. */
interface Rule {
  readonly node: SchemaNode
  /** Whether an object must have it. */
  readonly required: boolean
  /** What a good value becomes; of another one the issues are added. */
  readonly read: (value: unknown, ...at: ReadAt) => unknown
}
type ReadAt = [path: Path, issues: Issue[]]

/** The names of the least and the most in JSON Schema. */
type BoundNames = readonly [least: keyof SchemaNode, most: keyof SchemaNode]

function shapeOf<Out, In = Out>(rule: Rule, bounds?: BoundNames): Bounded<Out, In> {
  const noted = (notes: SchemaNode): never => shapeOf({ ...rule, node: { ...rule.node, ...notes } }, bounds) as never
  const tested = (good: (value: Out) => boolean, notes: SchemaNode): never =>
    shapeOf({ ...rule, node: { ...rule.node, ...notes }, read: withTest(rule.read, good as never) }, bounds) as never
  const bound = (name: keyof SchemaNode | undefined, size: number): SchemaNode =>
    name === undefined ? {} : { [name]: size }
  const leftOut = (notes: SchemaNode, absent: (...at: ReadAt) => unknown): never =>
    shapeOf({
      node: { ...notes, ...rule.node },
      required: false,
      read: (value, ...at) => (value === undefined ? absent(...at) : rule.read(value, ...at)),
    }) as never
  const shape: Omit<Bounded<Out, In>, 'given'> = {
    rule,
    describe: description => noted({ description }),
    meta: noted,
    refine: good => tested(good, {}),
    min: least => tested(value => sizeOf(value) >= least, bound(bounds?.[0], least)),
    max: most => tested(value => sizeOf(value) <= most, bound(bounds?.[1], most)),
    optional: () => leftOut({}, () => undefined),
    nullable: () => union([shape as unknown as AnyShape, leaf({ type: 'null' }, value => value === null)]) as never,
    default: fallback => leftOut({ default: fallback }, () => structuredClone(fallback)),
    prefault: given => leftOut({ default: given }, (...at) => rule.read(given, ...at)),
  }
  return shape as Bounded<Out, In>
}

function withTest(read: Rule['read'], good: (value: unknown) => boolean): Rule['read'] {
  return (value, path, issues) => {
    const before = issues.length
    const result = read(value, path, issues)
    if (!issues.slice(before).some(issue => issue.fatal) && !good(result)) issues.push({ path })
    return result
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'number' ? value : (value as { readonly length: number }).length
}

/** A value that is checked as a whole. */
function leaf<Out>(node: SchemaNode, fits: (value: unknown) => boolean, bounds?: BoundNames): Bounded<Out> {
  const read: Rule['read'] = (value, path, issues) => {
    if (!fits(value)) issues.push({ path, fatal: true })
    return value
  }
  return shapeOf({ node, required: true, read }, bounds)
}

function array<S extends AnyShape>(item: S): Bounded<OutputOf<S>[], readonly InputOf<S>[]> {
  const read: Rule['read'] = (value, path, issues) => {
    if (Array.isArray(value)) return value.map((each, index) => item.rule.read(each, [...path, index], issues))
    issues.push({ path, fatal: true })
    return value
  }
  const node: SchemaNode = { type: 'array', items: item.rule.node }
  return shapeOf({ node, required: true, read }, ['minItems', 'maxItems'])
}

function union<const S extends readonly AnyShape[]>(shapes: S): Shape<OutputOf<S[number]>, InputOf<S[number]>> {
  const read: Rule['read'] = (value, path, issues) => {
    for (const { rule } of shapes) {
      const own: Issue[] = []
      const result = rule.read(value, path, own)
      if (own.length === 0) return result
    }
    issues.push({ path, fatal: true })
    return value
  }
  return shapeOf({ node: { anyOf: shapes.map(({ rule }) => rule.node) }, required: true, read })
}

function strictObject<T extends Keys>(keys: T): Shape<Flat<ObjectOf<T, 'out'>>, Flat<ObjectOf<T, 'in'>>> {
  const entries = Object.entries(keys)
  const required = entries.filter(([, { rule }]) => rule.required).map(([key]) => key)
  const node: SchemaNode = {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, { rule }]) => [key, rule.node])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
  const read: Rule['read'] = (value, path, issues) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      issues.push({ path, fatal: true })
      return value
    }
    const result: Record<string, unknown> = {}
    for (const [key, { rule }] of entries) {
      const inner = rule.read(Object.hasOwn(value, key) ? value[key as never] : undefined, [...path, key], issues)
      if (inner !== undefined) result[key] = inner
    }
    const unknown = Object.keys(value).filter(key => !Object.hasOwn(keys, key))
    if (unknown.length > 0) issues.push({ path, keys: unknown })
    return result
  }
  return shapeOf({ node, required: true, read })
}

/** Keys of any name, with values of one shape. */
function record<S extends AnyShape>(
  item: S,
): Shape<Readonly<Record<string, OutputOf<S>>>, Readonly<Record<string, InputOf<S>>>> {
  const read: Rule['read'] = (value, path, issues) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      issues.push({ path, fatal: true })
      return value
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, item.rule.read(each, [...path, key], issues)]),
    )
  }
  return shapeOf({ node: { type: 'object', additionalProperties: item.rule.node }, required: true, read })
}

/** Some keys that are known; others are kept as they are, and not looked at. */
function looseObject<T extends Keys>(keys: T): Shape<Flat<ObjectOf<T, 'out'>>, Flat<ObjectOf<T, 'in'>>> {
  const strict = strictObject(keys)
  const { additionalProperties: _closed, ...node } = strict.rule.node
  const read: Rule['read'] = (value, path, issues) => {
    const own: Issue[] = []
    const result = strict.rule.read(value, path, own)
    for (const issue of own) if (issue.keys === undefined || issue.path.length > path.length) issues.push(issue)
    return own.some(issue => issue.fatal && issue.path.length === path.length)
      ? result
      : { ...(value as object), ...(result as object) }
  }
  return shapeOf({ node, required: true, read })
}

function literal<const T extends string | number>(value: T): Shape<T> {
  return leaf({ type: typeof value, const: value }, given => given === value)
}

/** One of several texts. */
function choice<const T extends readonly string[]>(values: T): Shape<T[number]> {
  return leaf({ type: 'string', enum: values }, value => values.includes(value as never))
}

/** What shapes are made of. */
export interface Kinds {
  /** A text. */
  readonly string: () => Bounded<string>
  /** Any finite number. */
  readonly number: () => Bounded<number>
  /** A whole number. */
  readonly int: () => Bounded<number>
  /** `true` or `false`; in the environment also as words. */
  readonly boolean: () => Shape<boolean>
  /** One value and no other. */
  readonly literal: typeof literal
  /** One of some texts. */
  readonly enum: typeof choice
  /** A list, each item of one shape. */
  readonly array: typeof array
  /** The first of several shapes that fits. */
  readonly union: typeof union
  /** Named keys; others are refused, with the nearest name. */
  readonly strictObject: typeof strictObject
  /** Named keys; others are let pass. */
  readonly looseObject: typeof looseObject
  /** Any keys, each value of one shape. */
  readonly record: typeof record
  /** Whatever JSON can hold. */
  readonly json: () => Shape<unknown>
}

/** The shapes that others are made of. */
export const kinds: Kinds = {
  string: () => leaf({ type: 'string' }, value => typeof value === 'string', ['minLength', 'maxLength']),
  number: () => leaf({ type: 'number' }, Number.isFinite, ['minimum', 'maximum']),
  int: () => leaf({ type: 'integer' }, Number.isSafeInteger, ['minimum', 'maximum']),
  boolean: () => leaf({ type: 'boolean' }, value => typeof value === 'boolean'),
  literal,
  enum: choice,
  array,
  union,
  strictObject,
  looseObject,
  record,
  json: () => leaf({}, value => value !== undefined),
}

/** Holds a value against a shape. @returns the checked value, or everything that is wrong with it */
export function check<Out>(
  shape: Shape<Out, unknown>,
  value: unknown,
): { readonly value: Out } | { readonly issues: readonly Issue[] } {
  const issues: Issue[] = []
  const result = shape.rule.read(value, [], issues)
  return issues.length > 0 ? { issues } : { value: result as Out }
}
