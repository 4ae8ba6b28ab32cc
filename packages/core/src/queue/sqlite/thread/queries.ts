/**
 * Queries: what the queue holds, for people and readers of facts. Reads only.
 *
 * Policy. A filter is answered in stretches of bounded work, so that a look at a million messages never keeps an
 * acceptance waiting for long.
 */

import {
  type Entry,
  type EntryRecipient,
  jobBase,
  jobLast,
  makeEntry,
  messageOf,
  RECIPIENT_STATES,
} from '../../rows.ts'
import type { FactRow, Filter, Selection, Stretch, Verbs, WaitingKey } from '../both/protocol.ts'
import { contentFrom, wholeContent } from './content.ts'
import type { Statements } from './sql.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many messages one transaction looks at. */
const STRETCH = 500
/** How many jobs one transaction counts: about a millisecond. */
const COUNTED = 10_000
/** Of so few waiting jobs of one domain it is cheap to read all, for each stretch. */
const FEW = 20_000

export function facts(transaction: WriterTransaction, { after, limit }: Verbs['facts']['ask']): readonly FactRow[] {
  return transaction.sql.facts.all(after, limit)
}

export function history(transaction: WriterTransaction, id: string): readonly FactRow[] {
  return transaction.sql.history.all(id)
}

export function read(transaction: WriterTransaction, id: string): Uint8Array<ArrayBuffer> | null {
  const n = anyNumber(transaction, id)
  return n === undefined ? null : wholeContent(transaction, n)
}

export function readBlock(
  transaction: WriterTransaction,
  { id, at }: Verbs['readBlock']['ask'],
): Uint8Array<ArrayBuffer> | null {
  const n = anyNumber(transaction, id)
  return n === undefined ? null : contentFrom(transaction, n, at)
}

function anyNumber(transaction: WriterTransaction, id: string): number | undefined {
  // Another process may have it on its fast path.
  return transaction.fastPath.numberOf(id) ?? number(transaction, id) ?? transaction.sql.fastPathNumber.get(id)?.n
}

export function number({ sql }: WriterTransaction, id: string): number | null {
  return sql.messageNumber.get(id)?.n ?? null
}

export function show(transaction: WriterTransaction, id: string): Entry | null {
  const n = number(transaction, id)
  return n === null ? null : entry(transaction, n)
}

export function list(
  transaction: WriterTransaction,
  { selection, limit }: Verbs['list']['ask'],
): Stretch<readonly Entry[]> {
  const found: Entry[] = []
  const { after } = select(transaction, selection, (_, entry) => found.push(entry) < limit)
  return { found, ...(after !== undefined && { after }) }
}

/**
 * Calls `take` for each open message of a stretch that the selection means, until it answers false.
 * @returns where to go on, unless there is no more.
 */
export function select(
  transaction: WriterTransaction,
  selection: Selection,
  take: (n: number, entry: Entry) => boolean,
): { readonly after?: number } {
  if (selection.id !== undefined) {
    const n = number(transaction, selection.id)
    if (n !== null && transaction.sql.isOpen.holds(n)) take(n, entry(transaction, n))
    return {}
  }
  const rows = candidates(transaction, selection)
  for (const { n } of rows) {
    const found = entry(transaction, n)
    if (selection.filter !== undefined && !fits(found, selection.filter)) continue
    if (!take(n, found)) return { after: n }
  }
  const last = rows[STRETCH - 1]
  return last === undefined ? {} : { after: last.n }
}

/** Open messages that the selection may mean, in their order. */
function candidates(transaction: WriterTransaction, { filter, after }: Selection): readonly { readonly n: number }[] {
  const domain = filter?.domain
  if (domain !== undefined) {
    // A domain that is a large part of all that waits is found soonest by looking at all.
    const { waiting } = transaction.sql.countOfDomain.one(domain, FEW)
    if (waiting < FEW) return transaction.sql.openOfDomain.all(domain, after, STRETCH)
  }
  return transaction.sql.openAfter.all(after, STRETCH)
}

function fits(entry: Entry, { domain, from, state, account }: Filter): boolean {
  if (account !== undefined && entry.account !== account) return false
  if (from !== undefined && !entry.sender.toLowerCase().includes(from.toLowerCase())) return false
  if (state === 'held' && entry.held === null) return false
  if (domain === undefined && (state === undefined || state === 'held')) return true
  return entry.recipients.some(
    recipient =>
      (domain === undefined || (recipient.domain === domain && recipient.state < 2)) &&
      (state === undefined || state === 'held' || stateOf(recipient, entry) === state),
  )
}

function stateOf(recipient: EntryRecipient, entry: Entry): string {
  if (recipient.state > 1) return ''
  if (recipient.running) return 'running'
  return entry.held !== null ? 'held' : (RECIPIENT_STATES[recipient.state] as string)
}

export function entry(
  { sql }: { readonly sql: Pick<Statements, 'entry' | 'entryJobs' | 'entryRecipients'> },
  n: number,
): Entry {
  const jobs = new Map(sql.entryJobs.all(jobBase(n), jobLast(n)).map(job => [job.id, job]))
  const rows = sql.entryRecipients.all(jobBase(n), jobLast(n))
  return makeEntry(
    sql.entry.one(n),
    [...jobs.values()],
    rows.map(row => ({ ...row, job: jobs.get(row.job)! })),
  )
}

export function counts({ sql }: WriterTransaction): Verbs['counts']['answer'] {
  const { messages, recipients } = sql.tally.one()
  const { running } = sql.countRunning.one()
  return { messages, recipients, running, oldest: sql.oldest.get()?.acceptedAt ?? null }
}

/** Before all that wait. */
const FIRST: WaitingKey = { domain: '', priority: Number.MIN_SAFE_INTEGER, due: 0, id: 0 }

export function countDue(
  { sql }: WriterTransaction,
  { now, after }: Verbs['countDue']['ask'],
): Verbs['countDue']['answer'] {
  const { domain, priority, due, id } = after ?? FIRST
  const { found } = sql.countDue.one(domain, priority, due, id, now, COUNTED)
  const last = sql.waitingAt.get(domain, priority, due, id, COUNTED - 1)
  return last === undefined ? { found } : { found, after: last }
}

/** Messages, not jobs: a stretch ends with the last job of a message. */
export function countHeld({ sql }: WriterTransaction, after: number): Stretch<number> {
  const { messages: found, jobs, last } = sql.countHeld.one(after, COUNTED)
  return last === null || jobs < COUNTED ? { found } : { found, after: jobLast(messageOf(last)) }
}
