/**
 * History: a page of all messages, newest first. Reads only; runs on the reader's thread, or the writer's where there is no file.
 *
 * Policy. What stands on the fast path is shown as waiting: who has it is known to its process alone. A stretch is one transaction, some
 * milliseconds long: nothing is missing because it moved meanwhile, for a message keeps its id, and the log of the file is kept from being
 * taken in for no longer, which acceptances would wait for.
 */
import type { systemClock } from '../../../ambient/clock.ts'
import { decodeEntry } from '../../decode-entry.ts'
import {
  fits,
  type HistoryQuery,
  type MessagePage,
  MOST_RECIPIENTS,
  metaNeedles,
  wantedColumns,
  wantsFact,
} from '../../history.ts'
import { type PackedRecipients, unpackRecipients } from '../../packed.ts'
import { makeEntry } from '../../rows.ts'
import type { QueueEntry } from '../../store.ts'
import { entry } from './queries.ts'
import type { HistoryStatements } from './sql.ts'
import type { TableRow } from './tables.ts'

/** How many messages it looks through between two looks at the clock. */
const STRETCH = 500

interface Looking {
  readonly sql: HistoryStatements
  readonly clock: Pick<typeof systemClock, 'monotonic'>
  /** Ends the transaction that reads, and begins another; nothing where the writer's own thread looks. */
  readonly renew?: () => void
}

export function listMessages({ sql, clock, renew }: Looking, query: HistoryQuery): MessagePage {
  const until = clock.monotonic() + query.withinMs
  const messages: QueueEntry[] = []
  let recipients = 0
  for (let { below } = query; ; ) {
    const end = sql.historyStretch.get(query.least, below, STRETCH - 1)?.id
    for (const found of stretch(sql, query, end ?? query.least, below)) {
      if (!fits(found, query)) continue
      messages.push(found)
      recipients += found.recipients.length
      if (messages.length >= query.limit || recipients >= MOST_RECIPIENTS) return { messages, next: found.id }
    }
    if (end === undefined) return { messages }
    below = end
    if (clock.monotonic() >= until) return { messages, next: end as QueueEntry['id'] }
    renew?.()
  }
}

/** What may fit among the ids from `least` on and below `below`. */
function* stretch(sql: HistoryStatements, query: HistoryQuery, least: string, below: string): Iterable<QueueEntry> {
  const untried = wantsFact(query) ? [] : sql.historyFastPath.all(least, below)
  const staged = untried.toSorted(({ id }, other) => (id < other.id ? 1 : -1))
  let next = 0
  for (const { n, id } of sql.historyCandidates.all(least, below, ...valuesOf(query))) {
    for (let row = staged[next]; row !== undefined && row.id > id; row = staged[++next]) yield stagedEntry(row)
    yield decodeEntry(entry({ sql }, n))
  }
  for (const row of staged.slice(next)) yield stagedEntry(row)
}

/** The third value of `historyCandidates` and those that follow. */
function valuesOf(query: HistoryQuery): readonly (string | number | null)[] {
  const { account, from, domain, local, state, open } = wantedColumns(query)
  const [first, second] = metaNeedles(query)
  const told = [query.code ?? null, query.host ?? null]
  return [account, from, first ?? null, second ?? null, open ? 1 : null, domain, local, state, ...told]
}

function stagedEntry({ domain, recipients, ...row }: TableRow<'stage'>): QueueEntry {
  const job = { domain, state: 0, due: row.acceptedAt }
  const its = unpackRecipients(JSON.parse(recipients) as PackedRecipients)
  return decodeEntry(
    makeEntry(
      { ...row, held: null },
      [job],
      its.map(({ place, local }) => ({ job, place, local, state: 0, attempts: 0, reply: null })),
    ),
  )
}
