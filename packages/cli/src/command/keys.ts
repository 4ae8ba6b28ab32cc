/**
 * keys: the DKIM keys of the sender domains, turned in stages that the running relay leads on.
 *
 * Not here: what the commands do (turn-keys.ts, loaded when one is asked for); API keys (key.ts); a key alone (keygen.ts).
 */
import type { Command } from './command.ts'

export const keys: Command = {
  name: 'keys',
  summary: 'Turn the DKIM keys of sender domains in stages, and see how far they are.',
  examples: ['postrider keys rotate example.com', 'postrider keys list'],
  subcommands: [
    {
      name: 'rotate',
      summary:
        'Make the next DKIM keys: the relay signs with them once they are published, and the old ones go in time.',
      args: [{ form: '[domains...]', says: 'sender domains (default: those that are signed for)' }],
      examples: ['postrider keys rotate example.com', 'postrider keys rotate --json'],
      run: async (input, context) => (await import('./turn-keys.ts')).rotate(input, context),
    },
    {
      name: 'list',
      summary: 'One line for each rotation: its stage, since when, its selectors, and what it waits for.',
      flags: [{ form: '--all', says: 'those that are done, too' }],
      examples: ['postrider keys list', 'postrider keys list --all --json'],
      run: async (input, context) => (await import('./turn-keys.ts')).list(input, context),
    },
    {
      name: 'cancel',
      summary: 'Forget the next keys of a domain, while they do not sign yet.',
      args: [{ form: '<domain>', says: 'the sender domain' }],
      examples: ['postrider keys cancel example.com'],
      run: async (input, context) => (await import('./turn-keys.ts')).cancel(input, context),
    },
  ],
}
