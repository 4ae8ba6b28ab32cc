/**
 * Sentences: texts for people that stand in the code and not in the rooms of language. How many there are only falls.
 *
 * Policy. A sentence is a literal, or a piece of a template between two values, with three words or more: letters alone, with
 * the marks of writing around them. A record or a command mostly has fewer; a pattern, which has `|` or a backslash, is none.
 * Where a row of a table is from (`source:`) is said to nobody,
 * the help of a command (`summary:`, `says:`) is one with what the parser is built from, and what begins with the name of the
 * program is a command to type.
 */
import { lineAt, type Source } from './source.ts'

/** How many there are in the rooms whose texts stand in language/: it only falls. */
export const MOST_SENTENCES: Readonly<Record<string, number>> = {
  // What a metric is, which its readers know by its English name, and one line of the log.
  'packages/core/src/observe/': 15,
  // Where rows are from, by the names that their sources have.
  'packages/core/src/outcome/rules/': 27,
  'packages/core/src/outcome/': 27,
  // A command, and messages of errors.
  'packages/core/src/preflight/': 3,
  'packages/cli/src/checkup/': 0,
  // Names of filters.
  'packages/cli/src/judge/': 2,
  'packages/cli/src/records/': 0,
  // A line of the log, and a command to type.
  'packages/cli/src/command/': 2,
  'packages/cli/src/setup/': 2,
  'packages/cli/src/terminal/': 0,
  'packages/relay/web/client/': 0,
  'packages/relay/web/part/': 0,
  'packages/relay/web/page/': 0,
}

const WORD = /^[("'<“]*\p{L}[\p{L}’'-]*[.,:;)"'>?”]*$/u
/** In blanked code a string is its quotes, and a piece of a template ends at `${` or a backtick. */
const LITERAL = /(?<=(['"]))[ ]*(?=\1)|(?<=[`}])\s*(?=`|\$\{)/g
const ELSEWHERE = /\b(?:source|summary|says):\s*['"`]$/
const COMMAND = /^postrider /

export function sentences(sources: readonly Source[], most: Readonly<Record<string, number>>): string[] {
  return Object.entries(most).flatMap(([folder, limit]) => {
    const found = sources.filter(({ path }) => path.startsWith(folder)).flatMap(sentencesOf)
    if (found.length === limit) return []
    if (found.length < limit) return [`${folder} has ${found.length} sentences: lower the number to ${found.length}.`]
    return [`${folder} may have ${limit} sentences: ${found.join('; ')}. Say them by key, from language/.`]
  })
}

function sentencesOf({ path, text, code }: Source): string[] {
  return [...code.matchAll(LITERAL)]
    .map(({ 0: { length }, index }) => ({ index, said: text.slice(index, index + length) }))
    .filter(
      ({ index, said }) =>
        wordsOf(said) >= 3 &&
        !/[|\\]/.test(said) &&
        !COMMAND.test(said) &&
        !ELSEWHERE.test(text.slice(Math.max(0, index - 40), index)),
    )
    .map(({ index, said }) => `${path}:${lineAt(code, index)} "${said}"`)
}

function wordsOf(text: string): number {
  return text.split(/\s+/).filter(word => WORD.test(word)).length
}
