/**
 * WorkUnderWay: what a mailer is doing for its callers, so that `close` can wait for it and `destroy` can cut it.
 *
 * Policy. Each piece of work gets one signal, that of its caller joined with that of the mailer. What fails because it was told
 * to stop says so by its code: `aborted` before its time, `closed` afterwards.
 *
 * Not here: delivery, which ends by itself (assembly/delivery-engine.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { joined } from '../ambient/deadline.ts'
import { MailerError } from '../model/error.ts'

export interface WorkOptions {
  readonly signal?: AbortSignal
  /** Given up when `begun` was not called by then. */
  readonly startWithinMs?: number
}

export class WorkUnderWay {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #working = new Set<Promise<void>>()
  #shut = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws MailerError `closed`, `aborted`, and what the work throws */
  async run<T>(
    options: WorkOptions,
    work: (signal: AbortSignal, begun: () => void, leftMs: () => number | undefined) => Promise<T>,
  ): Promise<T> {
    if (this.#shut) throw closed()
    const stop = this.#stop.signal
    const { signal: given = stop, startWithinMs } = options
    using either = given !== stop || startWithinMs !== undefined ? joined(given, stop) : undefined
    const signal = either?.signal ?? stop
    const begun =
      startWithinMs === undefined
        ? () => {}
        : this.#clock.after(startWithinMs, () => either?.abort(notBegun(startWithinMs)))
    const since = this.#clock.monotonic()
    const left = (): number | undefined =>
      startWithinMs === undefined ? undefined : Math.max(0, startWithinMs - (this.#clock.monotonic() - since))
    const ended = Promise.withResolvers<void>()
    this.#working.add(ended.promise)
    try {
      signal.throwIfAborted()
      return await work(signal, begun, left)
    } catch (error) {
      if (!signal.aborted || MailerError.is(error)) throw error
      throw new MailerError('aborted', 'aborted before it was done', { cause: signal.reason })
    } finally {
      begun()
      this.#working.delete(ended.promise)
      ended.resolve()
    }
  }

  /** For what need not be waited for: aborted by its caller, or when the mailer has ended. */
  signal({ signal }: { readonly signal?: AbortSignal }): AbortSignal {
    return signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal])
  }

  /** Nothing new is begun. Waits for the rest, and for `others`, and cuts what is not done within `withinMs`. */
  async close(withinMs: number, others: Promise<void>): Promise<void> {
    this.#shut = true
    const cancel = this.#clock.after(withinMs, () => this.#stop.abort(closed()))
    try {
      await Promise.all([others, ...this.#working])
    } finally {
      cancel()
      this.#stop.abort(closed())
    }
  }

  destroy(): void {
    this.#shut = true
    this.#stop.abort(closed())
  }
}

export function closed(): MailerError {
  return new MailerError('closed', 'the mailer is closed', { fix: 'make a new one with createMailer()' })
}

function notBegun(ms: number): MailerError {
  return new MailerError('aborted', `the message could not be prepared within ${ms} ms`, {
    fix: 'send it again; look for slow name servers, or for a disk that is busy',
  })
}
