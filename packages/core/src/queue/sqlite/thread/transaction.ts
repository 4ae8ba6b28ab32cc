/**
 * WriterTransaction: what a verb has before it while its transaction runs: the statements, the bytes of its batch, and the running
 * numbers, which are read when the transaction first needs them and written once at its end.
 */
import type { DatabaseSync } from 'node:sqlite'
import { PART_OCTETS } from '../both/protocol.ts'
import { FastPathMemory } from './fast-path/fast-path-memory.ts'
import { prepareAll, type Statements } from './sql.ts'
import type { TableRow } from './tables.ts'

type Bytes = Uint8Array<ArrayBuffer>

export interface OpenQueue {
  readonly db: DatabaseSync
  readonly path: string
  /** How far the file may grow in the transaction that follows. */
  makeRoom(wanted: 'messages' | 'outcomes'): void
  /** Becomes the one process that holds the lock file, if no living one does. The lock dies with the process. */
  lock(): boolean
  unlock(): void
  /** How many octets of messages that are done may be kept. */
  readonly mostKept: number
  close(): void
}

/** What was added, and the last numbers. */
interface Tally {
  messages: number
  recipients: number
  lastFact: number
  lastMessage: number
}

/** What the tables hold for claims, while nobody has touched them. */
interface Quiet {
  /** PRAGMA data_version: it changes when another connection wrote. */
  readonly version: number
  /** When the first of what waits is due or expires; `null` when nothing waits. */
  readonly next: number | null
  /** Until when there is nothing to claim, and no lease runs out. */
  readonly until: number
  readonly suppressing: boolean
}

/** For how long the row of another leader has stood unchanged. */
class LeaderWatch {
  #seen = ''
  #since = 0

  silentMs(row: string, monotonic: number): number {
    if (row !== this.#seen) {
      this.#seen = row
      this.#since = monotonic
    }
    return monotonic - this.#since
  }
}

export class WriterTransaction {
  readonly queue: OpenQueue
  readonly sql: Statements
  /** Of this process, for the row of the leader. */
  readonly holder: string
  readonly fastPath: FastPathMemory = new FastPathMemory()
  readonly leaderWatch: LeaderWatch = new LeaderWatch()
  /** Of messages that are done: how many octets there are, once that was counted, and how many may be. */
  readonly kept: { bytes: number | undefined; readonly most: number }
  /** The bytes of the batch of the call that runs. */
  parts: readonly Bytes[] = []
  /** Orders domains that are due at the same moment: who was served later stands behind. */
  #turn = 0
  #tally: Tally | undefined
  /** Ready domains that this transaction already queued no later than this. */
  #queued = new Map<string, number>()
  #delivery: TableRow<'delivery'> | undefined
  #quiet: Quiet | undefined
  /** How to take back what this transaction changed in memory. */
  #undo: (() => void)[] = []
  /** What is to be done when it is over. */
  #after: (() => void)[] = []

  constructor(queue: OpenQueue, holder: string) {
    this.queue = queue
    this.sql = prepareAll(queue.db)
    this.holder = holder
    this.kept = { bytes: undefined, most: queue.mostKept }
  }

  /** What stands at a place in the bytes of the batch. */
  bytesAt(start: number, end: number): Bytes {
    const at = start % PART_OCTETS
    return (this.parts[Math.floor(start / PART_OCTETS)] as Bytes).subarray(at, at + end - start)
  }

  /** Forgets what belonged to the transaction before. */
  begin(): void {
    this.#tally = undefined
    this.#delivery = undefined
    this.#undo.length = 0
    this.#after.length = 0
    if (this.#queued.size > 0) this.#queued = new Map()
  }

  /** Writes the numbers, before the commit. */
  finish(): void {
    if (this.#tally === undefined) return
    const { messages, recipients, lastFact, lastMessage } = this.#tally
    this.sql.addTally.run(messages, recipients, lastFact, lastMessage)
  }

  /** Something in memory was changed that a rollback has to change back. */
  onRollback(undo: () => void): void {
    this.#undo.push(undo)
  }

  /** For what cannot be done within a transaction; it must not throw. */
  afterCommit(call: () => void): void {
    this.#after.push(call)
  }

  committed(): void {
    while (this.#after.length > 0) this.#after.shift()?.()
  }

  rollBack(): void {
    this.disturb()
    while (this.#undo.length > 0) this.#undo.pop()?.()
  }

  /** The row of the leader, read once in a transaction. */
  delivery(): TableRow<'delivery'> {
    this.#delivery ??= this.sql.holder.one()
    return this.#delivery
  }

  setLeader(holder: string | null, until: number, locked: 0 | 1): void {
    this.sql.setLeader.run(holder, until, locked)
    this.#delivery = undefined
  }

  isLeader(): boolean {
    return this.delivery().holder === this.holder
  }

  /** A number that no message ever had: marks of final dots outlive what they are about. */
  nextMessage(): number {
    return ++this.#openTally().lastMessage
  }

  nextFact(): number {
    return ++this.#openTally().lastFact
  }

  nextTurn(): number {
    return ++this.#turn
  }

  /** What is in the queue became more (or less). */
  count(messages: number, recipients: number): void {
    const tally = this.#openTally()
    tally.messages += messages
    tally.recipients += recipients
  }

  tell(message: number, at: number, json: string): void {
    this.sql.addFact.run({ number: this.nextFact(), message, at, json })
  }

  /** The tables may hold more for claims than was known. */
  disturb(): void {
    this.#quiet = undefined
  }

  /** What was found when there was nothing to claim in the tables, if that is still so. */
  quiet(now: number): Quiet | undefined {
    if (this.#quiet === undefined || now >= this.#quiet.until) return undefined
    return this.#quiet.version === this.version() ? this.#quiet : undefined
  }

  keepQuiet(next: number | null, suppressing: boolean): void {
    const until = Math.min(next ?? Infinity, this.sql.nextLapse.get()?.leaseUntil ?? Infinity)
    this.#quiet = { version: this.version(), next, until, suppressing }
  }

  /** It changes when another connection writes. */
  version(): number {
    return this.sql.dataVersion.one().data_version
  }

  /** A job of this domain waits until `due`: its domain stands in line no later than that. */
  queueReadyDomain(domain: string, priority: number, due: number): void {
    this.disturb()
    const key = `${priority}${domain}`
    const known = this.#queued.get(key)
    if (known !== undefined && known <= due) return
    this.sql.queueReadyDomain.run({ domain, priority, due, turn: 0 })
    this.#queued.set(key, due)
  }

  /** After a claim: the domain goes to the end of the line of those that are due, or leaves it. */
  requeueReadyDomain(domain: string, priority: number, now: number): void {
    this.#queued.delete(`${priority}${domain}`)
    const head = this.sql.readyDomainHead.get(domain, priority)
    if (head === undefined) this.sql.dropReadyDomain.run(domain, priority)
    else this.sql.moveReadyDomain.run(Math.max(head.due, now), this.nextTurn(), domain, priority)
  }

  #openTally(): Tally {
    if (this.#tally === undefined) {
      const { lastFact, lastMessage } = this.sql.tally.one()
      this.#tally = { messages: 0, recipients: 0, lastFact, lastMessage }
    }
    return this.#tally
  }
}
