/**
 * inbound: what other mail servers bring to port 25.
 *
 * Not here: doing it (test-inbound.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

export const inbound: Command = {
  name: 'inbound',
  summary: 'Try out what other mail servers bring: bounces, complaints and answers.',
  examples: ['postrider inbound test'],
  subcommands: [
    {
      name: 'test',
      summary:
        'Send a mail to a return address of ours through the public MX, as a stranger would, and say what arrived.',
      examples: ['postrider inbound test', 'postrider inbound test --json'],
      run: async (...typed) => (await import('./test-inbound.ts')).run(...typed),
    },
  ],
}
