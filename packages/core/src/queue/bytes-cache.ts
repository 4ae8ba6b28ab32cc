/**
 * BytesCache: messages that this process just enqueued, so that their first attempt does not read them back.
 *
 * Policy. Bounded by octets. While it is full nothing new is taken in, for the oldest are sent first; what was not asked for
 * within a minute makes room.
 */
import type { Clock } from '../ambient/clock.ts'

const UNUSED_AFTER_MS = 60_000

export class BytesCache {
  readonly #entries = new Map<string, { readonly bytes: Buffer; readonly since: number }>()
  readonly #clock: Clock
  readonly #maxBytes: number
  #held = 0

  constructor(clock: Clock, maxBytes: number) {
    this.#clock = clock
    this.#maxBytes = maxBytes
  }

  set(id: string, bytes: Buffer): void {
    const now = this.#clock.monotonic()
    if (this.#held + bytes.length > this.#maxBytes) this.#makeRoom(now - UNUSED_AFTER_MS)
    if (this.#held + bytes.length > this.#maxBytes || this.#entries.has(id)) return
    this.#entries.set(id, { bytes, since: now })
    this.#held += bytes.length
  }

  get(id: string): Buffer | undefined {
    return this.#entries.get(id)?.bytes
  }

  delete(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    this.#held -= entry.bytes.length
  }

  clear(): void {
    this.#entries.clear()
    this.#held = 0
  }

  #makeRoom(before: number): void {
    for (const [id, entry] of this.#entries) {
      if (entry.since >= before) return
      this.delete(id)
    }
  }
}
