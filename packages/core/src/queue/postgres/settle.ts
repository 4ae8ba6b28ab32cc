/**
 * Settle: every durable consequence of attempts, each under the lease it was made with, many in one transaction; and jobs
 * that are given back. Without its lease nothing of a settlement is written.
 */

import { messageOf, type Settled } from '../rows.ts'
import type { Session } from './connection.ts'
import { addMessages, type Encoded, push } from './enqueue.ts'
import { keepContents } from './kept-content.ts'
import { LaneList } from './lanes.ts'
import { SQL } from './sql.ts'

/** One attempt's consequences, and its notices with their bytes. */
export interface Settling {
  readonly settled: Settled
  readonly notices: readonly Encoded[]
}

export type Answer = 'lost' | 'open' | 'done'

type JobRow = [job: number, domain: string, priority: number, due: number, state: number]

/** @param mostKept octets of messages that are done */
export async function settleAll(
  session: Session,
  all: readonly Settling[],
  mostKept: number,
): Promise<readonly Answer[]> {
  // Of two settlements of one job the first one counts, as if they had come one after the other.
  const first = new Map(all.toReversed().map(each => [each.settled.job, each]))
  const list = [...first.values()]
  const kept = await endLeases(
    session,
    list.map(({ settled: { job, token, next, finals } }) => ({ job, token, next, finals, counts: 1 })),
  )
  const won = list.filter(({ settled: { job } }) => kept.has(job))
  if (won.length === 0) return all.map(() => 'lost')
  const lanes = new LaneList()
  for (const [, domain, priority, due, state] of kept.values()) if (state === 0) lanes.add(domain, priority, due)
  writeRecipients(session, won)
  const finished = won.filter(({ settled: { next } }) => next === null).map(({ settled: { job } }) => messageOf(job))
  const keeping = won.filter(({ settled: { next, keepUntil } }) => next === null && keepUntil > 0)
  await keepContents(
    session,
    keeping.map(({ settled: { job, keepUntil } }) => ({ n: messageOf(job), until: keepUntil })),
    mostKept,
  )
  const dropping = finished.length === 0 ? undefined : session.run<[number]>(SQL.dropContents, finished)
  writeSuppressions(session, won)
  await addMessages(
    session,
    won.flatMap(({ notices }) => notices),
    lanes,
  )
  writeFacts(session, won)
  lanes.queue(session)
  const dropped = new Set((await dropping)?.map(([n]) => n))
  return all.map((each): Answer => {
    const { settled } = each
    if (first.get(settled.job) !== each || !kept.has(settled.job)) return 'lost'
    return settled.next === null && dropped.has(messageOf(settled.job)) ? 'done' : 'open'
  })
}

/**
 * The same when nobody knows what became of the first time: a lease that is gone may have ended then, and the facts that were
 * written with it tell. Without facts it stays lost, and nothing is told twice.
 */
export async function settleAgain(
  session: Session,
  all: readonly Settling[],
  mostKept: number,
): Promise<readonly Answer[]> {
  session.send(SQL.confirm)
  const answers = await settleAll(session, all, mostKept)
  const lost = all.filter((_, at) => answers[at] === 'lost')
  const firstFact = ({ settled: { facts } }: Settling): string => facts[0]?.json ?? ''
  const rows = await session.run<[number, string]>(
    SQL.toldExactly,
    lost.map(({ settled: { job } }) => messageOf(job)),
    lost.map(firstFact),
  )
  const told = new Set(rows.map(([n, json]) => `${n}${json}`))
  return all.map((each, at): Answer => {
    const answer = answers[at] as Answer
    if (answer !== 'lost' || !told.has(`${messageOf(each.settled.job)}${firstFact(each)}`)) return answer
    return each.settled.next === null ? 'done' : 'open'
  })
}

export interface LeaseEnd {
  readonly job: number
  readonly token: number
  /** When it is due again; `null` when nothing of it stays open. */
  readonly next: number | null
  readonly finals: number
  readonly counts: 0 | 1
}

/** Ends leases that are still held. A message that is held takes its jobs along. */
export async function endLeases(session: Session, ends: readonly LeaseEnd[]): Promise<ReadonlyMap<number, JobRow>> {
  const messages = ends.map(({ job }) => messageOf(job))
  const waiting = ends.filter(({ next }) => next !== null).map(({ job }) => messageOf(job))
  session.send(SQL.lockMessages, messages, waiting)
  const column = (key: keyof LeaseEnd): unknown[] => ends.map(end => end[key])
  const rows = await session.run<JobRow>(
    SQL.settleJobs,
    column('job'),
    column('token'),
    column('next'),
    column('finals'),
    column('counts'),
  )
  const ended = new Map(rows.map(row => [row[0], row]))
  session.send(SQL.dropMarks, [...ended.keys()])
  return ended
}

function writeRecipients(session: Session, won: readonly Settling[]): void {
  const columns: unknown[][] = [[], [], [], [], [], []]
  for (const { settled } of won) {
    const { job, attempt } = settled
    for (const { place, state, delayTold, reply } of settled.recipients)
      push(columns, job, place, state, attempt, delayTold, reply)
  }
  if (columns[0]?.length !== 0) session.send(SQL.settleRecipients, ...columns)
}

function writeSuppressions(session: Session, won: readonly Settling[]): void {
  const columns: unknown[][] = [[], [], []]
  for (const { settled } of won) {
    for (const { address, until, json } of settled.suppressions) push(columns, address, until, json)
  }
  if (columns[0]?.length !== 0) session.send(SQL.suppress, ...columns)
}

function writeFacts(session: Session, won: readonly Settling[]): void {
  const columns: unknown[][] = [[], [], [], []]
  for (const { settled } of won) {
    for (const { id, at, json } of settled.facts)
      push(columns, id === settled.id ? messageOf(settled.job) : null, id, at, json)
  }
  if (columns[0]?.length !== 0) session.send(SQL.addFacts, ...columns)
}
