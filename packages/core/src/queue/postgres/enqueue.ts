/**
 * Enqueue: messages into the tables, many in one transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused. Of two processes with one key the second waits for the first, and finds its message.
 */
import { Buffer } from 'node:buffer'
import type { QueueId } from '../../model/queue-id.ts'
import type { Submission } from '../../model/submission.ts'
import { encodeSubmission, storedKey } from '../encode.ts'
import { jobBase, type NewMessage, wholeMeta } from '../rows.ts'
import type { KnownKey } from '../store.ts'
import type { Connections, Session } from './connection.ts'
import type { LaneList } from './lanes.ts'
import { SQL, type Statement } from './sql.ts'

/** `null`: it is new. An id: that of the first with its key. `false`: the key is another message's. */
export type Taken = string | null | false

/** A message as a row, and its bytes. */
export interface Encoded {
  readonly message: NewMessage
  readonly bytes: Uint8Array
  /** Its number, where it has one already. */
  readonly n?: number
  /** Its bytes are kept when it is done. */
  readonly isKept?: boolean
}

/** @throws MailerError `too-many-recipients` */
export function encode(submission: Submission): Encoded {
  const message = encodeSubmission(submission, { pack: () => 0 })
  return { message, bytes: submission.message.bytes, isKept: submission.keepContentMs !== undefined }
}

/** As it would be if it had been held when it came. */
export function heldBack({ message, bytes }: Encoded): Encoded {
  return { message: { ...message, held: 'nobody knew whether it was accepted' }, bytes }
}

/** Adds all whose key is new; `lanes` are to be queued by the caller, at the end of the transaction. */
export function addMessages(session: Session, all: readonly Encoded[], lanes: LaneList): Promise<Taken[]> {
  return add(session, SQL.addMessages, all, lanes)
}

/**
 * The same for messages that may be in already, because nobody knows what became of the first time. One that is being added
 * at this moment is waited for. Something is written in any case, so that the commit waits for disk and standby also of what
 * it only found.
 */
export async function addAgain(session: Session, all: readonly Encoded[], lanes: LaneList): Promise<Taken[]> {
  session.send(SQL.confirm)
  const taken = await add(session, SQL.addMissing, all, lanes)
  const ids = all.map(({ message }) => message.id)
  const there = new Set((await session.run<[string]>(SQL.findIds, ids)).flat())
  return taken.map((each, at) => (there.has(ids[at] as string) ? null : each))
}

async function add(session: Session, statement: Statement, all: readonly Encoded[], lanes: LaneList): Promise<Taken[]> {
  if (all.length === 0) return []
  const messages = all.map(({ message }) => message)
  const keys = messages.flatMap(({ key }) => (key === null ? [] : [key]))
  const added = session.run<[string, number]>(
    statement,
    ...columnsOf(messages),
    all.map(({ n }) => n ?? null),
  )
  const known = keys.length === 0 ? [] : await session.run<[string, string, string]>(SQL.findKeys, keys)
  const numbers = new Map(await added)
  addRows(session, all, numbers, lanes)
  const byKey = new Map(known.map(([key, id, digest]) => [key, { id, digest }]))
  return messages.map((message): Taken => {
    const { id, key, digest } = message
    if (numbers.has(id)) return null
    const first = byKey.get(key ?? '')
    return first !== undefined && first.digest === digest ? first.id : false
  })
}

/** What keys of an account stand for, each in its place. */
export async function findKeys(
  connections: Connections,
  keys: readonly string[],
  account: string | undefined,
): Promise<readonly (KnownKey | undefined)[]> {
  const stored = keys.map(key => storedKey(account, key))
  const rows = await connections.ask<[key: string, id: QueueId, digest: string]>('passing', SQL.findKeys, stored)
  const known = new Map(rows.map(([key, id, digest]) => [key, { id, digest }]))
  return stored.map(key => known.get(key))
}

/** How a message that was accepted before stands now: it waits until then, or is under this lease. */
export type Standing = { readonly due: number } | { readonly token: number }

/** A message of the fast path on its way into the tables. */
export interface Standby extends Encoded {
  readonly n: number
  readonly standing: Standing
}

/** Adds those that are not there, with what was told of them before. Answers the numbers of those that were added. */
export async function addStanding(
  session: Session,
  all: readonly Standby[],
  lanes: LaneList,
): Promise<ReadonlySet<number>> {
  const messages = all.map(({ message }) => message)
  const numbers = all.map(({ n }) => n)
  const added = await session.run<[string, number]>(SQL.addMissing, ...columnsOf(messages), numbers)
  addRows(session, all, new Map(added), lanes)
  return new Set(added.map(([, n]) => n))
}

const COLUMNS = [
  'id',
  'sender',
  'acceptedAt',
  'expiresAt',
  'size',
  'priority',
  'account',
  'held',
  'key',
  'digest',
] as const satisfies readonly (keyof NewMessage)[]

/** As SQL.addMessages and SQL.addMissing take them. */
function columnsOf(messages: readonly NewMessage[]): readonly unknown[][] {
  return [
    ...COLUMNS.map(name => messages.map(message => message[name])),
    messages.map(wholeMeta),
    messages.map(({ jobs }) => jobs.length),
  ]
}

function addRows(
  session: Session,
  all: readonly (Encoded & { readonly standing?: Standing })[],
  numbers: ReadonlyMap<string, number>,
  lanes: LaneList,
): void {
  const contents: [n: number[], start: number[], size: number[]] = [[], [], []]
  const parts: Uint8Array[] = []
  let size = 0
  const jobs: unknown[][] = [[], [], [], [], [], [], [], []]
  const recipients: unknown[][] = [[], [], [], []]
  const facts: [n: number[], id: null[], at: number[], json: string[]] = [[], [], [], []]
  const first: [n: number[], at: number[], json: string[]] = [[], [], []]
  for (const { message, bytes, standing } of all) {
    const { id, acceptedAt, expiresAt, priority, held } = message
    const n = numbers.get(id)
    if (n === undefined) continue
    push(contents, n, size, bytes.length)
    parts.push(bytes)
    size += bytes.length
    const token = standing !== undefined && 'token' in standing ? standing.token : null
    const due = standing !== undefined && 'due' in standing ? standing.due : message.due
    const state = token !== null ? 1 : held === null ? 0 : 2
    for (const [at, { domain, recipients: its }] of message.jobs.entries()) {
      const job = jobBase(n) + at
      push(jobs, job, domain, priority, state, due, expiresAt, its.length, token)
      for (const { place, local, extra } of its) push(recipients, job, place, local, extra)
      if (state === 0) lanes.add(domain, priority, due)
    }
    for (const json of message.facts) {
      // It may have been told to a reader of facts before it came here.
      if (standing === undefined) push(facts, n, null, acceptedAt, json)
      else push(first, n, acceptedAt, json)
    }
  }
  if (contents[0].length === 0) return
  session.send(SQL.addContents, parts.length === 1 ? parts[0] : Buffer.concat(parts, size), ...contents)
  session.send(SQL.addJobs, ...jobs)
  session.send(SQL.addRecipients, ...recipients)
  if (facts[0].length > 0) session.send(SQL.addFacts, ...facts)
  if (first[0].length > 0) session.send(SQL.addFirstFacts, ...first)
}

/** One row more of a set of columns. */
export function push(columns: readonly unknown[][], ...row: readonly unknown[]): void {
  for (const [at, value] of row.entries()) (columns[at] as unknown[]).push(value)
}
