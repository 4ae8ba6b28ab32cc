/**
 * Tick: what an owner accepted and what became of it, many of both in one statement that is a transaction of its own.
 *
 * Policy. One tick is under way at a time, and what comes meanwhile gathers: a tick costs the server as much as several
 * messages. An outcome waits a little longer than an acceptance, for nobody holds a line open for it. A tick ends at a number
 * of calls or of octets. It goes through the fence: what a dead owner writes fails whole. When nobody knows what became of
 * one it is asked for again, after the first has surely ended.
 *
 * Not here: what is waiting in memory (born.ts), the statement (sql.ts).
 */
import type { Clock } from '../../../ambient/clock.ts'
import type { NewMessage } from '../../rows.ts'
import type { Giving } from '../batches.ts'
import { byteaArray, int8Array, textArray } from '../binary.ts'
import type { Connections, Session } from '../connection.ts'
import { untilKnown } from '../doubt.ts'
import type { Encoded } from '../enqueue.ts'
import { isAnswer, isFenced, isMissingDay } from '../errors.ts'
import { SQL, TICKS } from '../sql.ts'
import { birthEntry } from './birth.ts'
import type { Marks } from './marks.ts'
import type { Ending } from './outcome.ts'

export interface Newborn extends Encoded {
  readonly n: number
}

/** `fenced`: this owner is dead, and it is to be added as if nobody knew whether it is there. */
export type Acceptance =
  | { readonly kind: 'ours'; readonly segment: number; readonly suppressed: ReadonlyMap<string, string> }
  | { readonly kind: 'fenced' }

interface Call<A, R> {
  readonly ask: A
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

interface Accepting extends Call<Newborn, Acceptance | undefined> {
  readonly begin: () => void
}
type Settling = Call<Ending, boolean>

interface Batch {
  readonly accepting: readonly Accepting[]
  readonly settling: readonly Settling[]
}

export interface TickParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly owner: () => { readonly id: number; readonly segment: number }
  /** How long an acceptance gathers; 0 is until the event loop turns. */
  readonly gatherMs: number
  readonly marks: Marks
}

const MOST_ACCEPTED = 100
const MOST_SETTLED = 200
/** Beyond this the memory of the server is mapped anew for each statement. */
const MOST_BYTES = 200 * 1024
/** An outcome gathers so many times as long. */
const OUTCOMES_WAIT = 4

export class Tick {
  readonly #parts: TickParts
  #accepting: Accepting[] = []
  #settling: Settling[] = []
  #octets = 0
  #underway: Promise<void> | undefined
  #cancel: (() => void) | undefined
  #armedFor: 'accepting' | 'settling' | undefined

  constructor(parts: TickParts) {
    this.#parts = parts
  }

  /** `undefined`: it was given up before it began. */
  accept(ask: Newborn, { signal, begun }: Giving): Promise<Acceptance | undefined> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#accepting = this.#accepting.filter(each => each !== call)
        this.#octets -= ask.bytes.length
        resolve(undefined)
      }
      const begin = (): void => {
        signal?.removeEventListener('abort', giveUp)
        begun?.()
      }
      const call: Accepting = { ask, resolve, reject, begin }
      if (signal?.aborted) {
        resolve(undefined)
        return
      }
      signal?.addEventListener('abort', giveUp)
      this.#accepting.push(call)
      this.#octets += ask.bytes.length
      this.#schedule()
    })
  }

  /** `false`: the owner is dead, and nothing was written. */
  settle(ask: Ending): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#settling.push({ ask, resolve, reject })
      this.#schedule()
    })
  }

  /** Waits for the one under way. */
  async quiet(): Promise<void> {
    while (this.#underway !== undefined || this.#accepting.length + this.#settling.length > 0) {
      this.#go()
      await this.#underway
    }
  }

  #schedule(): void {
    if (this.#underway !== undefined || this.#accepting.length + this.#settling.length === 0) return
    const full =
      this.#accepting.length >= MOST_ACCEPTED || this.#settling.length >= MOST_SETTLED || this.#octets >= MOST_BYTES
    if (full) {
      this.#go()
      return
    }
    const wanted = this.#accepting.length > 0 ? 'accepting' : 'settling'
    if (this.#armedFor === 'accepting' || this.#armedFor === wanted) return
    this.#disarm()
    this.#armedFor = wanted
    const { clock, gatherMs } = this.#parts
    if (gatherMs === 0) {
      const immediate = setImmediate(() => this.#go())
      this.#cancel = () => clearImmediate(immediate)
    } else this.#cancel = clock.after(wanted === 'accepting' ? gatherMs : OUTCOMES_WAIT * gatherMs, () => this.#go())
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedFor = undefined
  }

  #go(): void {
    this.#disarm()
    if (this.#underway !== undefined || this.#accepting.length + this.#settling.length === 0) return
    const batch = this.#take()
    for (const { begin } of batch.accepting) begin()
    this.#underway = this.#run(batch).finally(() => {
      this.#underway = undefined
      this.#schedule()
    })
  }

  #take(): Batch {
    let octets = 0
    let count = 0
    for (const { ask } of this.#accepting) {
      octets += ask.bytes.length
      if (count > 0 && (octets > MOST_BYTES || count >= MOST_ACCEPTED)) break
      this.#octets -= ask.bytes.length
      count++
    }
    return { accepting: this.#accepting.splice(0, count), settling: this.#settling.splice(0, MOST_SETTLED) }
  }

  async #run(batch: Batch): Promise<void> {
    try {
      await this.#write(batch)
    } catch (error) {
      if (isFenced(error)) {
        for (const { resolve } of batch.accepting) resolve({ kind: 'fenced' })
        for (const { resolve } of batch.settling) resolve(false)
        return
      }
      const calls = [...batch.accepting, ...batch.settling]
      if (isMissingDay(error)) return this.#openDays(batch, error)
      if (calls.length === 1 || !isAnswer(error)) for (const { reject } of calls) reject(error)
      else {
        // Of many that failed together each is tried alone: only the one to blame fails.
        for (const call of batch.accepting) await this.#run({ accepting: [call], settling: [] })
        for (const call of batch.settling) await this.#run({ accepting: [], settling: [call] })
      }
    }
  }

  async #openDays(batch: Batch, why: unknown): Promise<void> {
    try {
      for (const at of new Set(batch.settling.map(({ ask }) => ask.at)))
        await this.#parts.connections.ask('lasting', SQL.openDay, at)
      await this.#write(batch)
    } catch {
      for (const { reject } of [...batch.accepting, ...batch.settling]) reject(why)
    }
  }

  async #write({ accepting, settling }: Batch): Promise<void> {
    const { connections, clock, owner, marks } = this.#parts
    const { id, segment } = owner()
    const births = accepting.map(({ ask }) => ask)
    const endings = settling.map(({ ask }) => ask)
    const statement = TICKS[segment] as (typeof TICKS)[number]
    const values = (born: readonly Newborn[], ended: readonly Ending[], near: readonly number[]): unknown[] => [
      id,
      int8Array(born.map(({ n }) => n)),
      textArray(born.map(({ message }) => withoutNul(birthEntry(message)))),
      byteaArray(born.map(({ bytes }) => bytes)),
      int8Array(ended.map(({ n }) => n)),
      textArray(ended.map(each => each.id)),
      int8Array(ended.map(({ at }) => at)),
      textArray(ended.map(({ entry }) => withoutNul(entry))),
      textArray(births.flatMap(({ message }) => addressesOf(message))),
      clock.now(),
      int8Array(near),
    ]
    const again = async (session: Session): Promise<readonly (readonly [string, string])[]> => {
      // Shared by every tick of this owner: to have it alone is to know that the first one has ended.
      session.send(SQL.waitForOwner, id)
      session.send(SQL.confirm)
      const n = (all: readonly { readonly n: number }[]): number[] => all.map(each => each.n)
      const asked = session.run<[number]>(SQL.bornThere, n(births))
      const there = new Set((await session.run<[number]>(SQL.outcomesThere, n(endings))).flat())
      const born = new Set((await asked).flat())
      return session.run<[string, string]>(
        statement,
        ...values(
          births.filter(each => !born.has(each.n)),
          endings.filter(each => !there.has(each.n)),
          [],
        ),
      )
    }
    const first = async (): Promise<readonly (readonly [string, string])[]> => {
      let marked: readonly number[] = []
      try {
        return await connections.askWith<[string, string]>('lasting', statement, () => {
          // Whose dot comes before this is written sends for itself.
          marked = marks.take(segment)
          return values(births, endings, marked)
        })
      } catch (error) {
        marks.lost(segment, marked)
        throw error
      }
    }
    const rows = await untilKnown(clock, first, () => connections.transact('lasting', again))
    const suppressions = new Map(rows)
    for (const { ask, resolve } of accepting) {
      resolve({ kind: 'ours', segment, suppressed: suppressedOf(ask.message, suppressions) })
    }
    for (const { resolve } of settling) resolve(true)
  }
}

export function addressesOf({ jobs }: NewMessage): readonly string[] {
  return jobs.flatMap(({ domain, recipients }) => recipients.map(({ local }) => `${local}@${domain}`.toLowerCase()))
}

/** Of its recipients, by their address. */
export function suppressedOf(message: NewMessage, all: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (all.size === 0) return all
  return new Map(
    addressesOf(message).flatMap(address => {
      const json = all.get(address)
      return json === undefined ? [] : [[address, json] as const]
    }),
  )
}

/** PostgreSQL has no room for it, neither as an octet nor in its JSON. */
function withoutNul(json: string): string {
  const plain = json.includes('\0') ? json.replaceAll('\0', '') : json
  return plain.includes('\\u0000') ? plain.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1') : plain
}
