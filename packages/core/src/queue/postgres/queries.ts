/**
 * Queries: what the queue holds, for people and readers of facts.
 */
import type { DurableFact, NumberedFact } from '../../model/fact.ts'
import { decodeEntry } from '../decode-entry.ts'
import { type Entry, makeEntry, messageOf } from '../rows.ts'
import type { QueueCounts, QueueEntry, QueueFilter } from '../store.ts'
import type { Row } from './client.ts'
import type { Connections } from './connection.ts'
import type { BornCounts } from './fast-path/born.ts'
import { readOutcome } from './fast-path/outcome.ts'
import { SQL } from './sql.ts'

/** How many facts one transaction numbers. */
const NUMBERED = 5_000
/** Of so few waiting jobs of one domain it is cheap to read all. */
const FEW = 5_000

type FactRow = [number: number, json: string]

const numbered = (rows: readonly FactRow[]): readonly NumberedFact[] =>
  rows.map(([number, json]) => ({ number, fact: JSON.parse(json) as DurableFact }))

/** Gives every fact that is committed its number; many who ask at once share one look. */
export class Numbering {
  readonly #connections: Connections
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(connections: Connections) {
    this.#connections = connections
  }

  run(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#number().finally(() => {
        this.#running = undefined
      })
      return this.#running
    }
    // The one under way may have looked before the last commit that this caller knows of.
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined
        return this.run()
      })
    return this.#next
  }

  async #number(): Promise<void> {
    let row: Row | undefined
    await this.#connections.ask('lasting', SQL.unpackFacts)
    do [row] = await this.#connections.ask('lasting', SQL.numberFacts, NUMBERED)
    while (row?.[0] === NUMBERED)
  }

  async facts(after: number, limit: number): Promise<readonly NumberedFact[]> {
    const first = await this.#connections.ask<FactRow>('passing', SQL.facts, after, limit)
    if (first.length === limit) return numbered(first)
    await this.run()
    return numbered(await this.#connections.ask<FactRow>('passing', SQL.facts, after, limit))
  }

  async newest(): Promise<number> {
    await this.run()
    return (await this.#connections.ask<[number]>('passing', SQL.lastNumber))[0]?.[0] ?? 0
  }

  /** Of the message with this number. */
  async history(n: number): Promise<readonly NumberedFact[]> {
    await this.run()
    return numbered(await this.#connections.ask<FactRow>('passing', SQL.history, n))
  }
}

type Filter = Omit<QueueFilter, 'limit' | 'after'>

const JOB_STATES = { waiting: 0, deferred: 0, running: 1 } as const
const RECIPIENT_PLACES = { waiting: 0, deferred: 1, running: null } as const

/** Numbers of open messages that a filter means, in their order. */
export async function find(
  connections: Connections,
  filter: Filter,
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const { domain, from, state, account } = filter
  const ofJob = state === undefined || state === 'held' ? null : state
  const values = [
    after,
    limit,
    account ?? null,
    from ?? null,
    state === 'held',
    ofJob && JOB_STATES[ofJob],
    ofJob && RECIPIENT_PLACES[ofJob],
  ]
  // A domain that is a large part of all that waits is found soonest by looking at all.
  const few = domain !== undefined && (await waitingOf(connections, domain)) < FEW
  const rows = await connections.ask<[number]>('passing', few ? SQL.findOfDomain : SQL.find, ...values, domain ?? null)
  return rows.map(([n]) => n)
}

async function waitingOf(connections: Connections, domain: string): Promise<number> {
  return (await connections.ask<[number]>('passing', SQL.countOfDomain, domain, FEW))[0]?.[0] ?? 0
}

type EntryRow = [number, string, string, number, number, number, number, string | null, string | null, string]
type RecipientRow = [
  job: number,
  domain: string,
  jobState: number,
  due: number,
  place: number,
  local: string,
  state: number,
  attempts: number,
  reply: string | null,
]

export async function entries(connections: Connections, numbers: readonly number[]): Promise<readonly QueueEntry[]> {
  if (numbers.length === 0) return []
  return connections.transact('passing', async session => {
    const asked = session.run<EntryRow>(SQL.entries, numbers)
    const recipients = Map.groupBy(await session.run<RecipientRow>(SQL.entryRecipients, numbers), ([job]) =>
      messageOf(job),
    )
    return (await asked).map(row => decodeEntry(entryOf(row, recipients.get(row[0]) ?? [])))
  })
}

function entryOf(row: EntryRow, rows: readonly RecipientRow[]): Entry {
  const [, id, sender, acceptedAt, expiresAt, size, priority, account, held, meta] = row
  const recipients = rows.map(([, domain, jobState, due, place, local, state, attempts, reply]) => {
    return { job: { domain, state: jobState, due }, place, local, state, attempts, reply }
  })
  const head = { id, sender, acceptedAt, expiresAt, size, priority, account, held, meta }
  return makeEntry(
    head,
    recipients.map(({ job }) => job),
    recipients,
  )
}

export async function counts(connections: Connections, now: number): Promise<QueueCounts> {
  type Counted = [number, number, number, number, number, number | null]
  const [row] = await connections.ask<Counted>('passing', SQL.counts, now)
  const [messages, recipients, due, running, held, oldest] = row as Counted
  return { messages, recipients, due, running, held, ...(oldest !== null && { oldestAcceptedAt: oldest }) }
}

/** What the owners say that they have under way, but for one. */
export async function countsOfOwners(connections: Connections, but: number): Promise<BornCounts> {
  type Counted = [number, number, number, number | null]
  const [row] = await connections.ask<Counted>('passing', SQL.ownersCounts, but)
  const [messages, recipients, running, oldest] = row as Counted
  return { messages, recipients, running, oldest }
}

/** Those of the tables and those of the owners together. */
export function addCounts(tables: QueueCounts, owners: readonly BornCounts[]): QueueCounts {
  let { messages, recipients, due, running } = tables
  let oldest = tables.oldestAcceptedAt
  for (const each of owners) {
    messages += each.messages
    recipients += each.recipients
    running += each.running
    due += each.messages - each.running
    if (each.oldest !== null && (oldest === undefined || each.oldest < oldest)) oldest = each.oldest
  }
  const sum = { messages, recipients, due, running, held: tables.held }
  return oldest === undefined ? sum : { ...sum, oldestAcceptedAt: oldest }
}

/** A message that went out on the fast path, as its outcome tells it. */
export async function showOutcome(connections: Connections, id: string): Promise<QueueEntry | undefined> {
  const [row] = await connections.ask<[entry: string]>('passing', SQL.outcome, id)
  return row === undefined ? undefined : readOutcome(id, row[0])
}

export async function nextDue(connections: Connections, exclude: readonly string[]): Promise<number | undefined> {
  const [[lane], [expiry]] = await Promise.all([
    connections.ask<[number | null]>('passing', SQL.nextLanes, exclude),
    connections.ask<[number]>('passing', SQL.nextExpiry),
  ])
  const times = [lane?.[0], expiry?.[0]].filter(time => time !== undefined && time !== null)
  return times.length === 0 ? undefined : Math.min(...times)
}
