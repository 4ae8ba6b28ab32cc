/**
 * Errors: what an error says, in the language of whoever reads it.
 *
 * Policy. An error is thrown, logged, sent and printed by `--json` in English, which stands beside the code that throws it, and
 * carries nothing else: so it may cross a thread or a wire. Who prints it for a person has it said here. The phrase is
 * recognised by its English, the longest first, and so are the phrases in its places. A quoted value, a path and what others
 * said (a system, a server) stay as they are; what is not recognised stays English. One line after the other.
 *
 * Not here: the phrases (errors-options.ts and its neighbours). ../../../../test/errors.test.ts holds them against the code.
 */
import { ERRORS_MAIL } from './errors-mail.ts'
import { ERRORS_OPTIONS } from './errors-options.ts'
import { ERRORS_QUEUE } from './errors-queue.ts'
import { ERRORS_RELAY } from './errors-relay.ts'
import { inLanguage, PLACE } from './speaker.ts'

interface Phrase {
  readonly english: string
  readonly table: readonly string[]
  readonly places: readonly string[]
  readonly pattern: RegExp
}

const TABLES: readonly (readonly string[])[] = [ERRORS_OPTIONS, ERRORS_MAIL, ERRORS_QUEUE, ERRORS_RELAY]
/** These say so little themselves that what is in their places has to be a phrase. */
const FRAMES: ReadonlySet<string> = new Set(['{where}: {problem}', '[{place}] {problem}', '{one} or {other}'])
/** A quoted value, a path, a number. */
const VALUE = /^(?:["'`/]|-?\d+$)/
/** Found, wanted and why are one in the other. */
const DEEPEST = 4

/** Made of all tables when the first error is said. */
const book: Phrase[] = []

/** An error's message, or what it found, wanted and advises, in the language of this process. */
export function errorInLanguage(text: string): string {
  return text
    .split('\n')
    .map(line => translate(line, DEEPEST) ?? line)
    .join('\n')
}

/** Whether a text of an error can be said in every language. */
export function isErrorPhrase(text: string): boolean {
  return text.split('\n').every(line => translate(line, DEEPEST) !== undefined)
}

function translate(text: string, depth: number): string | undefined {
  if (book.length === 0)
    book.push(...TABLES.flatMap(table => table.map(english => phraseOf(english, table))).sort(bySubstance))
  for (const phrase of book) {
    const found = phrase.pattern.exec(text)
    if (found === null) continue
    const values = found.slice(1).map(value => (VALUE.test(value) || depth === 0 ? value : translate(value, depth - 1)))
    if (FRAMES.has(phrase.english) && values.some((value, at) => value === undefined && isMeant(phrase.places[at])))
      continue
    const said = inLanguage(phrase.table, phrase.english, phrase.english)
    return said.replace(PLACE, (_, name: string) => {
      const at = phrase.places.indexOf(name)
      return values[at] ?? found[at + 1] ?? ''
    })
  }
  return undefined
}

/** The place of a frame that names where is none. */
function isMeant(place: string | undefined): boolean {
  return place !== 'where' && place !== 'place'
}

function phraseOf(english: string, table: readonly string[]): Phrase {
  const places = [...english.matchAll(PLACE)].map(([, name]) => name!)
  const source = english
    .split(PLACE)
    .map((part, index) => (index % 2 === 1 ? groupOf(part) : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('')
  return { english, table, places, pattern: new RegExp(`^${source}$`, 'u') }
}

/** A figure is one word; what is before the last "or" may have others in it. */
function groupOf(place: string): string {
  if (/^(?:count|most|least|bits|ms|port)$/.test(place)) return '(\\S+)'
  return place === 'one' ? '(.+)' : '(.+?)'
}

/** What has no place before what has some, the longer before the shorter. */
function bySubstance(one: Phrase, other: Phrase): number {
  const substance = ({ english, places }: Phrase): number =>
    (places.length === 0 ? 1000 : 0) + english.replace(PLACE, '').length
  return substance(other) - substance(one)
}
