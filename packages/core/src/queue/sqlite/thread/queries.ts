/**
 * Queries: what the queue holds, for people and readers of facts. Reads only.
 *
 * Policy. A filter is answered in stretches of bounded work, so that a look at a million messages never keeps an
 * acceptance waiting for long.
 */

import { type Entry, type EntryRecipient, jobBase, jobLast, messageOf, RECIPIENT_STATES } from '../../rows.ts'
import type { Filter, Selection, Stretch, Verbs, WaitingKey } from '../protocol.ts'
import { contentFrom, wholeContent } from './content.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many messages one transaction looks at. */
const STRETCH = 500
/** How many jobs one transaction counts: about a millisecond. */
const COUNTED = 10_000
/** Of so few waiting jobs of one domain it is cheap to read all, for each stretch. */
const FEW = 20_000

export function facts(
  transaction: WriterTransaction,
  { after, limit }: Verbs['facts']['ask'],
): readonly (number | string)[] {
  return (transaction.sql.facts.all(after, limit) as unknown as (number | string)[][]).flat()
}

export function history(transaction: WriterTransaction, id: string): readonly (number | string)[] {
  return (transaction.sql.history.all(id) as unknown as (number | string)[][]).flat()
}

export function read(transaction: WriterTransaction, id: string): Uint8Array<ArrayBuffer> | null {
  const n = anyNumber(transaction, id)
  return n === null ? null : wholeContent(transaction, n)
}

export function readBlock(
  transaction: WriterTransaction,
  { id, at }: Verbs['readBlock']['ask'],
): Uint8Array<ArrayBuffer> | null {
  const n = anyNumber(transaction, id)
  return n === null ? null : contentFrom(transaction, n, at)
}

function anyNumber(transaction: WriterTransaction, id: string): number | null {
  const one = (row: unknown): number | undefined => (row as [number] | undefined)?.[0]
  // Another process may have it on its fast path.
  return (
    transaction.fastPath.numberOf(id) ?? number(transaction, id) ?? one(transaction.sql.fastPathNumber.get(id)) ?? null
  )
}

export function number(transaction: WriterTransaction, id: string): number | null {
  return (transaction.sql.messageNumber.get(id) as unknown as [number] | undefined)?.[0] ?? null
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
    if (n !== null && transaction.sql.isOpen.get(n) !== undefined) take(n, entry(transaction, n))
    return {}
  }
  const rows = candidates(transaction, selection)
  for (const [n] of rows) {
    const found = entry(transaction, n)
    if (selection.filter !== undefined && !fits(found, selection.filter)) continue
    if (!take(n, found)) return { after: n }
  }
  return rows.length < STRETCH ? {} : { after: (rows[rows.length - 1] as [number])[0] }
}

/** Open messages that the selection may mean, in their order. */
function candidates(transaction: WriterTransaction, { filter, after }: Selection): readonly [number][] {
  const domain = filter?.domain
  if (domain !== undefined) {
    // A domain that is a large part of all that waits is found soonest by looking at all.
    const [waiting] = transaction.sql.countOfDomain.get(domain, FEW) as unknown as [number]
    if (waiting < FEW) return transaction.sql.openOfDomain.all(domain, after, STRETCH) as unknown as [number][]
  }
  return transaction.sql.openAfter.all(after, STRETCH) as unknown as [number][]
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

type EntryRow = readonly [string, string, number, number, number, number, string | null, string | null, string]
type JobRow = readonly [id: number, domain: string, state: number, due: number]
type RecipientRow = readonly [
  job: number,
  place: number,
  local: string,
  state: number,
  attempts: number,
  reply: string | null,
]

export function entry(transaction: WriterTransaction, n: number): Entry {
  const row = transaction.sql.entry.get(n) as unknown as EntryRow
  const [id, sender, acceptedAt, expiresAt, size, priority, account, held, meta] = row
  const jobs = new Map<number, JobRow>()
  let due: number | null = null
  for (const job of transaction.sql.entryJobs.all(jobBase(n), jobLast(n)) as unknown as JobRow[]) {
    jobs.set(job[0], job)
    if (job[2] === 0 && (due === null || job[3] < due)) due = job[3]
  }
  const rows = transaction.sql.entryRecipients.all(jobBase(n), jobLast(n)) as unknown as RecipientRow[]
  const recipients = rows.map(([job, place, local, state, attempts, reply]): EntryRecipient => {
    const [, domain, jobState] = jobs.get(job) as JobRow
    return {
      place,
      address: `${local}@${domain}`,
      domain,
      running: jobState === 1 && state < 2,
      state,
      attempts,
      reply,
    }
  })
  recipients.sort((one, other) => one.place - other.place)
  return { id, sender, acceptedAt, expiresAt, size, priority, account, held, meta, due, recipients }
}

export function counts(transaction: WriterTransaction): Verbs['counts']['answer'] {
  const { sql } = transaction
  const [messages, recipients] = sql.tally.get() as unknown as [number, number]
  return {
    messages,
    recipients,
    running: (sql.countRunning.get() as unknown as [number])[0],
    oldest: (sql.oldest.get() as unknown as [number] | undefined)?.[0] ?? null,
  }
}

/** Before all that wait. */
const FIRST: WaitingKey = ['', Number.MIN_SAFE_INTEGER, 0, 0]

export function countDue(
  { sql }: WriterTransaction,
  { now, after }: Verbs['countDue']['ask'],
): Verbs['countDue']['answer'] {
  const from = after ?? FIRST
  const [found] = sql.countDue.get(...from, now, COUNTED) as unknown as [number]
  const last = sql.waitingAt.get(...from, COUNTED - 1) as unknown as WaitingKey | undefined
  return last === undefined ? { found } : { found, after: last }
}

/** Messages, not jobs: a stretch ends with the last job of a message. */
export function countHeld({ sql }: WriterTransaction, after: number): Stretch<number> {
  const [found, jobs, last] = sql.countHeld.get(after, COUNTED) as unknown as [number, number, number]
  return jobs < COUNTED ? { found } : { found, after: jobLast(messageOf(last)) }
}
