/**
 * Field: reads the fields of a JSON object of which most are known.
 *
 * Policy. An unknown field is borne, because newer SDKs send newer ones. One that nearly is a known field is refused: a misspelt
 * `scheduledAt` would else be a mail that goes out now. Null is absent.
 */
import { invalid } from './api-error.ts'

/** Each that is unknown is held against all that are known. */
const MOST_FIELDS = 1000

export type Fields = Readonly<Record<string, unknown>>

/** @throws ApiError when it is no object, or a field of it nearly is one of the known */
export function requireFields(value: unknown, where: string, known: readonly string[]): Fields {
  const place = where === '' ? '' : `${where}: `
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined
  if (names === undefined || names.length > MOST_FIELDS)
    throw invalid(`${place}wanted an object of at most ${MOST_FIELDS} fields`)
  for (const name of names) {
    if (known.includes(name)) continue
    const meant = known.find(each => isNear(name, each))
    if (meant !== undefined) throw invalid(`${place}\`${name}\` is no field; did you mean \`${meant}\`?`)
  }
  return value as Fields
}

export function field(fields: Fields, name: string): unknown {
  return (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? undefined
}

export function optionalText(fields: Fields, name: string, where: string): string | undefined {
  const value = field(fields, name)
  if (value === undefined || typeof value === 'string') return value
  throw invalid(`${where === '' ? '' : `${where}.`}${name}: wanted a string`)
}

/** A string or a list of strings; empty when it is absent. */
export function textList(fields: Fields, name: string): readonly string[] {
  const value = field(fields, name)
  if (value === undefined) return []
  const list = Array.isArray(value) ? value : [value]
  if (list.every(each => typeof each === 'string')) return list as readonly string[]
  throw invalid(`${name}: wanted a string or a list of strings`)
}

/** In another spelling, or with one letter wrong, too many or too few. */
function isNear(name: string, known: string): boolean {
  const a = plain(name)
  const b = plain(known)
  if (a === b) return true
  if (b.length < 4 || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const rest = (text: string, skip: number): string => text.slice(start + skip)
  return rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1)
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_\s]/g, '')
}
