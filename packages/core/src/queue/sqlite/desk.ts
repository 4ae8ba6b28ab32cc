/**
 * Desk: what a verb has before it while its transaction runs: the statements, the bytes of its batch, and the running
 * numbers, which are read when the transaction first needs them and written once at its end.
 */
import type { DatabaseSync } from 'node:sqlite'
import { prepareAll, type Statements } from './sql.ts'

export interface OpenQueue {
  readonly db: DatabaseSync
  readonly path: string
  /** Becomes the one process that holds the lock file, if no living one does. The lock dies with the process. */
  lock(): boolean
  unlock(): void
  close(): void
}

export class Desk {
  readonly queue: OpenQueue
  readonly sql: Statements
  /** Of this process, for the row of the holder. */
  readonly holder: string
  /** Of the batch of the call that runs. */
  bytes: Uint8Array = new Uint8Array(0)
  /** Orders lanes that are due at the same moment: who was served later stands behind. */
  #turn = 0
  #lastMessage: number | undefined
  #tally: { messages: number; recipients: number; lastFact: number } | undefined
  /** Lanes that this transaction already queued no later than this. */
  #queued = new Map<string, number>()

  constructor(queue: OpenQueue, holder: string) {
    this.queue = queue
    this.sql = prepareAll(queue.db)
    this.holder = holder
  }

  /** Forgets what belonged to the transaction before. */
  begin(): void {
    this.#lastMessage = undefined
    this.#tally = undefined
    if (this.#queued.size > 0) this.#queued = new Map()
  }

  /** Writes the numbers, before the commit. */
  finish(): void {
    if (this.#tally === undefined) return
    this.sql.addTally.run(this.#tally.messages, this.#tally.recipients, this.#tally.lastFact)
  }

  nextMessage(): number {
    this.#lastMessage ??= (this.sql.lastMessage.get() as unknown as [number | null])[0] ?? 0
    return ++this.#lastMessage
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
    this.sql.addFact.run(++this.#openTally().lastFact, message, at, json)
  }

  /** A job of this domain waits until `due`: its lane stands in line no later than that. */
  queueLane(domain: string, priority: number, due: number): void {
    const lane = `${priority}${domain}`
    const known = this.#queued.get(lane)
    if (known !== undefined && known <= due) return
    this.sql.queueLane.run(domain, priority, due)
    this.#queued.set(lane, due)
  }

  /** After a claim: the lane goes to the end of the line of those that are due, or leaves it. */
  requeueLane(domain: string, priority: number, now: number): void {
    this.#queued.delete(`${priority}${domain}`)
    const head = this.sql.laneHead.get(domain, priority) as unknown as [number] | undefined
    if (head === undefined) this.sql.dropLane.run(domain, priority)
    else this.sql.moveLane.run(Math.max(head[0], now), this.nextTurn(), domain, priority)
  }

  #openTally(): { messages: number; recipients: number; lastFact: number } {
    if (this.#tally === undefined) {
      const lastFact = (this.sql.tally.get() as unknown as [number, number, number])[2]
      this.#tally = { messages: 0, recipients: 0, lastFact }
    }
    return this.#tally
  }
}
