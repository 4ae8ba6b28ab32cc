/**
 * WorkSignal: tells who listens that there may be work.
 *
 * Policy. What this process does is told at once. Other processes' work is noticed by asking once a second whether the file
 * changed, while someone listens.
 */
import type { Clock } from '../../../ambient/clock.ts'
import type { ThreadClient } from './thread-client.ts'

type Listener = (dueAt?: number) => void

const LOOK_MS = 1_000

export class WorkSignal {
  readonly #thread: ThreadClient
  readonly #clock: Clock
  /** A queue in memory has no other processes. */
  readonly #looks: boolean
  readonly #listeners = new Set<Listener>()
  #stopLooking: (() => void) | undefined
  #version: number | undefined

  constructor(thread: ThreadClient, clock: Clock, path: string) {
    this.#thread = thread
    this.#clock = clock
    this.#looks = path !== ':memory:'
  }

  listen(call: Listener): () => void {
    this.#listeners.add(call)
    // The first look, now, is what later ones are compared with. Never rejects: it catches all.
    if (this.#stopLooking === undefined && this.#looks) void this.#lookNow()
    return () => {
      this.#listeners.delete(call)
      if (this.#listeners.size === 0) this.#stop()
    }
  }

  tell(dueAt?: number): void {
    for (const call of this.#listeners) call(dueAt)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #stop(): void {
    this.#stopLooking?.()
    this.#stopLooking = undefined
  }

  #look(): void {
    // Never rejects: it catches all.
    this.#stopLooking = this.#clock.after(LOOK_MS, () => void this.#lookNow(), { idle: true })
  }

  async #lookNow(): Promise<void> {
    try {
      const version = await this.#thread.ask('version', null)
      if (this.#version !== undefined && this.#version !== version) this.tell()
      this.#version = version
    } catch {
      // The verb that matters to someone will tell; this one only looks.
    }
    if (this.#listeners.size > 0) this.#look()
  }
}
