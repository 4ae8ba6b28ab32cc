/**
 * Typed: what the parser says of a command line that it does not understand, in the language of this process.
 *
 * Policy. The parser complains in English by itself; each of its complaints that a command line of ours can lead to is known here by its form.
 * One that is not known is passed on as it is.
 */
import { type Say, speaker } from '@postrider/core/language'

export const TYPED = {
  'unknown-command': "unknown command '{name}'",
  'unknown-option': "unknown option '{name}'",
  'no-argument': "missing required argument '{name}'",
  'no-value': "option '{name}' argument missing",
  'too-many': 'too many arguments: expected {expected}, found {found}',
  meant: '(Did you mean {names}?)',
} as const

const say: Say<typeof TYPED> = speaker(TYPED)

type Complaint = readonly [form: RegExp, text: (...parts: readonly string[]) => string]

const COMPLAINTS: readonly Complaint[] = [
  [/^error: unknown command '(.*)'$/, (_, name = '') => say('unknown-command', { name })],
  [/^error: unknown option '(.*)'$/, (_, name = '') => say('unknown-option', { name })],
  [/^error: missing required argument '(.*)'$/, (_, name = '') => say('no-argument', { name })],
  [/^error: option '(.*)' argument missing$/, (_, name = '') => say('no-value', { name })],
  [
    /^error: too many arguments.*?\. Expected (\d+) arguments? but got (\d+)\b.*$/,
    (_, expected = '', found = '') => say('too-many', { expected, found }),
  ],
  [/^\(Did you mean (?:one of )?(.*)\?\)$/, (_, names = '') => say('meant', { names })],
]

/** @param text what the parser would write: a line for the complaint, and one for what may have been meant */
export function complaintInLanguage(text: string): string {
  return text
    .split('\n')
    .map(line => {
      for (const [form, told] of COMPLAINTS) {
        const parts = form.exec(line)
        if (parts !== null) return line.startsWith('error: ') ? `postrider: ${told(...parts)}` : told(...parts)
      }
      return line
    })
    .join('\n')
}
