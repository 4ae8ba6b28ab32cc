/**
 * Retell: a sentence that was kept or thrown in English, in the language of whoever reads it: what a check found, what a failure means,
 * why a message waits, why an address is not mailed, and errors with all that they hold.
 *
 * Not here: how it is recognised (phrase-book.ts).
 */
import { CATALOGUES, ENGLISH, type English } from './english.ts'
import { ERROR_TABLES } from './errors.ts'
import { phraseBook } from './phrase-book.ts'
import { isEnglish } from './speaker.ts'

const SUBJECTS = [
  'findings-domain',
  'findings-host',
  'failures',
  'reply-hints',
  'kept',
  'seen',
] as const satisfies readonly (keyof English)[]

const book = phraseBook(() => [
  ...ERROR_TABLES,
  ...SUBJECTS.map(subject => ({ table: CATALOGUES[subject], texts: ENGLISH[subject] })),
])

/** In the language that is spoken; what stands in no catalogue, such as what a server said, as it is. */
export function retell(text: string): string {
  return isEnglish() ? text : book.say(text)
}
