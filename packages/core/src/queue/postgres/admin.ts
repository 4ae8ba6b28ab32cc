/**
 * Admin: what people do to messages that wait, and what time does to those that are done; a stretch of messages in each
 * transaction.
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
} from '../../model/fact.ts'
import type { QueueId } from '../../model/queue-id.ts'
import { dayOf } from '../../model/tls-result.ts'
import type { MessageMeta } from '../encode.ts'
import { messageOf } from '../rows.ts'
import type { QueueSelection, Rescheduling } from '../store.ts'
import { REPORTING_DAYS } from '../tls-rows.ts'
import type { Connections, Session } from './connection.ts'
import { dropKept } from './kept-content.ts'
import { LaneList } from './lanes.ts'
import { find } from './queries.ts'
import { SQL } from './sql.ts'

const STRETCH = 500

type Change = (session: Session, numbers: readonly number[]) => Promise<number>
type MessageRow = [n: number, id: string, meta: string]

/** Does `change` to the messages that the selection means, and counts those that it changed. */
async function each(connections: Connections, which: QueueSelection, change: Change): Promise<number> {
  const apply = (numbers: readonly number[]): Promise<number> =>
    connections.transact('lasting', async session => {
      session.send(SQL.lockAll, numbers)
      return change(session, numbers)
    })
  if (typeof which === 'string') {
    const rows = await connections.ask<[number]>('passing', SQL.openMessage, which)
    return rows.length === 0 ? 0 : apply(rows.map(([n]) => n))
  }
  let changed = 0
  for (let after = 0; ; ) {
    const numbers = await find(connections, which, after, STRETCH)
    if (numbers.length > 0) changed += await apply(numbers)
    if (numbers.length < STRETCH) return changed
    after = numbers[numbers.length - 1] as number
  }
}

export function hold(connections: Connections, which: QueueSelection, because: string, now: number): Promise<number> {
  return each(connections, which, async (session, numbers) => {
    const rows = await session.run<MessageRow>(SQL.setHeld, numbers, because)
    const changed = rows.map(([n]) => n)
    session.send(SQL.holdJobs, changed)
    tell(
      session,
      rows.map(row => [row[0], { kind: 'held', because, ...ofRow(row, now) } satisfies HeldFact]),
    )
    return changed.length
  })
}

export function unhold(connections: Connections, which: QueueSelection, now: number): Promise<number> {
  return each(connections, which, async (session, numbers) => {
    const rows = await session.run<MessageRow>(SQL.unsetHeld, numbers)
    const changed = rows.map(([n]) => n)
    const lanes = new LaneList()
    for (const lane of await session.run<[string, number, number]>(SQL.unholdJobs, changed)) lanes.add(...lane)
    tell(
      session,
      rows.map(row => [row[0], { kind: 'released', ...ofRow(row, now) } satisfies ReleasedFact]),
    )
    lanes.queue(session)
    return changed.length
  })
}

export function retry(connections: Connections, which: QueueSelection, now: number): Promise<number> {
  return each(connections, which, async (session, numbers) => {
    const rows = await session.run<[n: number, string, number, number]>(SQL.retryJobs, numbers, now)
    const lanes = new LaneList()
    for (const [, ...lane] of rows) lanes.add(...lane)
    lanes.queue(session)
    return new Set(rows.map(([n]) => n)).size
  })
}

/** Moves what waits, when nothing of the message runs; its expiry moves by as much. */
export async function reschedule(
  connections: Connections,
  { id, due, now }: { readonly id: QueueId; readonly due: number; readonly now: number },
): Promise<Exclude<Rescheduling, 'unknown'>> {
  const rows = await connections.ask<[number]>('passing', SQL.openMessage, id)
  const [n] = rows.map(([n]) => n)
  if (n === undefined) return 'done'
  return connections.transact('lasting', async session => {
    session.send(SQL.lockAll, [n])
    await session.run(SQL.lockJobs, [n])
    const [waiting] = await session.run<[due: number | null, running: boolean]>(SQL.waitingJobs, [n])
    const [before, isRunning] = waiting ?? [null, false]
    if (isRunning) return 'running'
    if (before === null) return 'done'
    const [row] = await session.run<[...MessageRow, expiresAt: number]>(SQL.setExpiry, n, due - before)
    const [, , meta, expiresAt] = row as [...MessageRow, number]
    const lanes = new LaneList()
    type Lane = [domain: string, priority: number, due: number, state: number]
    for (const [domain, priority, at, state] of await session.run<Lane>(SQL.rescheduleJobs, n, due, expiresAt))
      if (state === 0) lanes.add(domain, priority, at)
    const fact = { kind: 'rescheduled', ...ofRow([n, id, meta], now), dueAt: due, expiresAt } satisfies RescheduledFact
    tell(session, [[n, fact]])
    lanes.queue(session)
    return 'rescheduled'
  })
}

export function cancel(connections: Connections, which: QueueSelection, now: number): Promise<number> {
  return each(connections, which, (session, numbers) => endJobs(session, numbers, now))
}

/** Takes back what this process has just enqueued, whole or not at all. `false`: it is done, or some of it was claimed. */
export async function withdraw(connections: Connections, id: QueueId, now: number): Promise<boolean> {
  const rows = await connections.ask<[number]>('passing', SQL.openMessage, id)
  const numbers = rows.map(([n]) => n)
  return connections.transact('lasting', async session => {
    session.send(SQL.lockAll, numbers)
    const states = await session.run<[number]>(SQL.lockJobs, numbers)
    if (states.length === 0 || states.some(([state]) => state === 1 || state === 3)) return false
    await endJobs(session, numbers, now)
    session.send(SQL.freeKeys, numbers)
    return true
  })
}

/** Ends the jobs of messages that are not running. Resolves with the number of messages that had one. */
async function endJobs(session: Session, numbers: readonly number[], now: number): Promise<number> {
  const jobs = await session.run<[job: number, domain: string]>(SQL.cancelJobs, numbers)
  if (jobs.length === 0) return 0
  const domains = new Map(jobs)
  const changed = [...new Set(jobs.map(([job]) => messageOf(job)))]
  const asked = session.run<[n: number, ...unknown[]] & { 1: string; 9: string }>(SQL.entries, changed)
  const rows = await session.run<[job: number, place: number, local: string]>(SQL.cancelRecipients, [...domains.keys()])
  const of = new Map((await asked).map(row => [row[0], [row[0], row[1], row[9]] satisfies MessageRow]))
  const told = rows
    .toSorted(([job, place], [otherJob, otherPlace]) => messageOf(job) - messageOf(otherJob) || place - otherPlace)
    .map(([job, , local]): [number, CancelledFact] => {
      const row = of.get(messageOf(job)) as MessageRow
      return [row[0], { kind: 'cancelled', recipient: `${local}@${domains.get(job)}`, ...ofRow(row, now) }]
    })
  tell(session, told)
  session.send(SQL.dropContents, changed)
  return changed.length
}

function ofRow([, id, json]: MessageRow, now: number): OfMessage {
  const { tags, account } = JSON.parse(json) as MessageMeta
  return ofMessage({ messageId: id as QueueId, tags, account }, now)
}

function tell(
  session: Session,
  told: readonly [n: number, fact: CancelledFact | HeldFact | ReleasedFact | RescheduledFact][],
): void {
  if (told.length === 0) return
  session.send(
    SQL.addFacts,
    told.map(([n]) => n),
    told.map(() => null),
    told.map(([, fact]) => fact.at),
    told.map(([, fact]) => JSON.stringify(fact)),
  )
}

/** Removes messages that are done and whose last word is older than `before`, with all that was told of them. */
export async function prune(connections: Connections, before: number): Promise<number> {
  const day = dayOf(before) - REPORTING_DAYS
  await connections.transact('passing', async session => {
    session.send(SQL.dropSuppressions, before)
    session.send(SQL.dropTlsCounts, day)
    session.send(SQL.dropTlsReports, day)
    session.send(SQL.dropOldMarks)
  })
  let removed = (await connections.ask<[number]>('lasting', SQL.pruneOutcomes, before))[0]?.[0] ?? 0
  await connections.ask('lasting', SQL.dropDays, before)
  for (let after = 0; ; ) {
    type Old = [n: number, acceptedAt: number, gone: boolean]
    const rows = await connections.ask<Old>('passing', SQL.oldMessages, after, STRETCH, before)
    const gone = rows.filter(([, , isGone]) => isGone).map(([n]) => n)
    if (gone.length > 0) removed += await remove(connections, gone)
    // Messages stand in the order of their acceptance, but for a few moments: a stretch that is all younger is the end.
    if (rows.length < STRETCH || rows.every(([, acceptedAt]) => acceptedAt >= before)) return removed
    after = rows[rows.length - 1]?.[0] as number
  }
}

function remove(connections: Connections, numbers: readonly number[]): Promise<number> {
  return connections.transact('lasting', async session => {
    session.send(SQL.lockAll, numbers)
    const removed = session.run(SQL.dropMessages, numbers)
    session.send(SQL.dropFacts, numbers)
    session.send(SQL.dropRecipients, numbers)
    session.send(SQL.dropJobs, numbers)
    dropKept(session, numbers)
    return (await removed).length
  })
}
