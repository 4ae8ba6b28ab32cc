/**
 * History: a page of all messages, newest first: of the tables of what waits or waited, and of the outcomes of the fast path.
 *
 * Policy. What this process has under way on the fast path is shown as it knows it; what others have there is not known here. Reads
 * only, a stretch at a time, each a statement of its own: a message that moves meanwhile keeps its id and its place.
 */
import type { Clock } from '../../ambient/clock.ts'
import {
  factNeedles,
  fits,
  type HistoryQuery,
  type MessagePage,
  MOST_RECIPIENTS,
  metaNeedles,
  wantedColumns,
  wantsFact,
} from '../history.ts'
import type { QueueEntry } from '../store.ts'
import type { Connections } from './connection.ts'
import { readOutcome } from './fast-path/outcome.ts'
import { entries } from './queries.ts'
import { SQL } from './sql.ts'

/** How many messages one statement looks through: some ten milliseconds. */
const STRETCH = 1_000
/** How many whole messages are asked for at once. */
const ENTRIES = 100

type Found = readonly [id: string, n: number, entry: string | null, fits: boolean]

export interface HistoryParts {
  readonly connections: Connections
  readonly clock: Pick<Clock, 'monotonic'>
  /** What this process has under way. */
  readonly underWay: () => readonly QueueEntry[]
}

export async function listMessages(parts: HistoryParts, query: HistoryQuery): Promise<MessagePage> {
  const { connections, clock } = parts
  const until = clock.monotonic() + query.withinMs
  const messages: QueueEntry[] = []
  // The server takes no such text, and has none.
  if (`${query.account}${query.from}${query.host}`.includes('\0')) return { messages }
  let recipients = 0
  for (let { below } = query; ; ) {
    // Before the statement: what settles in between is seen by it.
    const underWay = wantsFact(query) ? [] : parts.underWay()
    const wanted = valuesOf(query)
    const rows: readonly Found[] = await connections.ask<[...Found]>(
      'passing',
      SQL.historyStretch,
      query.least,
      below,
      STRETCH,
      ...wanted,
    )
    const end = rows.length === STRETCH ? rows.at(-1)?.[0] : undefined
    for await (const entry of merged(connections, rows, between(underWay, rows, end ?? query.least, below))) {
      if (!fits(entry, query)) continue
      messages.push(entry)
      recipients += entry.recipients.length
      if (messages.length >= query.limit || recipients >= MOST_RECIPIENTS) return { messages, next: entry.id }
    }
    if (end === undefined) return { messages }
    below = end
    if (clock.monotonic() >= until) return { messages, next: end as QueueEntry['id'] }
  }
}

/** Those that the statement has not found, newest first. */
function between(
  underWay: readonly QueueEntry[],
  rows: readonly Found[],
  least: string,
  below: string,
): readonly QueueEntry[] {
  const its = underWay.filter(({ id }) => id >= least && id < below)
  if (its.length === 0) return its
  const found = new Set(rows.map(([id]) => id))
  return its.filter(({ id }) => !found.has(id)).toSorted(({ id }, other) => (id < other.id ? 1 : -1))
}

async function* merged(
  connections: Connections,
  rows: readonly Found[],
  underWay: readonly QueueEntry[],
): AsyncIterable<QueueEntry> {
  let next = 0
  const fitting = rows.filter(row => row[3])
  for (let at = 0; at < fitting.length; at += ENTRIES) {
    const some = fitting.slice(at, at + ENTRIES)
    const numbers = some.flatMap(([, n, entry]) => (entry === null ? [n] : []))
    const whole = new Map((await entries(connections, numbers)).map(entry => [entry.id as string, entry]))
    for (const [id, , entry] of some) {
      for (let each = underWay[next]; each !== undefined && each.id > id; each = underWay[++next]) yield each
      const found = entry === null ? whole.get(id) : readOutcome(id, entry)
      // It may have been removed in between.
      if (found !== undefined) yield found
    }
  }
  yield* underWay.slice(next)
}

/** From the fourth value of the statement on. */
function valuesOf(query: HistoryQuery): readonly unknown[] {
  const { account, from, domain, local, state, open } = wantedColumns(query)
  const meta = metaNeedles(query)
  return [
    [...meta, ...factNeedles(query)],
    account,
    from,
    meta,
    domain,
    local,
    state,
    open,
    query.code ?? null,
    query.host ?? null,
  ]
}
