/**
 * Progress: what became of the events of one endpoint, until it is written.
 *
 * Policy. The place passes an event only when it and all before it are settled: taken, not wanted, or parked; and what was parked is
 * written together with a place that has passed it, so that every parked event stands before the place. What happens while one
 * write is under way goes with the next. A write that fails is tried again as long as the endpoint is ours: what was told is
 * not told again because a disk was full for a minute.
 *
 * Not here: telling (tenure.ts), statements (records.ts).
 */
import type { Clock } from '@postrider/core'
import type { Place } from './place.ts'
import type { Changes, Dropped, Parked, Records } from './records.ts'

export interface ProgressOptions {
  readonly records: Pick<Records, 'write' | 'oldest'>
  readonly id: string
  readonly holder: string
  readonly place: Place
  /** How many are parked. */
  readonly parked: number
  readonly mostParked: number
  readonly clock: Clock
  /** Aborts when the endpoint is not ours any more. */
  readonly ours: AbortSignal
  readonly onWritten: (changes: Changes) => void
  readonly onLost: () => void
  readonly onTrouble: (error: unknown) => void
}

/** An event in the order. */
export interface Entry {
  readonly place: Place
  settled: boolean
}

const AGAIN_AFTER_MS = 1000

export class Progress {
  readonly #it: ProgressOptions
  readonly #order: Entry[] = []
  readonly #parked = new Map<Place, Parked>()
  readonly #again = new Map<Place, Parked>()
  readonly #unparked = new Set<Place>()
  #dropped: Dropped[] = []
  #passed: Place
  #written: Place
  /** Parked events in the store. */
  #rows: number
  /** Events that the place has passed since it was written. */
  #unwritten = 0
  #writing: Promise<void> | undefined

  constructor(options: ProgressOptions) {
    this.#it = options
    this.#passed = options.place
    this.#written = options.place
    this.#rows = options.parked
  }

  /** Events whose outcome is not written. */
  get pending(): number {
    return this.#order.length + this.#parked.size + this.#again.size + this.#unparked.size
  }

  /** Events that could be written and are not: a process that dies now has them told again. */
  get unwritten(): number {
    return this.#unwritten
  }

  /** What became of a parked event is not written yet. */
  isPending(place: Place): boolean {
    return this.#again.has(place) || this.#unparked.has(place)
  }

  /** The next event of the log. */
  begin(place: Place): Entry {
    const entry = { place, settled: false }
    this.#order.push(entry)
    return entry
  }

  settle(entry: Entry): void {
    entry.settled = true
    while (this.#order[0]?.settled) {
      this.#passed = this.#order.shift()!.place
      this.#unwritten++
    }
    this.#changed()
  }

  park(entry: Entry, parked: Parked): void {
    this.#parked.set(parked.place, parked)
    this.settle(entry)
  }

  /** A parked event waits for another try. */
  again(parked: Parked): void {
    this.#again.set(parked.place, parked)
    this.#changed()
  }

  unpark(place: Place): void {
    this.#unparked.add(place)
    this.#changed()
  }

  drop({ place, after }: Parked, because: Dropped['because']): void {
    this.#dropped.push({ after, through: place, count: 1, because })
    this.unpark(place)
  }

  /** Resolves when everything so far is written, or the endpoint is not ours any more. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  #changed(): void {
    if (this.#writing !== undefined || this.#it.ours.aborted || !this.#isDirty()) return
    // Never rejects: what fails is told and tried again.
    this.#writing = this.#write()
  }

  #isDirty(): boolean {
    return this.#passed !== this.#written || this.#unparked.size > 0 || this.#again.size > 0
  }

  async #write(): Promise<void> {
    const { ours, clock, onTrouble } = this.#it
    while (this.#isDirty() && !ours.aborted) {
      // What this turn of the event loop brings goes together.
      await new Promise(resolve => setImmediate(resolve))
      try {
        await this.#writeOnce()
      } catch (error) {
        onTrouble(error)
        await clock.sleep(AGAIN_AFTER_MS, ours).catch(() => undefined)
      }
    }
    this.#writing = undefined
  }

  async #writeOnce(): Promise<void> {
    const { records, id, holder, onWritten, onLost } = this.#it
    const place = this.#passed
    const passed = this.#unwritten
    const parked = [...this.#parked.values()].filter(one => one.place <= place)
    const again = [...this.#again.values()]
    const oldest = await this.#beyond(parked.length)
    const unparked = [...this.#unparked]
    const dropped = [...this.#dropped]
    const changes: Changes = {
      place,
      parked,
      again,
      unparked: [...unparked, ...oldest.map(one => one.place)],
      dropped: [...dropped, ...rangeOf(oldest)],
    }
    const less = await records.write(id, holder, changes)
    if (less === undefined) return onLost()
    this.#rows -= less
    this.#written = place
    this.#unwritten -= passed
    for (const one of parked) this.#parked.delete(one.place)
    for (const one of again) if (this.#again.get(one.place) === one) this.#again.delete(one.place)
    for (const one of unparked) this.#unparked.delete(one)
    this.#dropped = this.#dropped.slice(dropped.length)
    onWritten(changes)
  }

  /** The oldest of those that are more than are kept. */
  async #beyond(news: number): Promise<readonly Parked[]> {
    const { records, id, mostParked } = this.#it
    const excess = this.#rows + news - mostParked
    return excess > 0 ? records.oldest(id, excess) : []
  }
}

function rangeOf(gone: readonly Parked[]): readonly Dropped[] {
  const [first] = gone
  const last = gone.at(-1)
  if (first === undefined || last === undefined) return []
  return [{ after: first.after, through: last.place, count: gone.length, because: 'number' }]
}
