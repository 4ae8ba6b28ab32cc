/**
 * Ledger: what clients handed to the relay and what they were answered.
 *
 * Policy. A message has one recipient of its own, so that whatever is said of that address is said of the message.
 */
export type Habit = 'steady' | 'burst' | 'big' | 'drip' | 'vanish' | 'leave'

/**
 * `accepted` 250 was read; `refused` 4yz or 5yz was read, or there was no connection; `unfinished` the client left before its
 * final dot; `unknown` the connection ended between final dot and reply.
 */
export type Answer = 'open' | 'accepted' | 'refused' | 'unfinished' | 'unknown'

export interface Entry {
  readonly number: number
  readonly habit: Habit
  readonly recipient: string
  answer: Answer
  /** What was said, when it was no 250. */
  said: string
}

const FRESH_DOMAIN_EVERY_MS = 1000

export class Ledger {
  readonly entries: Entry[] = []
  readonly #startedAt = performance.now()
  /** From the final dot to the reply, since it was last asked. */
  #waits: number[] = []
  #slowest = { ms: 0, said: '' }

  /** A new message. One in a hundred is refused at the sink, one is deferred once, and the reply to one gets lost there. */
  begin(habit: Habit): Entry {
    const number = this.entries.length + 1
    const kind = { 3: 'nouser', 8: 'later', 13: 'lost' }[number % 100] ?? 'user'
    const fresh = Math.floor((performance.now() - this.#startedAt) / FRESH_DOMAIN_EVERY_MS)
    const domain = number % 2 === 0 ? 'often.dest.test' : `d${fresh}.dest.test`
    const entry: Entry = { number, habit, recipient: `${kind}${number}@${domain}`, answer: 'open', said: '' }
    this.entries.push(entry)
    return entry
  }

  waited(ms: number, said: string): void {
    this.#waits.push(ms)
    if (ms > this.#slowest.ms) this.#slowest = { ms, said }
  }

  /** The longest wait of all for a reply, and the reply. */
  get slowest(): { readonly ms: number; readonly said: string } {
    return this.#slowest
  }

  /** What was said to those who were refused, and how often. */
  refusals(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { said, answer } of this.entries) if (answer === 'refused') counts.set(said, (counts.get(said) ?? 0) + 1)
    return counts
  }

  /** The median and the longest wait for a reply since the last question. */
  takeWaits(): { readonly median: number; readonly longest: number } {
    const waits = this.#waits.sort((a, b) => a - b)
    this.#waits = []
    return { median: waits[waits.length >> 1] ?? 0, longest: waits.at(-1) ?? 0 }
  }

  count(answer: Answer): number {
    return this.entries.filter(entry => entry.answer === answer).length
  }
}
