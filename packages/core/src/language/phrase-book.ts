/**
 * PhraseBook: a text that was said in English, found again in catalogues, and said in the language that is spoken.
 *
 * Policy. What is thrown, kept and sent is English and carries nothing else, so that it may cross a thread, a wire and the years. A phrase
 * is recognised by its English, the longest first, and so are the phrases in its places. A quoted value, a path and what others
 * said (a system, a server) stay as they are; what is not recognised stays English. One line after the other.
 *
 * Not here: which catalogues (errors.ts, retell.ts), how a text is held against one phrase (phrase-pattern.ts).
 */
import { type Fit, fitPhrase, type PhrasePattern, patternOf } from './phrase-pattern.ts'
import { formInLanguage, PLACE, type Text } from './speaker.ts'

/** A catalogue as it stands in the code, which is what translations are found by, and its texts. */
export interface BookTable {
  readonly table: object
  readonly texts: Readonly<Record<string, Text>>
}

export interface PhraseBook {
  /** The text in the language that is spoken; undefined where a line is in no catalogue. */
  find(text: string): string | undefined
  /** The same, with what is in no catalogue as it is. */
  say(text: string): string
}

interface Phrase extends PhrasePattern {
  readonly english: string
  readonly key: string
  readonly table: object
  /** Which line of the text it is. */
  readonly line: number
  /** Of its own. */
  readonly letters: number
}

interface Phrases {
  /** Those without places, by what is said. */
  readonly constant: ReadonlyMap<string, Phrase>
  /** The longest first. */
  readonly withPlaces: readonly Phrase[]
}

/** Of errors: what is in their places has to be a phrase. */
const FRAMES: ReadonlySet<string> = new Set(['{where}: {problem}', '[{place}] {problem}', '{one} or {other}'])
/** A quoted value, a path, a number. */
const VALUE = /^(?:["'`/]|-?\d+$)/
/** Found, wanted and why are one in the other. */
const DEEPEST = 4
/** Letters of its own, under which a phrase fits what somebody else said: what is in its places has to be phrases, or one word each. */
const LITTLE = 4
/** Places of what others said, which is quoted. */
const QUOTED = /^(?:reply|greeting|record|line)$/
/** Between phrases that were put one after the other. */
const JOINTS = ['; ', ': ', ', ']

/** Characters of a line that is held against the phrases: a list of names may be long. */
const LONGEST = 2000
/** Characters, and joints, of what is taken for phrases in a row. */
const LONGEST_ROW = 500
const MOST_JOINTS = 24
/** Texts within one text that are held against the phrases. */
const MOST_READ = 200

/** @param fit holds a text against one phrase */
export function phraseBook(tables: () => readonly BookTable[], fit: Fit = fitPhrase): PhraseBook {
  // Made when the first text is asked for.
  let phrases: Phrases | undefined
  const reading = (): Reading => {
    phrases ??= phrasesIn(tables())
    return new Reading(phrases, fit)
  }
  return {
    find: text => {
      const read = reading()
      const lines = text.split('\n').map(line => read.phrase(line, DEEPEST))
      return lines.includes(undefined) ? undefined : lines.join('\n')
    },
    say: text => {
      const read = reading()
      return text
        .split('\n')
        .map(line => read.whole(line, DEEPEST) ?? line)
        .join('\n')
    },
  }
}

/** One text, in which much may be of strangers: each part of it is read once, and so many of them at most. What is left then stays English. */
class Reading {
  readonly #phrases: Phrases
  readonly #fit: Fit
  readonly #read = new Map<string, string | undefined>()
  #left = MOST_READ

  constructor(phrases: Phrases, fit: Fit) {
    this.#phrases = phrases
    this.#fit = fit
  }

  phrase(text: string, depth: number): string | undefined {
    const constant = this.#phrases.constant.get(text)
    if (constant !== undefined) return filled(constant, text, [], [])
    if (text.length > LONGEST || this.#left === 0) return undefined
    this.#left -= 1
    for (const phrase of this.#phrases.withPlaces) {
      const found = this.#fit(phrase, text)
      if (found === undefined) continue
      const values = found.map((value, at) => this.#value(value, phrase.places[at]!, depth))
      if (!isOthers(phrase, found, values)) return filled(phrase, text, found, values)
    }
    return undefined
  }

  whole(text: string, depth: number): string | undefined {
    const key = `${depth}${text}`
    if (this.#read.has(key)) return this.#read.get(key)
    const said = this.phrase(text, depth) ?? this.#row(text, depth)
    this.#read.set(key, said)
    return said
  }

  #value(value: string, place: string, depth: number): string | undefined {
    if (VALUE.test(value) || QUOTED.test(place)) return value
    return depth === 0 ? undefined : this.whole(value, depth - 1)
  }

  /** Phrases in a row, of which each is known, behind what is none. */
  #row(text: string, depth: number): string | undefined {
    if (depth === 0 || this.#left === 0 || text.length > LONGEST_ROW) return undefined
    const joints = JOINTS.flatMap(joint => placesOf(joint, text))
    if (joints.length > MOST_JOINTS) return undefined
    for (const { joint, at } of joints) {
      const before = text.slice(0, at)
      const after = this.whole(text.slice(at + joint.length), depth - 1)
      if (after !== undefined) return `${this.phrase(before, depth - 1) ?? before}${joint}${after}`
    }
    return undefined
  }
}

function placesOf(joint: string, text: string): { readonly joint: string; readonly at: number }[] {
  return [...text.matchAll(new RegExp(joint, 'g'))].map(({ index }) => ({ joint, at: index }))
}

function filled(
  phrase: Phrase,
  text: string,
  found: readonly string[],
  values: readonly (string | undefined)[],
): string {
  const { table, key, line, english, places } = phrase
  const count = Number(found[places.indexOf('count')])
  const translated = formInLanguage(table, key, count)?.split('\n')[line] ?? english
  const said = english.endsWith('.') && !text.endsWith('.') ? translated.replace(/[.。]$/, '') : translated
  return said.replace(PLACE, (_, name: string) => {
    const at = places.indexOf(name)
    return values[at] ?? found[at] ?? ''
  })
}

/** Whether a frame holds what is none of our words. */
function isOthers(
  { english, places, letters }: Phrase,
  found: readonly string[],
  values: readonly (string | undefined)[],
): boolean {
  if (FRAMES.has(english)) return values.some((value, at) => value === undefined && isMeant(places[at]))
  return letters < LITTLE && values.some((value, at) => value === undefined && /\s/.test(found[at]!))
}

/** The place of a frame that names where is none. */
function isMeant(place: string | undefined): boolean {
  return place !== 'where' && place !== 'place'
}

function phrasesIn(tables: readonly BookTable[]): Phrases {
  const phrases = tables
    .flatMap(phrasesOf)
    .filter(({ english, letters }) => letters > 0 || FRAMES.has(english))
    .sort(bySubstance)
  const constant = new Map<string, Phrase>()
  for (const phrase of phrases.filter(({ places }) => places.length === 0))
    for (const said of [phrase.english, phrase.words[0]!]) if (!constant.has(said)) constant.set(said, phrase)
  return { constant, withPlaces: phrases.filter(({ places }) => places.length > 0) }
}

function phrasesOf({ table, texts }: BookTable): readonly Phrase[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    (typeof text === 'string' ? [text] : Object.values(text)).flatMap(form =>
      form.split('\n').map((english, line) => phraseOf(english, { table, key, line })),
    ),
  )
}

function phraseOf(english: string, of: Pick<Phrase, 'table' | 'key' | 'line'>): Phrase {
  // A value that ends with a line end leaves its place on the last line empty.
  const pattern = patternOf(english, of.line > 0 ? 0 : 1)
  return { ...of, ...pattern, english, letters: pattern.words.join('').replace(/\P{L}/gu, '').length }
}

/** The longer before the shorter. */
function bySubstance(one: Phrase, other: Phrase): number {
  const substance = ({ english }: Phrase): number => english.replace(PLACE, '').length
  return substance(other) - substance(one)
}
