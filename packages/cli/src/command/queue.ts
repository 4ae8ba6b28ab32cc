/**
 * queue: look into the queue and change what waits there. Works beside a running relay on the same queue file.
 */
import type { Mailer, QueueEntry, QueueFilter, QueueSelection } from '@postrider/core'
import { duration, EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import { type Command, type Context, type Flag, type Input, textFlag, UsageError } from './command.ts'
import { openMailer } from './mailer.ts'

const FILTERS: readonly Flag[] = [
  { form: '--domain <name>', says: 'only mail for this recipient domain' },
  { form: '--from <text>', says: 'only mail whose sender contains this' },
  { form: '--account <name>', says: 'only mail of this account' },
]
const SELECTION = [{ form: '[id...]', says: 'queue ids; without them, all that the flags select' }]
const ALL: Flag = { form: '--all', says: 'every message' }

export const queue: Command = {
  name: 'queue',
  summary: 'List, show, flush, hold, release, retry or cancel what is in the queue.',
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
      run: list,
    },
    {
      name: 'show',
      summary: 'Everything about one message: its recipients and what was last said to each.',
      args: [{ form: '<id>', says: 'queue id' }],
      run: show,
    },
    change('flush', 'Try waiting messages now.', (mailer, which) => mailer.queue.flush(which)),
    change('retry', 'Try messages now, as flush.', (mailer, which) => mailer.queue.retry(which)),
    change(
      'hold',
      'Keep messages from being delivered until released.',
      (mailer, which, input) => mailer.queue.hold(which, textFlag(input, 'because') ?? 'held by the operator'),
      [{ form: '--because <text>', says: 'the reason, kept in the history' }],
    ),
    change('release', 'Let held messages go on.', (mailer, which) => mailer.queue.release(which)),
    change('cancel', 'Take messages back. What is being delivered at this moment is not touched.', (mailer, which) =>
      mailer.queue.cancel(which),
    ),
  ],
}

type Change = (mailer: Mailer, which: QueueSelection, input: Input) => Promise<number>

function change(name: string, summary: string, act: Change, flags: readonly Flag[] = []): Command {
  return {
    name,
    summary,
    args: SELECTION,
    flags: [...FILTERS, ALL, ...flags],
    run: (input, context) =>
      withMailer(input, context, async mailer => {
        let changed = 0
        for (const which of selections(input)) changed += await act(mailer, which, input)
        if (context.json) writeJson(context.out, { [name]: changed })
        else context.out.write(`${name}: ${changed} message${changed === 1 ? '' : 's'}\n`)
        return EXIT.ok
      }),
  }
}

function selections(input: Input): readonly QueueSelection[] {
  if (input.args.length > 0) return input.args as readonly QueueSelection[]
  const filter = filterFrom(input)
  if (Object.keys(filter).length === 0 && input.flags.all !== true) {
    throw new UsageError('which messages? give ids, a flag such as --domain, or --all')
  }
  return [filter]
}

function filterFrom(input: Input): Omit<QueueFilter, 'limit' | 'after'> {
  const state = textFlag(input, 'state')
  if (state !== undefined && !['waiting', 'running', 'deferred', 'held'].includes(state)) {
    throw new UsageError(`--state: found "${state}", wanted waiting, running, deferred or held`)
  }
  const entries = ['domain', 'from', 'account', 'state'].map(name => [name, textFlag(input, name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

async function list(input: Input, context: Context): Promise<ExitCode> {
  return withMailer(input, context, async mailer => {
    const limit = textFlag(input, 'limit')
    const after = textFlag(input, 'after')
    const entries = await mailer.queue.list({
      ...filterFrom(input),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
      ...(after === undefined ? {} : { after: after as never }),
    })
    if (context.json) for (const entry of entries) writeJson(context.out, entry)
    else context.out.write(`${await listText(entries, mailer, context)}\n`)
    return EXIT.ok
  })
}

async function listText(entries: readonly QueueEntry[], mailer: Mailer, context: Context): Promise<string> {
  const counts = await mailer.queue.counts()
  if (counts.messages === 0) return 'the queue is empty'
  const rows = entries.map(entry => [
    entry.id,
    duration(context.now() - entry.acceptedAt),
    entry.held !== undefined ? 'held' : dueText(entry, context),
    String(entry.sizeBytes),
    entry.from === '' ? '<>' : entry.from,
    recipientsText(entry),
  ])
  return [
    table(['id', 'age', 'due', 'bytes', 'from', 'to'], rows),
    `${counts.messages} messages, ${counts.recipients} recipients, ${counts.due} due, ${counts.running} running, ${counts.held} held`,
  ].join('\n')
}

function dueText(entry: QueueEntry, context: Context): string {
  if (entry.dueAt === undefined) return 'running'
  return entry.dueAt <= context.now() ? 'now' : `in ${duration(entry.dueAt - context.now())}`
}

function recipientsText({ recipients }: QueueEntry): string {
  const [first, ...rest] = recipients
  if (first === undefined) return ''
  const last = first.lastReply === undefined ? '' : `: ${first.lastReply}`
  return `${first.address}${rest.length === 0 ? last : ` and ${rest.length} more`}`
}

async function show(input: Input, context: Context): Promise<ExitCode> {
  return withMailer(input, context, async mailer => {
    const entry = await mailer.queue.show((input.args[0] ?? '') as never)
    if (context.json) {
      writeJson(context.out, entry)
      return EXIT.ok
    }
    const rows = entry.recipients.map(r => [r.address, r.state, String(r.attempts), r.lastReply ?? ''])
    context.out.write(
      [
        `${entry.id} from ${entry.from === '' ? '<>' : entry.from}, ${entry.sizeBytes} bytes, priority ${entry.priority}`,
        `accepted ${moment(entry.acceptedAt)}, expires ${moment(entry.expiresAt)}${entry.held === undefined ? '' : `, held: ${entry.held}`}`,
        table(['recipient', 'state', 'attempts', 'last reply'], rows),
        '',
      ].join('\n'),
    )
    return EXIT.ok
  })
}

async function withMailer(
  input: Input,
  context: Context,
  run: (mailer: Mailer) => Promise<ExitCode>,
): Promise<ExitCode> {
  const mailer = await openMailer(input, context, 'look')
  try {
    return await run(mailer)
  } finally {
    await mailer.close()
  }
}
