/**
 * Contents: the bytes of messages, wherever they are: on the fast path, just enqueued here, in the tables, or with another process, which
 * is asked for what it has.
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../../ambient/clock.ts'
import type { QueueId } from '../../model/queue-id.ts'
import { BytesCache } from '../bytes-cache.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

export interface ContentsParts {
  readonly connections: Connections
  readonly clock: Clock
  readonly cacheBytes: number
  /** On the fast path of this process. */
  readonly bytesOf: (id: QueueId) => Buffer | undefined
  /** Others move what they have into the tables. */
  readonly recall: () => Promise<void>
}

/** Of a large message, read at once. */
const BLOCK_OCTETS = 1024 * 1024

export class Contents {
  /** What was just enqueued, for its first attempt. */
  readonly cache: BytesCache
  readonly #parts: ContentsParts

  constructor(parts: ContentsParts) {
    this.#parts = parts
    this.cache = new BytesCache(parts.clock, parts.cacheBytes)
  }

  async read(id: QueueId): Promise<Buffer | undefined> {
    return this.#known(id) ?? (await this.#look(id, () => this.#parts.connections.ask('passing', SQL.content, id)))
  }

  /** From there on, as much as is read at once. */
  async readBlock(id: QueueId, at: number): Promise<Buffer | undefined> {
    const known = this.#known(id)
    if (known !== undefined) return known.length > at ? known.subarray(at) : undefined
    const block = await this.#look(id, () =>
      this.#parts.connections.ask('passing', SQL.contentBlock, id, at + 1, BLOCK_OCTETS),
    )
    return block === undefined || block.length === 0 ? undefined : block
  }

  #known(id: QueueId): Buffer | undefined {
    return this.#parts.bytesOf(id) ?? this.cache.get(id)
  }

  async #look(id: QueueId, read: () => Promise<readonly (readonly [Buffer])[]>): Promise<Buffer | undefined> {
    const [row] = await read()
    if (row !== undefined || (await numberOf(this.#parts.connections, id)) !== undefined) return row?.[0]
    await this.#parts.recall()
    return (await read())[0]?.[0]
  }
}

/** Of a message that stands in the tables or is done. */
export async function numberOf(connections: Pick<Connections, 'ask'>, id: QueueId): Promise<number | undefined> {
  return (await connections.ask<[number]>('passing', SQL.messageNumber, id))[0]?.[0]
}
