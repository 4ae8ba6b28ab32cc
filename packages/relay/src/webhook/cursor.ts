/**
 * Cursor: how far each endpoint has read the durable facts.
 *
 * Policy. One small file for all endpoints, replaced as a whole. It is written after the endpoint has answered, never before, so
 * a crash repeats events and loses none (at least once). A new endpoint begins with what comes, not with the past.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'

export class Cursors {
  readonly #path: string
  #numbers = new Map<string, number>()
  #writing: Promise<void> = Promise.resolve()
  #dirty = false

  constructor(path: string) {
    this.#path = path
  }

  async open(): Promise<void> {
    try {
      const kept: unknown = JSON.parse(await readFile(this.#path, 'utf8'))
      this.#numbers = new Map(Object.entries(kept as Record<string, number>))
    } catch {
      // The first start. After damage events begin anew from now on.
      this.#numbers = new Map()
    }
  }

  of(endpoint: string): number | undefined {
    return this.#numbers.get(endpoint)
  }

  /** Remembers; writes that come while one is under way are one. */
  advance(endpoint: string, number: number): void {
    if ((this.#numbers.get(endpoint) ?? -1) >= number) return
    this.#numbers.set(endpoint, number)
    if (this.#dirty) return
    this.#dirty = true
    this.#writing = this.#writing.then(() => this.#write())
  }

  /** Resolves when everything remembered is in the file. */
  async flushed(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    this.#dirty = false
    try {
      await writeFile(`${this.#path}.new`, JSON.stringify(Object.fromEntries(this.#numbers)), {
        mode: 0o600,
        flush: true,
      })
      await rename(`${this.#path}.new`, this.#path)
    } catch {
      // A full disk: events since the last good write come again after a restart, as promised.
    }
  }
}
