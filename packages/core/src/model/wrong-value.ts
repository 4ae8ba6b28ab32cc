/**
 * WrongValue: a value that a caller gave and that cannot be used, told in one sentence: where, found, wanted.
 *
 * Policy. TypeScript is not asked: values also come from JSON and from JavaScript. A key that does not exist is refused, because
 * one that is ignored is a mail without its attachments, a mail that goes out now, or a whole queue taken back. It names the key
 * that may have been meant. What is shown of a value is one line, bounded; looking at it never throws.
 *
 * Not here: which keys and values there are (whoever takes them), options of a file or the environment (config/).
 */
import { MailerError, type MailerErrorCode } from './error.ts'
import { nearest } from './nearest.ts'

/** What an error tells of a value. */
export interface WrongValue {
  /** The name of the value, as the caller knows it. */
  readonly where: string
  /** What was there; must hold no secret, for it is shown. */
  readonly found: string
  /** What should be there, such as `a whole number from 1 to 65535`. */
  readonly wanted: string
  /** What to do, when it is more than to write what is wanted. */
  readonly fix?: string | undefined
  /** The error that led to it. */
  readonly cause?: unknown
}

/** The one sentence. */
export function printWrong({ where, found, wanted }: WrongValue): string {
  return `${where}: found ${found}, wanted ${wanted}`
}

/** An error that says what was found and what is wanted. */
export function wrongValue(code: MailerErrorCode, wrong: WrongValue): MailerError {
  return new MailerError(code, printWrong(wrong), { ...wrong, fix: wrong.fix ?? `correct ${wrong.where}` })
}

const LONGEST_SHOWN = 80

/** A value as it may stand in an error message. */
export function shown(value: unknown): string {
  const text = plain(value)
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)`
}

function plain(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === undefined) return 'nothing'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  return `a value of type ${Array.isArray(value) ? 'array' : typeof value}`
}

/** Of what kind a value must be; `count` is a whole number. */
export type Kind =
  | 'string'
  | 'boolean'
  | 'number'
  | 'count'
  | 'function'
  | 'array'
  | 'object'
  | 'date'
  | 'signal'
  | 'any'
export type Kinds = Readonly<Record<string, Kind>>

const KINDS: Readonly<Record<Kind, readonly [wanted: string, fits: (value: unknown) => boolean]>> = {
  string: ['a string', value => typeof value === 'string'],
  boolean: ['true or false', value => typeof value === 'boolean'],
  count: ['a whole number, 0 or more', value => Number.isSafeInteger(value) && (value as number) >= 0],
  number: ['a number', value => Number.isFinite(value)],
  function: ['a function', value => typeof value === 'function'],
  array: ['an array', Array.isArray],
  object: ['an object', value => typeof value === 'object' && value !== null && !Array.isArray(value)],
  date: ['a valid Date', value => value instanceof Date && !Number.isNaN(value.getTime())],
  signal: ['an AbortSignal', value => value instanceof AbortSignal],
  any: ['a value', () => true],
}

/** What other libraries call it. In lower case, without `_` and `-`. */
export type Aliases = Readonly<Record<string, string>>

export interface Keys {
  readonly code: MailerErrorCode
  /** What the object is called; empty when its keys are known without it. */
  readonly where: string
  readonly kinds: Kinds
  readonly aliases?: Aliases
}

/** @throws {MailerError} for a value of another kind; undefined too */
export function requireKind(value: unknown, kind: Kind, { code, where }: Pick<Keys, 'code' | 'where'>): void {
  const [wanted, fits] = KINDS[kind]
  if (!fits(value)) throw wrongValue(code, { where, found: shown(value), wanted })
}

/** @throws {MailerError} for an unknown key, or a value of another kind; undefined counts as absent */
export function requireKeys(value: unknown, keys: Keys): void {
  const { code, where, kinds } = keys
  requireKind(value, 'object', { code, where: where === '' ? 'draft' : where })
  for (const [key, given] of Object.entries(value as object)) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (kind === undefined) throw unknownKey(key, nameOf(key, where), keys)
    // Every message comes by here: what is right costs no name.
    if (given !== undefined && !KINDS[kind][1](given)) requireKind(given, kind, { code, where: nameOf(key, where) })
  }
}

function nameOf(key: string, where: string): string {
  return where === '' ? key || '""' : `${where}.${key}`
}

function unknownKey(key: string, where: string, { code, kinds, aliases = {} }: Keys): MailerError {
  const known = Object.keys(kinds)
  const word = key.toLowerCase().replaceAll(/[_-]/g, '')
  const meant = Object.hasOwn(aliases, word) ? aliases[word] : nearest(key, known)
  return wrongValue(code, {
    where,
    found: 'an unknown key',
    wanted: meant === undefined ? `one of ${known.join(', ')}` : `${meant} (did you mean that?)`,
    fix: meant === undefined ? `remove or rename ${where}` : `write ${meant} instead of ${key}`,
  })
}
