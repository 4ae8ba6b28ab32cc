/**
 * PhrasePattern: a text held against a phrase with places, and what stands in these.
 *
 * Policy. One pass from the left, and nothing is tried twice: a place ends where the words behind it come first. What strangers wrote
 * is read here, which a regular expression with two places would try at every pair of positions.
 *
 * Not here: which phrases there are, and what a place may hold (phrase-book.ts).
 */
import { PLACE } from './speaker.ts'

export interface PhrasePattern {
  readonly places: readonly string[]
  /** Before, between and behind the places: one more than these. */
  readonly words: readonly string[]
  /** What goes on behind the phrase was said without its full stop. */
  readonly fullStop: boolean
  /** Characters of a place. */
  readonly least: number
}

/** Held against a text: what stands in its places. Undefined: the text is none of it. */
export type Fit = (pattern: PhrasePattern, text: string) => readonly string[] | undefined

/** A figure is one word. */
const FIGURE = /^(?:count|most|least|bits|ms|port)$/

/** @param least characters of a place: 0 or 1 */
export function patternOf(english: string, least: number): PhrasePattern {
  const parts = english.split(PLACE)
  const fullStop = english.endsWith('.')
  return {
    places: parts.filter((_, index) => index % 2 === 1),
    words: (fullStop ? parts.with(-1, parts.at(-1)!.slice(0, -1)) : parts).filter((_, index) => index % 2 === 0),
    fullStop,
    least,
  }
}

export function fitPhrase({ places, words, fullStop, least }: PhrasePattern, whole: string): string[] | undefined {
  const text = fullStop && whole.endsWith('.') ? whole.slice(0, -1) : whole
  if (!text.startsWith(words[0]!) || !text.endsWith(words.at(-1)!)) return undefined
  if (places.length === 0) return text === words[0] ? [] : undefined
  const end = text.length - words.at(-1)!.length
  const values: string[] = []
  let from = words[0]!.length
  for (const [at, place] of places.entries()) {
    const behind = words[at + 1]!
    const to = at === places.length - 1 ? end : nextOf(text, behind, place, { first: from + least, end: end - least })
    if (to < from + least || to > end) return undefined
    const value = text.slice(from, to)
    if (FIGURE.test(place) && /\s/.test(value)) return undefined
    values.push(value)
    from = to + behind.length
  }
  return values
}

/** What is before the last "or" may have others in it. */
function nextOf(text: string, words: string, place: string, { first, end }: { first: number; end: number }): number {
  return place === 'one' ? text.lastIndexOf(words, end - words.length) : text.indexOf(words, first)
}
