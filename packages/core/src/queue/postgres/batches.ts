/**
 * Batches: many calls of one verb as few transactions. While as many batches as allowed are under way, the next gathers.
 *
 * Policy. When a batch fails and the server is there, each of its calls runs again alone, so that the failure is that call's
 * alone; what fails for a moment only (a deadlock) is tried again. A batch ends at a number of calls or of octets, whichever
 * comes first: a statement has to fit into the memory of both sides.
 */
import { isAnswer, isPassing } from './errors.ts'

interface Call<A, R> {
  readonly ask: A
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
  readonly begun?: () => void
}

/** Of a call that its caller may give up as long as it waits. */
export interface Giving {
  readonly signal?: AbortSignal
  /** It waits no more. */
  readonly begun?: () => void
}

/** How many batches run at once: one waits for the disk while another travels. */
const ABREAST = 3
const MOST = 200
const MOST_BYTES = 16 * 2 ** 20
const TRIES = 3

export class Batches<A, R> {
  readonly #run: (asks: readonly A[]) => Promise<readonly R[]>
  readonly #sizeOf: (ask: A) => number
  #waiting: Call<A, R>[] = []
  #underway = 0
  #scheduled = false

  constructor(run: (asks: readonly A[]) => Promise<readonly R[]>, sizeOf: (ask: A) => number = () => 0) {
    this.#run = run
    this.#sizeOf = sizeOf
  }

  ask(ask: A): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject })
      this.#schedule()
    })
  }

  /** As `ask`; `undefined` when it was given up before it began. */
  askUnlessGivenUp(ask: A, { signal, begun }: Giving): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter(each => each !== call)
        resolve(undefined)
      }
      const begin = (): void => {
        signal?.removeEventListener('abort', giveUp)
        begun?.()
      }
      const call: Call<A, R> = { ask, resolve, reject, begun: begin }
      if (signal?.aborted) return resolve(undefined)
      signal?.addEventListener('abort', giveUp)
      this.#waiting.push(call)
      this.#schedule()
    })
  }

  /** What one turn of the event loop brings goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#underway >= ABREAST || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const calls = this.#waiting.splice(0, this.#fits())
      if (calls.length === 0) return
      for (const { begun } of calls) begun?.()
      this.#underway++
      // Never rejects: whatever fails is the answer of the calls.
      void this.#settle(calls).finally(() => {
        this.#underway--
        this.#schedule()
      })
      this.#schedule()
    })
  }

  /** How many of those that wait make one batch: one at least. */
  #fits(): number {
    let bytes = 0
    const most = Math.min(this.#waiting.length, MOST)
    for (let at = 0; at < most; at++) {
      bytes += this.#sizeOf((this.#waiting[at] as Call<A, R>).ask)
      if (bytes > MOST_BYTES && at > 0) return at
    }
    return most
  }

  async #settle(calls: readonly Call<A, R>[]): Promise<void> {
    try {
      const answers = await this.#run(calls.map(({ ask }) => ask))
      for (const [at, { resolve }] of calls.entries()) resolve(answers[at] as R)
    } catch (error) {
      if (calls.length > 1 && isAnswer(error)) for (const call of calls) await this.#alone(call)
      else if (calls.length === 1 && isPassing(error)) await this.#alone(calls[0] as Call<A, R>)
      else for (const { reject } of calls) reject(error)
    }
  }

  async #alone({ ask, resolve, reject }: Call<A, R>): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        return resolve((await this.#run([ask]))[0] as R)
      } catch (error) {
        if (tried >= TRIES || !isPassing(error)) return reject(error)
      }
    }
  }
}
