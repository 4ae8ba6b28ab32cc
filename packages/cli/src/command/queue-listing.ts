/**
 * QueueListing: what `queue list` and `queue show` print.
 *
 * Not here: what is said of mail that waits for a paused mail site (queue-pauses.ts).
 */

import type { Mailer, QueueEntry, QueueFilter } from '@postrider/core'
import { say } from '../language/commands.ts'
import { columns, stateWord, word } from '../language/words.ts'
import { duration, EXIT, type ExitCode, moment, table, writeJson } from '../terminal/index.ts'
import { type Context, type Input, textFlag, UsageError } from './command.ts'
import { readMoment, wholeNumberFlag } from './flag-values.ts'
import { openMailer } from './mailer.ts'
import { type Pauses, pausedFields, pauseLines, pausesFor, pausesOf } from './queue-pauses.ts'

export function filterFrom(input: Input): Omit<QueueFilter, 'limit' | 'after'> {
  const state = textFlag(input, 'state')
  if (state !== undefined && !['waiting', 'running', 'deferred', 'held'].includes(state)) {
    throw new UsageError(say('usage.state', { state }))
  }
  const entries = ['domain', 'from', 'account', 'state'].map(name => [name, textFlag(input, name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

export async function list(input: Input, context: Context): Promise<ExitCode> {
  return withMailer(input, context, async mailer => {
    const limit = wholeNumberFlag(input, 'limit', { least: 1, most: 100_000 })
    const after = textFlag(input, 'after')
    const entries = await mailer.queue.list({
      ...filterFrom(input),
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after: after as never }),
    })
    const pauses = await pausesOf(entries, mailer)
    if (context.json) {
      for (const entry of entries) writeJson(context.out, { ...entry, ...pausedFields(entry, pauses) })
    } else context.out.write(`${await listText(entries, { mailer, pauses, context })}\n`)
    return EXIT.ok
  })
}

interface Listing {
  readonly mailer: Mailer
  readonly pauses: Pauses
  readonly context: Context
}

async function listText(entries: readonly QueueEntry[], { mailer, pauses, context }: Listing): Promise<string> {
  const counts = await mailer.queue.counts()
  if (counts.messages === 0) return say('queue.empty')
  const rows = entries.map(entry => [
    entry.id,
    duration(context.now() - entry.acceptedAt),
    entry.held !== undefined ? stateWord('held') : dueText(entry, pauses, context),
    String(entry.sizeBytes),
    entry.from === '' ? '<>' : entry.from,
    recipientsText(entry),
  ])
  return [
    table(columns('id', 'age', 'due', 'bytes', 'from', 'to'), rows),
    ...pauseLines(entries, pauses, context.now()),
    say('queue.totals', {
      messages: counts.messages,
      recipients: counts.recipients,
      due: counts.due,
      running: counts.running,
      held: counts.held,
    }),
  ].join('\n')
}

function dueText(entry: QueueEntry, pauses: Pauses, context: Context): string {
  if (pausesFor(entry, pauses).length > 0) return stateWord('paused')
  if (entry.dueAt === undefined) return stateWord('running')
  return entry.dueAt <= context.now() ? word('now') : word('in', { time: duration(entry.dueAt - context.now()) })
}

function recipientsText({ recipients }: QueueEntry): string {
  const [first, ...rest] = recipients
  if (first === undefined) return ''
  const last = first.lastReply === undefined ? '' : `: ${first.lastReply}`
  return rest.length === 0 ? `${first.address}${last}` : word('and-more', { first: first.address, more: rest.length })
}

export async function show(input: Input, context: Context): Promise<ExitCode> {
  return withMailer(input, context, async mailer => {
    const entry = await mailer.queue.show((input.args[0] ?? '') as never)
    const pauses = await pausesOf([entry], mailer)
    if (context.json) {
      writeJson(context.out, { ...entry, ...pausedFields(entry, pauses) })
      return EXIT.ok
    }
    const rows = entry.recipients.map(r => [r.address, stateWord(r.state), String(r.attempts), r.lastReply ?? ''])
    context.out.write(
      [
        say('queue.entry', {
          id: entry.id,
          from: entry.from === '' ? '<>' : entry.from,
          size: entry.sizeBytes,
          priority: entry.priority,
        }),
        ...cardLines(entry),
        say('queue.entry-times', { accepted: moment(entry.acceptedAt), expires: moment(entry.expiresAt) }) +
          (entry.held === undefined ? '' : say('queue.entry-held', { because: entry.held })),
        table(columns('recipient', 'state', 'attempts', 'last-reply'), rows),
        ...pauseLines([entry], pauses, context.now()),
        '',
      ].join('\n'),
    )
    return EXIT.ok
  })
}

export async function reschedule(input: Input, context: Context): Promise<ExitCode> {
  const [id = '', text = ''] = input.args
  const at = readMoment(text, { where: 'time', now: context.now(), sign: 1 })
  return withMailer(input, context, async mailer => {
    await mailer.queue.reschedule(id, at)
    if (context.json) writeJson(context.out, { rescheduled: id, dueAt: at.getTime() })
    else context.out.write(`${say('queue.rescheduled', { id, time: moment(at.getTime()) })}\n`)
    return EXIT.ok
  })
}

function cardLines({ card = {}, via }: QueueEntry): readonly string[] {
  const fields = [
    [word('column.subject'), card.subject],
    [word('column.from'), card.from],
    [word('column.to'), card.to],
    ['cc', card.cc],
    [word('card.by'), via],
  ] as const
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [word('pair', { name, value })]))
}

export async function withMailer(
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
