/**
 * Operator: what people ask and do. Whatever any process has under way stands in the tables first, so that one kind of message is
 * looked at and changed.
 *
 * Not here: the work in the tables (queries.ts, admin.ts, history.ts), how the others are asked (recall.ts).
 */
import type { Clock } from '../../ambient/clock.ts'
import type { Address } from '../../model/address.ts'
import type { NumberedFact } from '../../model/fact.ts'
import { leastQueueId, type QueueId, unknownMessage } from '../../model/queue-id.ts'
import type { Suppression } from '../../model/settlement.ts'
import { encodeTelling } from '../encode.ts'
import type { Erased } from '../erasure.ts'
import type { HistoryQuery, MessagePage } from '../history.ts'
import type { QueueCounts, QueueEntry, QueueFilter, QueueSelection, QueueStore, Rescheduling } from '../store.ts'
import { cancel, hold, reschedule, retry, unhold } from './admin.ts'
import type { Connections } from './connection.ts'
import { numberOf } from './contents.ts'
import type { Deliverer } from './deliverer.ts'
import { erase } from './erasure.ts'
import { listMessages } from './history.ts'
import { KeptCounts } from './kept-counts.ts'
import { findByMessageId, recordOnce } from './late-facts.ts'
import { addCounts, counts, countsOfOwners, entries, find, type Numbering, showOutcome } from './queries.ts'
import { hearOthers } from './recall.ts'
import { SQL } from './sql.ts'

export interface OperatorParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly deliverer: Deliverer
  readonly numbering: Numbering
}

const DEFAULT_LIMIT = 100

export class Operator {
  readonly #parts: OperatorParts
  readonly #connections: Connections
  readonly #deliverer: Deliverer
  readonly #kept: KeptCounts

  constructor(parts: OperatorParts) {
    this.#parts = parts
    this.#connections = parts.connections
    this.#deliverer = parts.deliverer
    this.#kept = new KeptCounts(parts.clock, now => this.#count(now))
  }

  async history(id: QueueId): Promise<readonly NumberedFact[]> {
    const n = await this.#deliverer.numberAnywhere(id)
    return n === undefined ? [] : this.#parts.numbering.history(n)
  }

  async findByMessageId(messageId: string, since: number, before: number): Promise<readonly QueueId[]> {
    await this.#deliverer.recall()
    const found = await findByMessageId(this.#connections, messageId, leastQueueId(since), leastQueueId(before))
    return found as QueueId[]
  }

  async recordOnce(
    facts: Parameters<QueueStore['recordOnce']>[0],
    suppressions: readonly Suppression[],
  ): Promise<boolean> {
    const telling = encodeTelling(facts, suppressions)
    const n = await this.#deliverer.numberAnywhere(telling.id as QueueId)
    if (n === undefined) return false
    // One that is under way here is told of as any other, and what is done is told before what comes now.
    await this.#deliverer.emptyOut()
    await this.#parts.numbering.run()
    return recordOnce(this.#connections, n, telling)
  }

  async list({ limit = DEFAULT_LIMIT, after, ...filter }: QueueFilter): Promise<readonly QueueEntry[]> {
    await this.#deliverer.recall()
    const from = after === undefined ? 0 : await numberOf(this.#connections, after)
    if (from === undefined) throw unknownMessage(String(after), 'filter.after')
    return entries(this.#connections, await find(this.#connections, filter, from, limit))
  }

  async show(id: QueueId): Promise<QueueEntry | undefined> {
    const known = (await numberOf(this.#connections, id)) !== undefined
    if (!known) await this.#deliverer.recall()
    const n = (await this.#connections.ask<[number]>('passing', SQL.messageInTables, id))[0]?.[0]
    if (n !== undefined) return (await entries(this.#connections, [n]))[0]
    return showOutcome(this.#connections, id)
  }

  messages(query: HistoryQuery): Promise<MessagePage> {
    const { connections, clock, deliverer } = this.#parts
    return listMessages({ connections, clock, underWay: () => deliverer.underWay() }, query)
  }

  counts(now: number): Promise<QueueCounts> {
    return this.#kept.ask(now)
  }

  async hold(which: QueueSelection, because: string, now: number): Promise<number> {
    await this.#deliverer.recall()
    return await hold(this.#connections, which, because, now)
  }

  async unhold(which: QueueSelection, now: number): Promise<number> {
    await this.#deliverer.recall()
    return this.#changed(await unhold(this.#connections, which, now))
  }

  async retry(which: QueueSelection, now: number): Promise<number> {
    await this.#deliverer.recall()
    return this.#changed(await retry(this.#connections, which, now))
  }

  async reschedule(id: QueueId, due: number, now: number): Promise<Rescheduling> {
    await this.#deliverer.recall()
    const answer = await reschedule(this.#connections, { id, due, now })
    if (answer === 'rescheduled') this.#changed(1)
    if (answer !== 'done') return answer
    return (await this.#deliverer.numberAnywhere(id)) === undefined ? 'unknown' : 'done'
  }

  async cancel(which: QueueSelection, now: number): Promise<number> {
    await this.#deliverer.recall()
    const changed = await cancel(this.#connections, which, now)
    this.#kept.forget()
    if (changed > 0) this.#deliverer.contents.cache.clear()
    return changed
  }

  async erase(person: Address): Promise<Erased> {
    await this.#deliverer.recall()
    await this.#parts.numbering.run()
    return erase(this.#connections, person)
  }

  #changed(messages: number): number {
    this.#kept.forget()
    if (messages > 0) this.#deliverer.added(0)
    return messages
  }

  async #count(now: number): Promise<QueueCounts> {
    const owner = this.#deliverer.id
    await hearOthers(this.#deliverer.waiting)
    return addCounts(await counts(this.#connections, now), [
      this.#deliverer.counts(),
      await countsOfOwners(this.#connections, owner),
    ])
  }
}
