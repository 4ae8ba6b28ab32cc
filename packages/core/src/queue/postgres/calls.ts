/**
 * Calls: the verbs of a store that are under way, and its end: refused after it, waited for by `finish`, cut off by `cut`.
 */
import { MailerError } from '../../model/error.ts'
import { troubleOf } from './errors.ts'

export class Calls {
  readonly #underway = new Set<Promise<unknown>>()
  readonly #cutOff = Promise.withResolvers<never>()
  /** Why nothing more is taken. */
  #ended: MailerError | undefined

  constructor() {
    // Whoever runs then is told; nobody has to.
    this.#cutOff.promise.catch(() => {})
  }

  async run<T>(verb: () => Promise<T>): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended
    const running = verb()
    this.#underway.add(running)
    try {
      return await Promise.race([running, this.#cutOff.promise])
    } catch (error) {
      throw troubleOf(error)
    } finally {
      this.#underway.delete(running)
    }
  }

  async finish(): Promise<void> {
    this.#ended ??= closed(undefined)
    await Promise.allSettled(this.#underway)
  }

  cut(reason: unknown): void {
    this.#ended ??= closed(reason)
    this.#cutOff.reject(this.#ended)
  }
}

function closed(cause: unknown): MailerError {
  return new MailerError('closed', 'The queue is closed.', cause === undefined ? {} : { cause })
}
