/**
 * FreeDisk: whether there is room left where messages come in, which is the disk of the queue when that is a file.
 *
 * Policy. Looked at every few seconds and not for each message. In between it foresees: what clients announced, what is coming
 * in and what came in since counts as gone, once for the file that it comes in by and once for the queue. The queue itself answers
 * `queue-full` when it is too late.
 */
import { statfs } from 'node:fs/promises'
import type { Clock } from '@postrider/core'

const LOOK_EVERY_MS = 5000
/** A message stands in its file while the queue writes it. */
const COPIES = 2

export interface DiskOptions {
  readonly folder: string
  readonly leastFreeBytes: () => number
  readonly clock: Clock
  /** @default the free octets of the file system */
  readonly look?: (folder: string) => Promise<number>
}

export class Disk {
  readonly #folder: string
  readonly #leastFreeBytes: () => number
  readonly #clock: Clock
  readonly #look: (folder: string) => Promise<number>
  #freeBytes = Number.POSITIVE_INFINITY
  /** Of messages that are coming in. */
  #coming = 0
  /** Of messages that came in since it was looked. */
  #came = 0
  #stop: (() => void) | undefined
  #closed = false

  constructor({ folder, leastFreeBytes, clock, look = freeBytesOf }: DiskOptions) {
    this.#folder = folder
    this.#leastFreeBytes = leastFreeBytes
    this.#clock = clock
    this.#look = look
  }

  /** As it was looked at last; infinite until then. */
  get freeBytes(): number {
    return this.#freeBytes
  }

  /** For so many octets more, behind all that is coming in. */
  readonly hasRoom = (bytes: number = 0): boolean =>
    this.#freeBytes - COPIES * (this.#coming + this.#came + bytes) >= this.#leastFreeBytes()

  /** So many octets more of a message are to come. `false`: there is no room, and nothing was taken. */
  take(bytes: number): boolean {
    if (!this.hasRoom(bytes)) return false
    this.#coming += bytes
    return true
  }

  /** A message for which `taken` was taken has come in, or only `came` of it: what was announced and never came fills no disk. */
  give(taken: number, came: number = taken): void {
    this.#coming -= taken
    this.#came += came
  }

  /** Looks now, and then again and again. */
  async watch(): Promise<void> {
    const before = this.#came
    try {
      this.#freeBytes = await this.#look(this.#folder)
    } catch {
      // The folder is gone or cannot be asked: accepting will tell.
      this.#freeBytes = Number.POSITIVE_INFINITY
    }
    this.#came -= before
    // Never rejects: it catches all.
    if (!this.#closed) this.#stop = this.#clock.after(LOOK_EVERY_MS, () => void this.watch(), { idle: true })
  }

  close(): void {
    this.#closed = true
    this.#stop?.()
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
