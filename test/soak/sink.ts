/**
 * Sink: a mail host of the soak, seen from the one who stops and starts it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startNode } from '../support/child.ts'

const CHILD = join(import.meta.dirname, 'sink-child.ts')
const START_WITHIN_MS = 120_000

export class Sink {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly #file: string
  #child: Child | undefined

  constructor(options: {
    readonly name: string
    readonly address: string
    readonly port: number
    readonly folder: string
  }) {
    this.name = options.name
    this.address = options.address
    this.port = options.port
    this.#file = join(options.folder, `${options.name}.taken`)
  }

  async start(): Promise<void> {
    this.#child = startNode(CHILD, { args: [this.name, this.address, String(this.port), this.#file] })
    await this.#child.says(/listening on/, START_WITHIN_MS)
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#child?.ended()
  }

  /** It keeps its connections and takes new ones, and says nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  /** How often each address got a message, and how often a notice told of it. */
  read(): { readonly took: ReadonlyMap<string, number>; readonly told: ReadonlyMap<string, number> } {
    const counts = { took: new Map<string, number>(), told: new Map<string, number>() }
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      const [what, address = ''] = line.split(' ')
      if (what !== 'took' && what !== 'told') continue
      counts[what].set(address, (counts[what].get(address) ?? 0) + 1)
    }
    return counts
  }
}
