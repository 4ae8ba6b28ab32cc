/**
 * CommandLoop: reads and answers what a client said, one after the other, until nothing is left or something takes time.
 *
 * Policy. While an answer is being found nothing else is answered; what many lines ask at once is answered a hundred at a
 * time, so that others get their turn. A client that does not read its replies waits for its next one.
 *
 * Not here: what is read and answered (conversation.ts).
 */
import type { Channel } from './channel.ts'
import type { Soon } from './smtp-policy.ts'

export interface CommandLoopPorts {
  readonly channel: Channel
  /** Whether nothing is to be read any more. */
  over(): boolean
  /** Reads and answers the next thing said. */
  next(): Soon<void> | 'nothing'
  /** Whether more comes than an answer's time can hold: nothing is read from the connection meanwhile. */
  floods(): boolean
  /** All that was said is answered. */
  caughtUp(): void
  failed(error: unknown): void
}

const MOST_AT_ONCE = 100

export class CommandLoop {
  readonly #ports: CommandLoopPorts
  #busy = true

  constructor(ports: CommandLoopPorts) {
    this.#ports = ports
  }

  /** From here on what is said is answered. */
  begin(): void {
    this.#ports.channel.start()
    this.#goOn()
  }

  /** Something was said. */
  take(): void {
    if (this.#busy) return
    this.#busy = true
    const { channel, next, over, floods, caughtUp, failed } = this.#ports
    for (let turn = 0; !over(); turn++) {
      if (turn === MOST_AT_ONCE) {
        setImmediate(this.#goOn)
        return
      }
      let later: Soon<void> | 'nothing'
      try {
        later = next()
      } catch (error) {
        // A bug of ours in one command: thrown on, it would end the process.
        failed(error)
        continue
      }
      if (later === 'nothing') break
      const wait = later ?? channel.backlog()
      if (wait) {
        channel.flush()
        if (floods()) channel.pause()
        else channel.resume()
        wait.then(this.#goOn, this.#failed)
        return
      }
    }
    channel.flush()
    this.#busy = false
    channel.resume()
    caughtUp()
  }

  readonly #goOn = (): void => {
    this.#ports.channel.flush()
    this.#busy = false
    this.take()
  }

  readonly #failed = (error: unknown): void => {
    this.#ports.failed(error)
    this.#goOn()
  }
}
