/**
 * Window: how many events are under way to one endpoint at once.
 *
 * Policy. After as many failures in a row as there are places, only one is tried at a time until one is taken again: an endpoint that is
 * down is not hammered, and one that refuses some events gets the others.
 */
const PLACES = 16

export class Window {
  #busy = 0
  #failures = 0
  #waiting: (() => void)[] = []

  /** The endpoint takes nothing at present. */
  get isNarrow(): boolean {
    return this.#failures >= PLACES
  }

  get hasRoom(): boolean {
    return this.#busy < (this.isNarrow ? 1 : PLACES)
  }

  /** Resolves with `true` in a place of one's own, in the order of asking; with `false` when the signal aborted. */
  async enter(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (this.hasRoom) {
        this.#busy++
        return true
      }
      await this.#room(signal)
    }
    return false
  }

  leave(how: 'taken' | 'failed' | 'neither'): void {
    this.#busy--
    if (how === 'taken') this.#failures = 0
    else if (how === 'failed') this.#failures++
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }

  #room(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.push(wake)
    })
  }
}
