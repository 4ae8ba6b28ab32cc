/**
 * Background: what the relay does besides serving: it keeps preflight's answers for its own domains warm, so that the first
 * mail of the day waits for no DNS.
 *
 * Policy. A domain that receivers would refuse is told once for each reason, loudly: its forum will only see a 550.
 */
import { type Clock, type Logger, type Mailer, MailerError } from '@postrider/core'

interface BackgroundOptions {
  readonly mailer: Pick<Mailer, 'clearance'>
  readonly clock: Clock
  readonly logger: Logger
  readonly domains: () => readonly string[]
}

/** Shorter than the time for which answers are kept. */
const WARM_EVERY_MS = 4 * 60_000

export class Background {
  readonly #it: BackgroundOptions
  readonly #told = new Set<string>()
  #stop: (() => void) | undefined
  #closed = false

  constructor(options: BackgroundOptions) {
    this.#it = options
  }

  start(): void {
    void this.#warm()
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
  }

  async #warm(): Promise<void> {
    if (this.#closed) return
    for (const domain of this.#it.domains()) await this.#ask(domain)
    if (!this.#closed) this.#stop = this.#it.clock.after(WARM_EVERY_MS, () => void this.#warm(), { idle: true })
  }

  async #ask(domain: string): Promise<void> {
    const sender = `postmaster@${domain}`
    try {
      await this.#it.mailer.clearance({ envelopeFrom: sender, from: [sender] })
    } catch (error) {
      if (!MailerError.is(error) || this.#told.has(error.message)) return
      this.#told.add(error.message)
      if (error.code === 'not-cleared') {
        this.#it.logger.error(
          { event: 'not-cleared', domain, problem: error.message, fix: error.fix },
          'mail of this domain would be refused',
        )
      }
    }
  }
}
