/**
 * messages: a look back over all messages, finished ones and those that wait.
 *
 * Not here: changing what waits (queue.ts), the whole story of one message (explain.ts).
 */
import type { Command } from './command.ts'

export const messages: Command = {
  name: 'messages',
  summary: 'Look back over all messages, finished ones and those that wait.',
  examples: ['postrider messages list --to you@example.net', 'postrider messages list --state bounced --since 24h'],
  subcommands: [
    {
      name: 'list',
      summary: 'One line for each message, newest first.',
      flags: [
        { form: '--state <state>', says: 'waiting, running, deferred, held, delivered, bounced, expired or cancelled' },
        { form: '--to <address>', says: 'only mail for this recipient' },
        { form: '--domain <name>', says: 'only mail for this recipient domain' },
        { form: '--from <text>', says: 'only mail whose sender contains this' },
        { form: '--account <name>', says: 'only mail of this account' },
        { form: '--tag <name=value...>', says: 'only mail with this tag; may be given several times' },
        { form: '--via <way>', says: 'only mail that came in this way: sdk, smtp or http' },
        { form: '--message-id <id>', says: 'only mail with this Message-ID' },
        { form: '--subject <text>', says: 'only mail whose subject contains this' },
        { form: '--code <code>', says: 'only mail of which an attempt failed so, such as mailbox-full' },
        { form: '--host <name>', says: 'only mail that was tried at this mail host' },
        { form: '--since <time>', says: 'came in then or later: 2026-01-31, 2026-01-31T08:00Z, or 30m, 24h, 7d ago' },
        { form: '--before <time>', says: 'came in before then' },
        { form: '--limit <n>', says: 'at most so many (default 100)' },
        { form: '--after <id>', says: 'those older than this id: the next page' },
      ],
      examples: [
        'postrider messages list --to you@example.net',
        'postrider messages list --state bounced --since 24h --json',
        'postrider messages list --tag kind=reset --subject password',
      ],
      run: async (input, context, signal) => (await import('./message-listing.ts')).list(input, context, signal),
    },
    {
      name: 'content',
      summary: 'Print the bytes of a message, as long as they are kept (queue.keepContentMs).',
      args: [{ form: '<id>', says: 'the id of a message' }],
      examples: ['postrider messages content 01KABCDEFGHJKMNPQRST > message.eml'],
      run: async (input, context) => (await import('./message-listing.ts')).content(input, context),
    },
  ],
}
