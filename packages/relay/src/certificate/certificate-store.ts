/**
 * CertificateStore: the certificates in use, read again whenever their files change, without a restart and without touching sessions.
 *
 * Policy. Files are watched, and looked at every `pollMs` besides: certbot replaces links, and container volumes tell nothing.
 * A certificate from files or folders wins over a self-signed one, the one that lives longest over its rivals for a name,
 * and one that has run out over none. What cannot be read is told once and keeps what was there.
 *
 * Not here: TLS (listener/), making certificates (self-signed.ts, acme.ts).
 */
import { type FSWatcher, watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Clock } from '@postrider/core'
import { findPairs } from './find.ts'
import { type CertificatePair, readPair } from './pair.ts'

export interface CertificateSources {
  readonly files: readonly { readonly certificateFile: string; readonly privateKeyFile: string }[]
  readonly folders: readonly string[]
}

export interface CertificateStoreOptions {
  readonly sources: CertificateSources
  readonly clock: Clock
  /** Told what changed, the pair for clients that name no host first. */
  readonly onChange: (pairs: readonly CertificatePair[]) => void
  readonly onProblem: (problem: string) => void
  /** @default 60000 */
  readonly pollMs?: number
}

/** Editors and certbot write in several steps. */
const SETTLE_MS = 500

export class CertificateStore {
  readonly #it: CertificateStoreOptions
  #pairs: readonly CertificatePair[] = []
  #told = new Set<string>()
  #watchers: FSWatcher[] = []
  #stopPolling: (() => void) | undefined
  #stopSettling: (() => void) | undefined
  #reading: Promise<readonly CertificatePair[]> | undefined
  #closed = false

  constructor(options: CertificateStoreOptions) {
    this.#it = options
  }

  /** The best first. */
  get pairs(): readonly CertificatePair[] {
    return this.#pairs
  }

  /** Reads everything again. Resolves with what is there now. */
  reload(): Promise<readonly CertificatePair[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  /** Begins to look for changes. */
  follow(): void {
    const { files, folders } = this.#it.sources
    for (const path of [...folders, ...files.flatMap(file => [file.certificateFile, file.privateKeyFile])])
      this.#watch(path)
    this.#poll()
  }

  close(): void {
    this.#closed = true
    this.#stopPolling?.()
    this.#stopSettling?.()
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = []
  }

  async #read(): Promise<readonly CertificatePair[]> {
    const { files, folders } = this.#it.sources
    const problems: string[] = []
    const given: CertificatePair[] = []
    for (const { certificateFile, privateKeyFile } of files) {
      try {
        const pair = readPair(
          await readFile(certificateFile, 'utf8'),
          await readFile(privateKeyFile, 'utf8'),
          certificateFile,
        )
        if ('problem' in pair) problems.push(pair.problem)
        else given.push(pair)
      } catch (error) {
        problems.push(
          `${(error as NodeJS.ErrnoException).path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        )
      }
    }
    const found: CertificatePair[] = []
    for (const folder of folders) {
      const inside = await findPairs(folder)
      found.push(...inside.pairs)
      problems.push(...inside.problems)
    }
    this.#tell(problems)
    this.#take([...given, ...found.sort(better)])
    return this.#pairs
  }

  #take(pairs: readonly CertificatePair[]): void {
    const same =
      pairs.length === this.#pairs.length &&
      pairs.every((pair, at) => pair.certificate === this.#pairs[at]?.certificate)
    if (same || (pairs.length === 0 && this.#pairs.length > 0)) return
    this.#pairs = pairs
    if (!this.#closed) this.#it.onChange(pairs)
  }

  #tell(problems: readonly string[]): void {
    for (const problem of problems) if (!this.#told.has(problem)) this.#it.onProblem(problem)
    this.#told = new Set(problems)
  }

  #watch(path: string): void {
    try {
      const watcher = watch(path, { persistent: false }, () => this.#settle())
      // A file that is gone or a file system without events: polling sees to it.
      watcher.on('error', () => watcher.close())
      this.#watchers.push(watcher)
    } catch {
      // Not there yet; polling finds it.
    }
  }

  /** What cannot be read now is told, and read again in a while. */
  async #look(): Promise<void> {
    try {
      await this.reload()
    } catch (error) {
      this.#it.onProblem((error as Error).message)
    }
  }

  #settle(): void {
    this.#stopSettling?.()
    // Never rejects: it catches all.
    this.#stopSettling = this.#it.clock.after(SETTLE_MS, () => void this.#look(), { idle: true })
  }

  #poll(): void {
    if (this.#closed) return
    this.#stopPolling = this.#it.clock.after(
      this.#it.pollMs ?? 60_000,
      // Never rejects: it catches all.
      () => void this.#look().finally(() => this.#poll()),
      { idle: true },
    )
  }
}

function better(a: CertificatePair, b: CertificatePair): number {
  return Number(a.selfSigned) - Number(b.selfSigned) || b.validTo - a.validTo
}
