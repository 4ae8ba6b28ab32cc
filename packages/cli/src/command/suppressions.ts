/**
 * suppressions: the addresses that are not mailed: see them, add with a reason, lift, take in, give out.
 *
 * Not here: doing it (suppression-list.ts, loaded when it is asked for).
 */
import type { Command } from './command.ts'

const ORIGIN = {
  form: '--origin <name>',
  says: 'only those of a bounce, a complaint, an unsubscribe or by hand (manual)',
}
const NOTE = { form: '--note <text>', says: 'why' }
const DAYS = { form: '--days <n>', says: 'for so many days (default: until it is lifted)' }

export const suppressions: Command = {
  name: 'suppressions',
  summary: 'The addresses that are not mailed: list, add, remove, import or export them.',
  examples: ['postrider suppressions list', 'postrider suppressions add you@example.net --note "asked by phone"'],
  subcommands: [
    {
      name: 'list',
      summary: 'One line for each address, with the reason, by address.',
      flags: [
        ORIGIN,
        { form: '--limit <n>', says: 'at most so many (default 100)' },
        { form: '--after <address>', says: 'those after this address: the next page' },
      ],
      examples: ['postrider suppressions list', 'postrider suppressions list --origin complaint --json'],
      run: async (input, context) => (await import('./suppression-list.ts')).list(input, context),
    },
    {
      name: 'add',
      summary: 'Mail these addresses no more.',
      args: [{ form: '<address...>', says: 'e-mail addresses' }],
      flags: [NOTE, DAYS],
      examples: ['postrider suppressions add you@example.net --note "asked by phone"'],
      run: async (input, context) => (await import('./suppression-list.ts')).add(input, context),
    },
    {
      name: 'remove',
      summary: 'Mail these addresses again.',
      args: [{ form: '<address...>', says: 'e-mail addresses' }],
      examples: ['postrider suppressions remove you@example.net'],
      run: async (input, context) => (await import('./suppression-list.ts')).remove(input, context),
    },
    {
      name: 'import',
      summary:
        'Add the addresses of a file: one a line, CSV with the address first, or JSON lines as export gives them.',
      args: [{ form: '<file>', says: 'a file, or - for standard input' }],
      flags: [NOTE, DAYS],
      examples: [
        'postrider suppressions import bounced.csv --note "from the old provider"',
        'postrider suppressions export --json | postrider --config other.yaml suppressions import -',
      ],
      run: async (input, context, signal) => (await import('./suppression-file.ts')).take(input, context, signal),
    },
    {
      name: 'export',
      summary: 'Print all of them as CSV, or as JSON lines with --json.',
      flags: [ORIGIN],
      examples: [
        'postrider suppressions export > suppressed.csv',
        'postrider suppressions export --origin bounce --json',
      ],
      run: async (input, context, signal) => (await import('./suppression-file.ts')).give(input, context, signal),
    },
  ],
}
