/**
 * Admin: what people do to messages that wait, and what time does to those that are done. Runs inside the writer's
 * transaction, a stretch of messages at a time.
 *
 * Policy. What is being delivered at this moment is never changed under its attempt: a hold takes effect when the attempt
 * ends, and a cancel leaves it.
 */
import {
  type CancelledFact,
  type HeldFact,
  type OfMessage,
  ofMessage,
  type ReleasedFact,
  type RescheduledFact,
} from '../../../model/fact.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { MessageMeta } from '../../encode.ts'
import { type Entry, jobBase, jobLast } from '../../rows.ts'
import type { Selection, Stretch, Verbs } from '../both/protocol.ts'
import { drop as dropKept } from './kept-content.ts'
import { entry, number, select } from './queries.ts'
import { closeJob } from './settle.ts'
import { pruneTls } from './tls-counts.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many old messages one transaction removes. */
const STRETCH = 200
const VACUUM_PAGES = 1_000

/** Does `change` to each message that the selection means and counts those that it changed. */
function change(
  transaction: WriterTransaction,
  selection: Selection,
  one: (n: number, entry: Entry) => boolean,
): Stretch<number> {
  let found = 0
  const { after } = select(transaction, selection, (n, entry) => {
    if (one(n, entry)) found++
    return true
  })
  return { found, ...(after !== undefined && { after }) }
}

export function hold(
  transaction: WriterTransaction,
  { selection, because, now }: Verbs['hold']['ask'],
): Stretch<number> {
  return change(transaction, selection, (n, entry) => {
    if (entry.held !== null) return false
    transaction.sql.setHeld.run(because, n)
    transaction.sql.holdJobs.run(jobBase(n), jobLast(n))
    tell(transaction, n, { kind: 'held', because, ...ofEntry(entry, now) } satisfies HeldFact)
    return true
  })
}

export function unhold(transaction: WriterTransaction, { selection, now }: Verbs['unhold']['ask']): Stretch<number> {
  return change(transaction, selection, (n, entry) => {
    if (entry.held === null) return false
    transaction.sql.setHeld.run(null, n)
    const jobs = transaction.sql.unholdJobs.all(jobBase(n), jobLast(n))
    for (const { domain, priority, due } of jobs) transaction.queueReadyDomain(domain, priority, due)
    tell(transaction, n, { kind: 'released', ...ofEntry(entry, now) } satisfies ReleasedFact)
    return true
  })
}

export function retry(transaction: WriterTransaction, { selection, now }: Verbs['retry']['ask']): Stretch<number> {
  return change(transaction, selection, n => {
    const jobs = transaction.sql.retryJobs.all(now, jobBase(n), jobLast(n), now)
    for (const { domain, priority } of jobs) transaction.queueReadyDomain(domain, priority, now)
    return jobs.length > 0
  })
}

/** Moves what waits, when nothing of the message runs; its expiry moves by as much. */
export function reschedule(
  transaction: WriterTransaction,
  { id, due, now }: Verbs['reschedule']['ask'],
): Verbs['reschedule']['answer'] {
  const { sql } = transaction
  const n = number(transaction, id)
  if (n === null) return 'unknown'
  const jobs = sql.entryJobs.all(jobBase(n), jobLast(n))
  const waiting = jobs.filter(({ state }) => state === 0 || state === 2)
  if (jobs.some(({ state }) => state === 1)) return 'running'
  if (waiting.length === 0) return 'done'
  const found = entry(transaction, n)
  const expiresAt = found.expiresAt + due - Math.min(...waiting.map(job => job.due))
  sql.setExpiry.run(expiresAt, n)
  for (const { domain, priority, state } of sql.rescheduleJobs.all(due, expiresAt, jobBase(n), jobLast(n)))
    if (state === 0) transaction.queueReadyDomain(domain, priority, due)
  tell(transaction, n, { kind: 'rescheduled', ...ofEntry(found, now), dueAt: due, expiresAt } satisfies RescheduledFact)
  return 'rescheduled'
}

export function cancel(transaction: WriterTransaction, { selection, now }: Verbs['cancel']['ask']): Stretch<number> {
  return change(transaction, selection, (n, entry) => {
    const jobs = transaction.sql.cancelJobs.all(jobBase(n), jobLast(n))
    endJobs(transaction, { n, entry, jobs, now })
    return jobs.length > 0
  })
}

/**
 * Takes back what this process has just enqueued, whole or not at all. What runs was claimed by the one that delivers: when
 * that is this process, its store has not handed the job on.
 */
export function withdraw(transaction: WriterTransaction, { id, now }: Verbs['withdraw']['ask']): boolean {
  const { sql } = transaction
  const n = number(transaction, id)
  if (n === null || !sql.isOpen.holds(n)) return false
  const states = new Set(sql.entryJobs.all(jobBase(n), jobLast(n)).map(({ state }) => state))
  if (states.has(3) || (states.has(1) && !transaction.isLeader())) return false
  const jobs = sql.withdrawJobs.all(jobBase(n), jobLast(n))
  endJobs(transaction, { n, entry: entry(transaction, n), jobs, now })
  sql.freeKey.run(n)
  return true
}

interface EndedJobs {
  readonly n: number
  readonly entry: Entry
  readonly jobs: readonly { readonly id: number; readonly domain: string }[]
  readonly now: number
}

/** What follows for recipients, content and counts when these jobs of a message are done without an attempt. */
function endJobs(transaction: WriterTransaction, { n, entry, jobs, now }: EndedJobs): void {
  let recipients = 0
  let done = false
  for (const { id, domain } of jobs) {
    for (const { local } of transaction.sql.cancelRecipients.all(id)) {
      const recipient = `${local}@${domain}`
      tell(transaction, n, { kind: 'cancelled', recipient, ...ofEntry(entry, now) } satisfies CancelledFact)
      recipients++
    }
    done = closeJob(transaction, n)
  }
  if (jobs.length > 0) transaction.count(done ? -1 : 0, -recipients)
}

function ofEntry({ id, meta }: Entry, now: number): OfMessage {
  const { tags, account } = JSON.parse(meta) as MessageMeta
  return ofMessage({ messageId: id as QueueId, tags, account }, now)
}

function tell(
  transaction: WriterTransaction,
  n: number,
  fact: CancelledFact | HeldFact | ReleasedFact | RescheduledFact,
): void {
  transaction.tell(n, fact.at, JSON.stringify(fact))
}

/** Removes messages that are done and whose last word is older than `before`, with all that was told of them. */
export function prune(transaction: WriterTransaction, { before, after }: Verbs['prune']['ask']): Stretch<number> {
  const { sql } = transaction
  if (after === 0) {
    sql.dropSuppressions.run(before)
    pruneTls(transaction, before)
  }
  const messages = sql.oldMessages.all(after, STRETCH)
  let found = 0
  for (const { n, acceptedAt } of messages) {
    if (acceptedAt >= before || sql.isOpen.holds(n)) continue
    const { at: last } = sql.lastWord.one(n)
    if (last !== null && last >= before) continue
    sql.dropFacts.run(n)
    sql.dropRecipients.run(jobBase(n), jobLast(n))
    sql.dropJobs.run(jobBase(n), jobLast(n))
    sql.dropMessage.run(n)
    dropKept(transaction, n)
    found++
  }
  // Messages stand in the order of their acceptance, but for a few moments: a stretch that is all younger is the end.
  const old = messages.some(({ acceptedAt }) => acceptedAt < before)
  const last = messages[STRETCH - 1]
  return { found, ...(old && last !== undefined && { after: last.n }) }
}

/** Gives some free pages back to the file system. Answers whether there are more. */
export function vacuum(transaction: WriterTransaction): boolean {
  const { db } = transaction.queue
  const free = db.prepare('PRAGMA freelist_count').get() as { freelist_count: number }
  if (free.freelist_count === 0) return false
  db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`)
  return free.freelist_count > VACUUM_PAGES
}
