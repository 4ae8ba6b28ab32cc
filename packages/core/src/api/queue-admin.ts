/**
 * QueueAdmin: the queue as its owner sees it: look, hold, release, retry, cancel.
 */
import { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import { requireAddress } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import type { DurableFact } from '../model/fact.ts'
import { LARGE_BYTES } from '../model/message-buffer.ts'
import { isQueueId, type QueueId, unknownMessage } from '../model/queue-id.ts'
import { restingLane } from '../model/standing.ts'
import type {
  PausedSite,
  QueueCounts,
  QueueEntry,
  QueueFilter,
  QueueSelection,
  QueueServer,
  QueueStore,
} from '../queue/index.ts'
import type { LaneNow } from '../schedule/index.ts'
import { check, checkFilter, checkKeys, checkSelection, KINDS } from './arguments.ts'
import { requireMoment } from './read-send-options.ts'
import { type ReputationRow, reputationOf } from './reputation.ts'

const LOOK_BACK = 5_000
const PAGE = 500
const NEVER = new AbortController().signal

/** The mail site of a domain now; undefined when it has none or it cannot be found out. */
export type FindSite = (domain: string, signal: AbortSignal) => Promise<string | undefined>

export interface QueueAdminPorts {
  readonly clock: Clock
  /** There may be something to do. */
  readonly nudge: () => void
  readonly siteOf: FindSite
  readonly lanes: () => readonly LaneNow[]
}

/** The queue as its owner sees it. */
export class QueueAdmin {
  readonly #store: QueueStore
  readonly #clock: Clock
  readonly #nudge: () => void
  readonly #siteOf: FindSite
  readonly #lanes: QueueAdminPorts['lanes']

  constructor(store: QueueStore, { clock, nudge, siteOf, lanes }: QueueAdminPorts) {
    this.#store = store
    this.#clock = clock
    this.#nudge = nudge
    this.#siteOf = siteOf
    this.#lanes = lanes
  }

  /** Messages that wait, oldest first; at most `filter.limit` (default 100), after `filter.after`. */
  async list(filter: QueueFilter = {}): Promise<readonly QueueEntry[]> {
    checkFilter(filter, 'filter')
    return this.#store.list(filter)
  }

  /** One message, also when it is done and its history is kept. @throws MailerError `unknown-message` */
  async show(id: string): Promise<QueueEntry> {
    const entry = await this.#store.show(requireQueueId(id))
    if (entry === undefined) throw unknownMessage(id)
    return entry
  }

  /** The bytes of a message, until its last recipient is settled. @throws MailerError `unknown-message` */
  async content(id: string): Promise<Buffer | undefined> {
    const queueId = requireQueueId(id)
    const { sizeBytes } = await this.show(id)
    if (sizeBytes < LARGE_BYTES) return this.#store.read(queueId)
    const blocks: Buffer[] = []
    for (let at = 0; at < sizeBytes; ) {
      const block = await this.#store.readBlock(queueId, at)
      // Settled meanwhile.
      if (block === undefined) return undefined
      blocks.push(block)
      at += block.length
    }
    return Buffer.concat(blocks)
  }

  /** How much waits, is due, runs and is held. */
  async counts(): Promise<QueueCounts> {
    return this.#store.counts(this.#clock.now())
  }

  /** The server that keeps the queue, as it sees itself and us; undefined when a file does. */
  async server(): Promise<QueueServer | undefined> {
    return this.#store.server?.()
  }

  /** Mail sites that get nothing for now, as every process that delivers from this queue tells, the longest rest first. */
  async pausedSites(): Promise<readonly PausedSite[]> {
    const rows = await this.#store.standings({ restingAt: this.#clock.now() })
    return rows.flatMap(row => restingLane(row) ?? [])
  }

  /** Mail sites that this process delivers to, with how many at once each bears just now, the busiest first; none where it does not deliver. */
  async lanes(): Promise<readonly LaneNow[]> {
    return [...this.#lanes()].sort((a, b) => b.running + b.waiting - (a.running + a.waiting))
  }

  /** How our addresses and senders stand with mail sites: rests, learnt limits, and how much of the day is used. */
  async reputation(): Promise<readonly ReputationRow[]> {
    return reputationOf(await this.#store.standings({}), this.#clock.now())
  }

  /**
   * Which of these recipient domains wait because their mail site is paused. Which site a domain has is asked of the DNS, and only
   * while a site is paused at all; a domain whose site cannot be found out is left out.
   */
  async pausesFor(
    domains: readonly string[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ReadonlyMap<string, PausedSite>> {
    check(domains, 'array', 'domains')
    checkKeys(options, KINDS.signal)
    const { signal = NEVER } = options
    // Of several addresses that wait, the one that may go first.
    const bySite = new Map((await this.pausedSites()).map(rest => [rest.site, rest]))
    if (bySite.size === 0) return new Map()
    const found = await Promise.all(
      domains.map(async domain => [domain, bySite.get((await this.#siteOf(domain, signal)) ?? '')] as const),
    )
    return new Map(found.flatMap(([domain, rest]) => (rest === undefined ? [] : [[domain, rest] as const])))
  }

  /** The durable facts since then, oldest first; of the last 5,000, so that a look back costs little however busy it is. */
  async recentFacts(since: number): Promise<readonly DurableFact[]> {
    check(since, 'number', 'since')
    const found: DurableFact[] = []
    let after = Math.max(0, (await this.#store.newestFact()) - LOOK_BACK)
    for (
      let page = await this.#store.facts(after, PAGE);
      page.length > 0;
      page = await this.#store.facts(after, PAGE)
    ) {
      for (const { fact } of page) if (fact.at >= since) found.push(fact)
      after = page.at(-1)?.number ?? after
    }
    return found
  }

  /** Makes what waits due now; without a selection, everything. Resolves with the number of messages, as do the others. */
  async flush(which: QueueSelection = {}): Promise<number> {
    return this.retry(which)
  }

  /** Makes what waits due now. Resolves with the number of messages. @throws MailerError `unknown-message` */
  async retry(which: QueueSelection): Promise<number> {
    const changed = await this.#store.retry(checked(which), this.#clock.now())
    this.#nudge()
    return changed
  }

  /** Keeps messages from being delivered until released. */
  async hold(which: QueueSelection, because: string): Promise<number> {
    check(because, 'string', 'because')
    return this.#store.hold(checked(which), because, this.#clock.now())
  }

  /** Lets messages go that were held; they are due at once. Resolves with the number of messages. */
  async release(which: QueueSelection): Promise<number> {
    const changed = await this.#store.unhold(checked(which), this.#clock.now())
    this.#nudge()
    return changed
  }

  /**
   * Lets what waits of a message go out at another moment, at once when that is past. It expires as much later, or sooner, as it is moved;
   * a message that is held stays so.
   * @throws MailerError `unknown-message`; `not-possible` while it is being delivered, and when nothing of it waits; `invalid-option`
   */
  async reschedule(id: string, at: Date | number): Promise<void> {
    const now = this.#clock.now()
    const answer = await this.#store.reschedule(
      requireQueueId(id),
      Math.max(Math.round(requireMoment(at, 'at', now)), now),
      now,
    )
    if (answer === 'unknown') throw unknownMessage(id)
    if (answer !== 'rescheduled') throw notPossible(id, answer)
    this.#nudge()
  }

  /** Takes messages back; a recipient that is being delivered at this moment is not touched. */
  async cancel(which: QueueSelection): Promise<number> {
    return this.#store.cancel(checked(which), this.#clock.now())
  }

  /** Lets an address be mailed again that was found not to exist. `false` when it was not suppressed. */
  async unsuppress(address: string): Promise<boolean> {
    return this.#store.unsuppress(requireAddress(address, 'address'))
  }
}

function notPossible(id: string, why: 'running' | 'done'): MailerError {
  const [what, fix] =
    why === 'running'
      ? ['is being delivered at this moment', 'ask again when the attempt has ended']
      : ['is done', 'send it anew']
  const found = `a message that ${what}`
  return new MailerError('not-possible', `The message ${id} ${what}.`, {
    where: 'id',
    found,
    wanted: 'a message that waits',
    fix,
  })
}

function checked(which: QueueSelection): QueueSelection {
  if (typeof which === 'string') return requireQueueId(which)
  checkSelection(which)
  return which
}

function requireQueueId(id: string): QueueId {
  check(id, 'string', 'id')
  if (isQueueId(id)) return id
  throw unknownMessage(id)
}
