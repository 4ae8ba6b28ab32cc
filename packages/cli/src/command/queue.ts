/**
 * queue: look into the queue and change what waits there. Works beside a running relay on the same queue file.
 *
 * Not here: the lists (queue-listing.ts), what is said of mail that waits for a paused mail site (queue-pauses.ts).
 */

import type { Mailer, QueueSelection } from '@postrider/core'
import { say } from '../language/commands.ts'
import { word } from '../language/words.ts'
import { EXIT, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Flag, type Input, textFlag, UsageError } from './command.ts'

const FILTERS: readonly Flag[] = [
  { form: '--domain <name>', says: 'only mail for this recipient domain' },
  { form: '--from <text>', says: 'only mail whose sender contains this' },
  { form: '--account <name>', says: 'only mail of this account' },
]
const SELECTION = [{ form: '[id...]', says: 'queue ids; without them, all that the flags select' }]
const ALL: Flag = { form: '--all', says: 'every message' }

export const queue: Command = {
  name: 'queue',
  summary: 'List, show, flush, hold, release, retry, reschedule or cancel what is in the queue.',
  examples: [
    'postrider queue list',
    'postrider queue flush --domain gmail.com',
    'postrider queue cancel 01JD3Z8K2M4Q6S8V0XYZ',
  ],
  subcommands: [
    {
      name: 'list',
      summary: 'One line for each message that waits, oldest first.',
      flags: [
        ...FILTERS,
        { form: '--state <state>', says: 'waiting, running, deferred or held' },
        { form: '--limit <n>', says: 'at most so many (default 100)' },
        { form: '--after <id>', says: 'those after this id: the next page' },
      ],
      examples: ['postrider queue list', 'postrider queue list --domain gmail.com --state deferred'],
      run: async (input, context) => (await import('./queue-listing.ts')).list(input, context),
    },
    {
      name: 'show',
      summary: 'Everything about one message: its recipients and what was last said to each.',
      args: [{ form: '<id>', says: 'queue id' }],
      examples: ['postrider queue show 01JD3Z8K2M4Q6S8V0XYZ'],
      run: async (input, context) => (await import('./queue-listing.ts')).show(input, context),
    },
    change({
      name: 'flush',
      summary: 'Try waiting messages now. What waits for a mail site that is paused goes when its pause ends.',
      examples: ['postrider queue flush --all', 'postrider queue flush --domain gmail.com'],
      act: (mailer, which) => mailer.queue.flush(which),
      thereafter: async (...selected) => (await import('./queue-pauses.ts')).tellPaused(...selected),
    }),
    change({
      name: 'retry',
      summary: 'Try messages now, as flush.',
      examples: ['postrider queue retry 01JD3Z8K2M4Q6S8V0XYZ'],
      act: (mailer, which) => mailer.queue.retry(which),
      thereafter: async (...selected) => (await import('./queue-pauses.ts')).tellPaused(...selected),
    }),
    change({
      name: 'hold',
      summary: 'Keep messages from being delivered until released.',
      examples: ['postrider queue hold --from newsletter@ --because "wrong link"'],
      flags: [{ form: '--because <text>', says: 'the reason, kept in the history' }],
      act: (mailer, which, input) =>
        mailer.queue.hold(which, textFlag(input, 'because') ?? say('queue.held-by-operator')),
    }),
    change({
      name: 'release',
      summary: 'Let held messages go on.',
      examples: ['postrider queue release 01JD3Z8K2M4Q6S8V0XYZ'],
      act: (mailer, which) => mailer.queue.release(which),
    }),
    {
      name: 'reschedule',
      summary: 'Let a message that waits go out at another time. It expires as much later or sooner.',
      args: [
        { form: '<id>', says: 'queue id' },
        { form: '<time>', says: '2026-01-31T08:00Z, or in 30m, 24h, 7d' },
      ],
      examples: [
        'postrider queue reschedule 01JD3Z8K2M4Q6S8V0XYZ 2026-01-31T08:00Z',
        'postrider queue reschedule 01JD3Z8K2M4Q6S8V0XYZ 2h',
      ],
      run: async (input, context) => (await import('./queue-listing.ts')).reschedule(input, context),
    },
    change({
      name: 'cancel',
      summary: 'Take messages back. What is being delivered at this moment is not touched.',
      examples: ['postrider queue cancel 01JD3Z8K2M4Q6S8V0XYZ', 'postrider queue cancel --domain example.net'],
      act: (mailer, which) => mailer.queue.cancel(which),
    }),
  ],
}

interface Change {
  readonly name: 'flush' | 'retry' | 'hold' | 'release' | 'cancel'
  readonly summary: string
  readonly examples: readonly string[]
  readonly flags?: readonly Flag[]
  readonly act: (mailer: Mailer, which: QueueSelection, input: Input) => Promise<number>
  /** What is to be said of what was selected. */
  readonly thereafter?: (mailer: Mailer, selected: readonly QueueSelection[], context: Context) => Promise<void>
}

function change({ name, summary, examples, flags = [], act, thereafter }: Change): Command {
  return {
    name,
    summary,
    args: SELECTION,
    flags: [...FILTERS, ALL, ...flags],
    examples,
    run: async (input, context) => {
      const { filterFrom, withMailer } = await import('./queue-listing.ts')
      return withMailer(input, context, async mailer => {
        let changed = 0
        const selected = selections(input, filterFrom(input))
        for (const which of selected) changed += await act(mailer, which, input)
        if (context.json) writeJson(context.out, { [name]: changed })
        else context.out.write(`${word(`count.${name}`, { count: changed })}\n`)
        await thereafter?.(mailer, selected, context)
        return EXIT.ok
      })
    },
  }
}

function selections(input: Input, filter: Exclude<QueueSelection, string>): readonly QueueSelection[] {
  if (input.args.length > 0) return input.args as readonly QueueSelection[]
  if (Object.keys(filter).length === 0 && input.flags.all !== true) {
    throw new UsageError(say('usage.which-messages'))
  }
  return [filter]
}
