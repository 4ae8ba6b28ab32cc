/**
 * CaptureService: takes the mail of a mailer in place of the network: the inbox it comes into, the scenarios that say what becomes of it,
 * the time of its mailer, which can be moved, and what leaves it after all.
 *
 * Policy. All recipients of a message are known with the first of them.
 *
 * Not here: that no other mail is in the queue (queue-mark.ts).
 */
import { join } from 'node:path'
import { type Capture, type Clock, type Logger, type Mailer, printAddress } from '@postrider/core'
import type { MayReach } from '../webhook/index.ts'
import { type AskedLink, askLinks } from './ask-links.ts'
import type { Envelope } from './captured.ts'
import { Inbox, type InboxBounds } from './inbox.ts'
import type { Mailbox } from './mailbox.ts'
import { MovableClock } from './movable-clock.ts'
import { type ReleasePorts, Releases } from './releases.ts'
import { outcomeBy, type Scenario } from './scenario.ts'

export interface CaptureOptions {
  /** Where the folder of the inbox is. */
  readonly folder: string
  readonly bounds: InboxBounds
  readonly mailboxes: readonly Mailbox[]
  readonly scenarios: readonly Scenario[]
  readonly release: Pick<ReleasePorts, 'allowed' | 'open'>
  /** Where links may lead that somebody has asked. */
  readonly mayReach: MayReach
  readonly clock: Clock
  readonly logger: Logger
}

const MOST_COMING = 10_000
/** How long what became due is waited for, before time goes on. */
const SETTLES_MS = 2000
const MOST_STEPS = 1000
/** Messages whose links are asked at once. */
const MOST_ASKING = 2

export class CaptureService implements Capture {
  readonly inbox: Inbox
  readonly clock: MovableClock
  readonly mailboxes: readonly Mailbox[]
  scenarios: readonly Scenario[]
  readonly releases: Releases
  readonly #mayReach: MayReach
  #asking = 0
  readonly #machine: Clock
  /** Accepted, and not yet attempted. */
  readonly #coming = new Map<string, readonly string[]>()
  #mailer: Mailer | undefined

  private constructor(inbox: Inbox, clock: MovableClock, options: CaptureOptions) {
    const { mailboxes, scenarios, release, mayReach, logger, clock: machine } = options
    this.inbox = inbox
    this.clock = clock
    this.mailboxes = mailboxes
    this.scenarios = scenarios
    this.releases = new Releases({ ...release, clock: machine, logger })
    this.#mayReach = mayReach
    this.#machine = machine
  }

  static async open(options: CaptureOptions): Promise<CaptureService> {
    const clock = new MovableClock(options.clock)
    const { folder, bounds, logger } = options
    const inbox = await Inbox.open({ folder: join(folder, 'inbox'), bounds, logger, clock })
    return new CaptureService(inbox, clock, options)
  }

  /** The mailer that it was handed to. */
  follow(mailer: Mailer): void {
    this.#mailer = mailer
    mailer.on('queued', ({ messageId, recipients }) => {
      if (this.inbox.has(messageId)) return
      if (this.#coming.size >= MOST_COMING) this.#coming.delete(this.#coming.keys().next().value ?? '')
      this.#coming.set(messageId, recipients)
    })
  }

  outcomeOf(...asked: Parameters<Capture['outcomeOf']>): ReturnType<Capture['outcomeOf']> {
    return outcomeBy(this.scenarios, ...asked)
  }

  async take(...[job, content]: Parameters<Capture['take']>): Promise<void> {
    const id = job.messageId
    if (this.inbox.has(id) && job.attempts > 0) return
    const recipients = this.#coming.get(id) ?? (await this.#allRecipients(id))
    const { reversePath, account } = job
    const envelope: Envelope = {
      id,
      at: job.acceptedAt,
      from: reversePath === null ? '' : printAddress(reversePath),
      recipients,
      ...(account !== undefined && { account }),
      tags: job.tags,
      sizeBytes: content instanceof Uint8Array ? content.length : content.sizeBytes,
    }
    await this.inbox.take(envelope, content)
    this.#coming.delete(id)
  }

  /** Of a message that another process wrote, or that waited when this one started. */
  async #allRecipients(id: string): Promise<readonly string[]> {
    return (await this.#mailer?.queue.show(id))?.recipients.map(({ address }) => address) ?? []
  }

  /** Moves the time of the mailer on, from one message that becomes due to the next: each is tried at its moment. */
  async forward(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    for (let step = 0; step < MOST_STEPS && this.clock.now() < until; step++) {
      const next = Math.min(until, (await this.#nextDue()) ?? until)
      this.clock.forward(Math.max(next - this.clock.now(), 1))
      await Promise.race([this.#mailer?.idle(), this.#machine.sleep(SETTLES_MS)])
    }
    if (this.clock.now() < until) this.clock.forward(until - this.clock.now())
  }

  async #nextDue(): Promise<number | undefined> {
    const entries = (await this.#mailer?.queue.list({ limit: 1000 })) ?? []
    const dues = entries.flatMap(({ dueAt }) => (dueAt !== undefined && dueAt > this.clock.now() ? [dueAt] : []))
    return dues.length === 0 ? undefined : Math.min(...dues)
  }

  /** What answers at them, as somebody asked; undefined while too many are asked. */
  async askLinks(urls: readonly string[], signal: AbortSignal): Promise<readonly AskedLink[] | undefined> {
    if (this.#asking >= MOST_ASKING) return undefined
    this.#asking++
    try {
      return await askLinks(urls, { mayReach: this.#mayReach, clock: this.#machine, signal })
    } finally {
      this.#asking--
    }
  }

  /** After the mailer whose mail it takes. */
  async close(withinMs: number): Promise<void> {
    await this.releases.close(withinMs)
    this.inbox.close()
  }

  destroy(reason: unknown): void {
    this.releases.destroy(reason)
    this.inbox.close()
  }
}
