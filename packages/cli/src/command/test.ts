/**
 * test: a message that explains itself, followed to the reply; and the judgement of the copy that arrived.
 *
 * Not here: doing it (try-out.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const test: Command = {
  name: 'test',
  summary: 'Send a test message, say what the provider did and why; or judge the headers of the copy that arrived.',
  args: [{ form: '[address]', says: 'where the test message goes; not with --judge' }],
  flags: [
    { form: '-f, --from <address>', says: 'the author (default: postmaster@ the first domain that is signed for)' },
    { form: '-w, --wait', says: 'stay until it is delivered or given up, however often it is deferred' },
    { form: '--judge', says: 'read the header of the received copy from standard input, and judge it' },
    { form: '--eml <file>', says: 'judge this file instead; - reads standard input' },
  ],
  examples: [
    'postrider test you@gmail.com',
    'postrider test --judge < headers.txt',
    'postrider test --eml received.eml --json',
  ],
  run: async (...typed) => (await import('./try-out.ts')).run(...typed),
}
