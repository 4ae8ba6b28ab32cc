/**
 * VolumeFile: how much each account usually sends, kept over a restart.
 *
 * Policy. Written every minute when something changed and at the end, to a new file that takes the place of the old one. A
 * file that cannot be read is forgotten: the worst that follows is that nobody's usual volume is known for three days.
 */
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@postrider/core'
import type { Days, VolumeBaselines } from '../admission/index.ts'

const WRITE_EVERY_MS = 60_000

export class VolumeFile {
  readonly #path: string
  readonly #former: string
  readonly #baselines: VolumeBaselines
  readonly #clock: Clock
  #written = ''
  /** One after the other, because they all go through the same new file. */
  #writing: Promise<void> = Promise.resolve()
  #stop: (() => void) | undefined
  #closed = false

  constructor({
    folder,
    baselines,
    clock,
  }: { readonly folder: string; readonly baselines: VolumeBaselines; readonly clock: Clock }) {
    this.#path = join(folder, 'volume.json')
    this.#former = join(folder, 'habits.json')
    this.#baselines = baselines
    this.#clock = clock
  }

  async open(): Promise<void> {
    await this.#takeOver()
    try {
      this.#written = await readFile(this.#path, 'utf8')
      this.#baselines.restore(JSON.parse(this.#written) as Record<string, Days>)
    } catch {
      // The first start, or a file that someone damaged.
      this.#written = ''
    }
    this.#schedule()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#stop?.()
    await this.#write()
  }

  /** The file has the name that relays gave it before. */
  async #takeOver(): Promise<void> {
    if (existsSync(this.#path)) return
    // There is none, as on a new host: then there is nothing to take over.
    await rename(this.#former, this.#path).catch(() => {})
  }

  #schedule(): void {
    if (this.#closed) return
    // Never rejects: what cannot be written is written later.
    const write = (): void => void this.#write().finally(() => this.#schedule())
    this.#stop = this.#clock.after(WRITE_EVERY_MS, write, { idle: true })
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeNow())
    return this.#writing
  }

  /** Never rejects. */
  async #writeNow(): Promise<void> {
    const text = JSON.stringify(this.#baselines.snapshot())
    if (text === this.#written) return
    try {
      await writeFile(`${this.#path}.new`, text, { mode: 0o600 })
      await rename(`${this.#path}.new`, this.#path)
      this.#written = text
    } catch {
      // A full disk: the next minute tries again.
    }
  }
}
