/**
 * erase: a person is taken out of the history.
 *
 * Not here: doing it (erase-person.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const erase: Command = {
  name: 'erase',
  summary: 'Take a person out of the history: address, cards and kept content. What waits is told and not touched.',
  args: [{ form: '<address>', says: 'e-mail address' }],
  flags: [
    { form: '--suppressions', says: 'also lift its suppression: it may be mailed again' },
    { form: '-y, --yes', says: 'ask nothing' },
  ],
  examples: ['postrider erase you@example.net', 'postrider erase you@example.net --yes --json'],
  run: async (input, context) => (await import('./erase-person.ts')).erasePerson(input, context),
}
