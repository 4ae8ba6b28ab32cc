/**
 * Disk: whether there is room left where messages come in, which is the disk of the queue when that is a file.
 *
 * Policy. Looked at every few seconds and not for each message; the queue itself answers `queue-full` when it is too late.
 */
import { statfs } from 'node:fs/promises'
import type { Clock } from '@postrider/core'

const LOOK_EVERY_MS = 5000

export class Disk {
  readonly #folder: string
  readonly #leastFreeBytes: () => number
  readonly #clock: Clock
  #freeBytes = Number.POSITIVE_INFINITY
  #stop: (() => void) | undefined
  #closed = false

  constructor({
    folder,
    leastFreeBytes,
    clock,
  }: { readonly folder: string; readonly leastFreeBytes: () => number; readonly clock: Clock }) {
    this.#folder = folder
    this.#leastFreeBytes = leastFreeBytes
    this.#clock = clock
  }

  /** Infinite until it was looked at. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  readonly hasRoom = (): boolean => this.#freeBytes >= this.#leastFreeBytes()

  /** Looks now, and then again and again. */
  async watch(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#folder)
      this.#freeBytes = bavail * bsize
    } catch {
      // The folder is gone or cannot be asked: accepting will tell.
      this.#freeBytes = Number.POSITIVE_INFINITY
    }
    // Never rejects: it catches all.
    if (!this.#closed) this.#stop = this.#clock.after(LOOK_EVERY_MS, () => void this.watch(), { idle: true })
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
  }
}
