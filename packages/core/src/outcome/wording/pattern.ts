/**
 * Pattern: how a meaning is written down: words as alternatives, and two groups of words near each other.
 *
 * Policy. Words are whole words, except in Chinese and Japanese, which put no space between them. A meaning is one pattern
 * for the languages in Latin letters and one for the others, so that a reply is held against those alone that can fit it.
 */

export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ru', 'ja', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Meaning {
  /** Of the languages in Latin letters. */
  readonly latin: string
  /** Of the others. */
  readonly others: string
  /** Words that say the contrary, or something else: taken away before anything is looked for. */
  readonly not?: string
}

/** A meaning whose words differ much from language to language. */
export function inEach(says: Readonly<Record<Language, string>>, not?: string): Meaning {
  const { ru, ja, zh, ...latin } = says
  return everywhere(Object.values(latin).join('|'), `${ru}|${ja}|${zh}`, not)
}

const NOTHING = '(?!)'

/** A meaning whose words are few, or the same in many languages. */
export function everywhere(latin: string, others: string = NOTHING, not?: string): Meaning {
  return not === undefined ? { latin, others } : { latin, others, not }
}

/** One of these alternatives, as a whole word: in the text that is looked at, a space stands before and behind each. */
export function word(alternatives: string): string {
  return `(?<= )(?:${alternatives})(?= )`
}

/** Both, in either order, with little between them. */
export function near(one: string, other: string, gap = 45): string {
  return `${then(one, other, gap)}|${then(other, one, Math.round(gap / 2))}`
}

/** Both, in this order, with none of the words `without` between them. */
export function then(first: string, second: string, gap = 45, without?: string): string {
  const between = without === undefined ? '.' : `(?:(?!${word(without)}).)`
  return `${word(first)}${between}{0,${gap}}?${word(second)}`
}

export interface Reader {
  readonly says: (words: string) => boolean
}

const OTHERS = /[\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

export function readerOf({ latin, others, not }: Meaning): Reader {
  const inLatin = new RegExp(latin)
  const inOthers = new RegExp(others, 'u')
  const denied = not === undefined ? undefined : new RegExp(not, 'g')
  return {
    says: text => {
      const whole = ` ${text} `
      const words = denied === undefined ? whole : whole.replace(denied, '')
      return inLatin.test(words) || (OTHERS.test(words) && inOthers.test(words))
    },
  }
}
