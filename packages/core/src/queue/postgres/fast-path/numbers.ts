/** Numbers: of messages, drawn ahead, so that those of one process stand in the order in which they came. */
import type { Clock } from '../../../ambient/clock.ts'
import type { Connections } from '../connection.ts'
import { untilKnown } from '../doubt.ts'
import { SQL } from '../sql.ts'

const AHEAD = 256

export class Numbers {
  readonly #connections: Pick<Connections, 'ask'>
  readonly #clock: Clock
  /** The next one is the last. */
  #drawn: number[] = []
  #drawing: Promise<void> | undefined

  constructor(connections: Pick<Connections, 'ask'>, clock: Clock) {
    this.#connections = connections
    this.#clock = clock
  }

  async next(): Promise<number> {
    while (this.#drawn.length === 0) await this.#draw()
    const n = this.#drawn.pop() as number
    // What fails here is drawn when it is needed.
    if (this.#drawn.length < AHEAD / 4) this.#draw().catch(() => {})
    return n
  }

  async #draw(): Promise<void> {
    const draw = (): Promise<readonly [number][]> => this.#connections.ask('lasting', SQL.numbersAhead, AHEAD)
    // Numbers of which nobody knows are left out.
    this.#drawing ??= untilKnown(this.#clock, draw, draw)
      .then(rows => {
        this.#drawn = [...this.#drawn.toReversed(), ...rows.flat()].reverse()
      })
      .finally(() => {
        this.#drawing = undefined
      })
    await this.#drawing
  }
}
