/**
 * Errors: what an error says, in the language of whoever reads it.
 *
 * Policy. An error is thrown, logged, sent and printed by `--json` in English, which stands beside the code that throws it. Who prints
 * it for a person has it said here.
 *
 * Not here: how a phrase is recognised (phrase-book.ts), the phrases (errors-options.ts and its neighbours).
 * ../../../../test/errors.test.ts holds them against the code.
 */
import { ERRORS_HTTP } from './errors-http.ts'
import { ERRORS_MAIL } from './errors-mail.ts'
import { ERRORS_OPTIONS } from './errors-options.ts'
import { ERRORS_QUEUE } from './errors-queue.ts'
import { ERRORS_RELAY } from './errors-relay.ts'
import { type BookTable, phraseBook } from './phrase-book.ts'

/** The English itself is the key. */
const tableOf = (table: readonly string[]): BookTable => ({
  table,
  texts: Object.fromEntries(table.map(phrase => [phrase, phrase])),
})

export const ERROR_TABLES: readonly BookTable[] = [
  ERRORS_OPTIONS,
  ERRORS_MAIL,
  ERRORS_QUEUE,
  ERRORS_RELAY,
  ERRORS_HTTP,
].map(tableOf)

const book = phraseBook(() => ERROR_TABLES)

/** An error's message, or what it found, wanted and advises, in the language that is spoken. */
export function errorInLanguage(text: string): string {
  return book.say(text)
}

/** Whether a text of an error can be said in every language. */
export function isErrorPhrase(text: string): boolean {
  return book.find(text) !== undefined
}
