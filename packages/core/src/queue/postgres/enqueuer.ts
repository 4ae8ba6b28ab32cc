/**
 * Enqueuer: messages into the tables of what waits, many in one transaction, also when nobody knows what became of the first try.
 *
 * Policy. An enqueue whose caller had to be told that nobody knows is taken back as soon as the server can be asked, for the
 * caller will send it again: what never came is added where no claim finds it, and cancelled with the rest.
 */
import type { Clock } from '../../ambient/clock.ts'
import type { QueueId } from '../../model/queue-id.ts'
import { cancel } from './admin.ts'
import { Batches, type Giving } from './batches.ts'
import type { Connections } from './connection.ts'
import { untilKnown } from './doubt.ts'
import { addAgain, addMessages, type Encoded, heldBack, type Taken } from './enqueue.ts'
import { isPassing, OutcomeUnknown } from './errors.ts'
import { LaneList } from './lanes.ts'

const TAKE_BACK_EVERY_MS = 5_000
/** Of what fails for a moment only, such as a deadlock. */
const TRIES = 3

/** Thrown so that a transaction is rolled back: the key of one message is another's. */
class Clash extends Error {
  readonly taken: readonly Taken[]

  constructor(taken: readonly Taken[]) {
    super('an idempotency key is known')
    this.taken = taken
  }
}

const whole =
  (add: typeof addMessages): typeof addMessages =>
  async (session, messages, lanes) => {
    const taken = await add(session, messages, lanes)
    if (taken.includes(false)) throw new Clash(taken)
    return taken
  }

export class Enqueuer {
  readonly #connections: Connections
  readonly #clock: Clock
  readonly #firsts: Batches<Encoded, Taken>
  readonly #again: Batches<Encoded, Taken>
  readonly #takingBack = new Set<() => void>()
  #closed = false

  constructor(connections: Connections, clock: Clock) {
    this.#connections = connections
    this.#clock = clock
    const size = ({ bytes }: Encoded): number => bytes.length
    this.#firsts = new Batches(messages => this.#add(messages, addMessages), size)
    this.#again = new Batches(messages => this.#add(messages, addAgain), size)
  }

  /** `undefined`: it was given up before it began. */
  add(message: Encoded, giving: Giving): Promise<Taken | undefined> {
    return this.#firsts.askUnlessGivenUp(message, giving)
  }

  /** All of these or none: with a `false` in the answer nothing was added. */
  async addAll(messages: readonly Encoded[], { begun }: Giving): Promise<readonly Taken[]> {
    begun?.()
    for (let tried = 1; ; tried++) {
      try {
        return await this.#add(messages, whole(addMessages), whole(addAgain))
      } catch (error) {
        if (error instanceof Clash) return error.taken
        if (tried >= TRIES || !isPassing(error)) throw error
      }
    }
  }

  /** One that may be there already. */
  addAgain(message: Encoded): Promise<Taken> {
    return this.#again.ask(message)
  }

  /** One whose caller was told that nobody knows. */
  takeBack(messages: readonly Encoded[]): void {
    if (this.#closed) return
    const stop = this.#clock.after(
      TAKE_BACK_EVERY_MS,
      () => {
        this.#takingBack.delete(stop)
        // Until it is known to be gone, or this process ends.
        this.#cancel(messages).catch(() => this.takeBack(messages))
      },
      { idle: true },
    )
    this.#takingBack.add(stop)
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#takingBack) stop()
    this.#takingBack.clear()
  }

  async #add(
    messages: readonly Encoded[],
    add: typeof addMessages,
    again: typeof addMessages = addAgain,
  ): Promise<readonly Taken[]> {
    const run = (how: typeof addMessages): Promise<readonly Taken[]> =>
      this.#connections.transact('lasting', async session => {
        const lanes = new LaneList()
        const taken = await how(session, messages, lanes)
        lanes.queue(session)
        return taken
      })
    try {
      return await untilKnown(
        this.#clock,
        () => run(add),
        () => run(again),
      )
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.takeBack(messages)
      throw error
    }
  }

  async #cancel(messages: readonly Encoded[]): Promise<void> {
    // What is being committed at this moment is waited for.
    await this.#connections.transact('lasting', session => addAgain(session, messages.map(heldBack), new LaneList()))
    const now = this.#clock.now()
    for (const { message } of messages) await cancel(this.#connections, message.id as QueueId, now)
  }
}
