/**
 * PhraseBook: a text that was said in English, found again in catalogues, and said in the language that is spoken.
 *
 * Policy. What is thrown, kept and sent is English and carries nothing else, so that it may cross a thread, a wire and the years. A phrase
 * is recognised by its English, the longest first, and so are the phrases in its places. A quoted value, a path and what others
 * said (a system, a server) stay as they are; what is not recognised stays English. One line after the other.
 *
 * Not here: which catalogues (errors.ts, retell.ts).
 */
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

interface Phrase {
  readonly english: string
  readonly key: string
  readonly table: object
  /** Which line of the text it is. */
  readonly line: number
  readonly places: readonly string[]
  readonly pattern: RegExp
  /** Stands in every text that fits: most are out by it. */
  readonly literal: string
  /** Of its own. */
  readonly letters: number
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

export function phraseBook(tables: () => readonly BookTable[]): PhraseBook {
  // Made when the first text is asked for.
  let phrases: readonly Phrase[] | undefined
  const all = (): readonly Phrase[] => {
    phrases ??= tables()
      .flatMap(phrasesOf)
      .filter(({ english, letters }) => letters > 0 || FRAMES.has(english))
      .sort(bySubstance)
    return phrases
  }
  const translate = (text: string, depth: number): string | undefined => {
    for (const phrase of all()) {
      if (!text.includes(phrase.literal)) continue
      const found = phrase.pattern.exec(text)
      if (found === null) continue
      const values = found
        .slice(1)
        .map((value, at) =>
          depth === 0 || VALUE.test(value) || QUOTED.test(phrase.places[at]!) ? value : whole(value, depth - 1),
        )
      if (isOthers(phrase, found, values)) continue
      return filled(phrase, found, values)
    }
    return undefined
  }
  const whole = (text: string, depth: number): string | undefined => translate(text, depth) ?? joined(text, depth)
  /** Phrases in a row, of which each is known, behind what is none. */
  const joined = (text: string, depth: number): string | undefined => {
    for (const joint of depth === 0 ? [] : JOINTS) {
      for (let at = text.indexOf(joint); at >= 0; at = text.indexOf(joint, at + 1)) {
        const [before, after] = [text.slice(0, at), text.slice(at + joint.length)]
        const said = whole(after, depth - 1)
        if (said !== undefined) return `${translate(before, depth - 1) ?? before}${joint}${said}`
      }
    }
    return undefined
  }
  const find = (line: string): string | undefined => translate(line, DEEPEST)
  return {
    find: text => {
      const lines = text.split('\n').map(find)
      return lines.includes(undefined) ? undefined : lines.join('\n')
    },
    say: text =>
      text
        .split('\n')
        .map(line => whole(line, DEEPEST) ?? line)
        .join('\n'),
  }
}

function filled({ table, key, line, english, places }: Phrase, found: RegExpExecArray, values: (string | undefined)[]) {
  const count = Number(found[places.indexOf('count') + 1])
  const translated = formInLanguage(table, key, count)?.split('\n')[line] ?? english
  const said = english.endsWith('.') && !found[0].endsWith('.') ? translated.replace(/[.。]$/, '') : translated
  return said.replace(PLACE, (_, name: string) => {
    const at = places.indexOf(name)
    return values[at] ?? found[at + 1] ?? ''
  })
}

/** Whether a frame holds what is none of our words. */
function isOthers({ english, places, letters }: Phrase, found: RegExpExecArray, values: (string | undefined)[]) {
  if (FRAMES.has(english)) return values.some((value, at) => value === undefined && isMeant(places[at]))
  return letters < LITTLE && values.some((value, at) => value === undefined && /\s/.test(found[at + 1]!))
}

/** The place of a frame that names where is none. */
function isMeant(place: string | undefined): boolean {
  return place !== 'where' && place !== 'place'
}

function phrasesOf({ table, texts }: BookTable): readonly Phrase[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    (typeof text === 'string' ? [text] : Object.values(text)).flatMap(form =>
      form.split('\n').map((english, line) => phraseOf(english, { table, key, line })),
    ),
  )
}

function phraseOf(english: string, of: Pick<Phrase, 'table' | 'key' | 'line'>): Phrase {
  const places = [...english.matchAll(PLACE)].map(([, name]) => name!)
  const parts = english.split(PLACE)
  const source = parts
    .map((part, index) => (index % 2 === 1 ? groupOf(part) : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('')
    // What goes on behind it was said without its full stop.
    .replace(/\\\.$/, '\\.?')
  const literals = parts.filter((_, index) => index % 2 === 0).map(part => part.replace(/\.$/, ''))
  const letters = literals.join('').replace(/\P{L}/gu, '').length
  return {
    ...of,
    english,
    places,
    // A value that ends with a line end leaves its place on the last line empty.
    pattern: new RegExp(`^${of.line > 0 ? source.replaceAll('(.+?)', '(.*?)') : source}$`, 'u'),
    literal: literals.reduce((longest, each) => (each.length > longest.length ? each : longest)),
    letters,
  }
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
