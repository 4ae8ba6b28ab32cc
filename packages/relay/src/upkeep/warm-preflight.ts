/**
 * WarmPreflight: what the relay does besides serving: it keeps preflight's answers for its senders warm, so that no message waits
 * for the DNS.
 *
 * Policy. Warm are the domains that accounts may send as, and those that were seen in mail of the last week. A domain that
 * receivers would refuse is told once for each reason, loudly: its forum will only see a 550.
 */
import { type Clock, type Logger, type Mailer, MailerError } from '@postrider/core'

interface BackgroundOptions {
  readonly mailer: Pick<Mailer, 'clearance' | 'on'>
  readonly clock: Clock
  readonly logger: Logger
  /** Patterns of senders, such as `*@example.com`. */
  readonly senders: () => Promise<readonly string[]>
}

/** The two domains that preflight judges. */
interface Pair {
  readonly envelope: string
  readonly from: string
}

/** Shorter than the time for which answers are kept. */
const WARM_EVERY_MS = 4 * 60_000
const REMEMBER_MS = 7 * 86_400_000
const MOST_REMEMBERED = 1000
/** A slow name server keeps one of them waiting, not all. */
const AT_ONCE = 8

export class Background {
  readonly #options: BackgroundOptions
  readonly #told = new Set<string>()
  /** Seen in mail, and when last; the oldest first. */
  readonly #seen = new Map<string, Pair & { readonly at: number }>()
  #stopWaiting: (() => void) | undefined
  #stopListening: (() => void) | undefined
  #warming: Promise<void> | undefined
  #again = false
  #closed = false

  constructor(options: BackgroundOptions) {
    this.#options = options
  }

  start(): void {
    this.#stopListening = this.#options.mailer.on('queued', ({ clearance: { result, envelopeDomain, fromDomain } }) => {
      if (result !== 'skipped') this.#saw(envelopeDomain, fromDomain)
    })
    this.look()
  }

  /** Asks now: something changed. */
  look(): void {
    this.#stopWaiting?.()
    this.#again = true
    this.#warming ??= this.#warm().finally(() => {
      this.#warming = undefined
      if (this.#closed) return
      this.#stopWaiting = this.#options.clock.after(WARM_EVERY_MS, () => this.look(), { idle: true })
    })
  }

  close(): void {
    this.#closed = true
    this.#stopWaiting?.()
    this.#stopListening?.()
  }

  #saw(envelope: string, from: string): void {
    const key = `${envelope} ${from}`
    this.#seen.delete(key)
    this.#seen.set(key, { envelope, from, at: this.#options.clock.monotonic() })
    if (this.#seen.size <= MOST_REMEMBERED) return
    const [oldest] = this.#seen.keys()
    if (oldest !== undefined) this.#seen.delete(oldest)
  }

  async #warm(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      const pairs = [...(await this.#pairs()).values()]
      const worker = async (): Promise<void> => {
        for (let pair = pairs.shift(); pair !== undefined && !this.#closed; pair = pairs.shift()) await this.#ask(pair)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    }
  }

  async #pairs(): Promise<ReadonlyMap<string, Pair>> {
    const since = this.#options.clock.monotonic() - REMEMBER_MS
    for (const [key, { at }] of this.#seen) if (at < since) this.#seen.delete(key)
    // A store that is in trouble says so at the next login.
    const patterns = await this.#options.senders().catch(() => [])
    const listed = new Set(patterns.flatMap(domainOf))
    return new Map([
      ...[...listed].map((name): [string, Pair] => [`${name} ${name}`, { envelope: name, from: name }]),
      ...this.#seen,
    ])
  }

  async #ask({ envelope, from }: Pair): Promise<void> {
    try {
      await this.#options.mailer.clearance({ envelopeFrom: `postmaster@${envelope}`, from: [`postmaster@${from}`] })
    } catch (error) {
      if (!MailerError.is(error) || this.#told.has(error.message)) return
      this.#told.add(error.message)
      if (error.code !== 'not-cleared') return
      this.#options.logger.error(
        { event: 'not-cleared', domain: from, problem: error.message, fix: error.fix },
        'mail of this domain would be refused',
      )
    }
  }
}

/** `*@*.example.com` is every name below it, of which only itself can be asked. */
function domainOf(pattern: string): readonly string[] {
  const domain = pattern.slice(pattern.lastIndexOf('@') + 1).replace(/^\*\./, '')
  return domain === '*' ? [] : [domain.toLowerCase()]
}
