/**
 * SharedBans: failed logins that relays with one database tell each other, so that an address that one of them keeps out is kept out by all,
 * and guesses that go from relay to relay are added up.
 *
 * Policy. Each relay judges by the same rule (ban.ts) what it saw and what it heard. It writes at once what it saw, summed up by address,
 * and looks each second for what others wrote: a ban holds everywhere within two seconds. A relay that starts hears what is not
 * forgotten yet. While the database is away each relay goes by what it knows.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '@postrider/core'
import type { RelayStore, Row } from '../store/index.ts'
import type { Bans } from './ban.ts'

const TABLE = 'postrider_relay.failed_login'
const SQL = {
  tell: `INSERT INTO ${TABLE} (id, at, relay, address, times)
    SELECT id, now_ms(), $1, address, times FROM json_to_recordset($2::json) AS a (id text, address text, times bigint)`,
  hear: `SELECT id, at, relay, address, times, now_ms() - at AS ago FROM ${TABLE} WHERE at > $1 ORDER BY at, id LIMIT 50000`,
  since: `SELECT now_ms() - $1::bigint AS since`,
  forget: `DELETE FROM ${TABLE} WHERE at < now_ms() - $1::bigint`,
} as const

const LOOK_EVERY_MS = 1_000
const FORGET_EVERY_MS = 3_600_000
/** A row may be committed after one that was written later. */
const OVERLAP_MS = 10_000
/** Of addresses, between two looks. */
const MOST_UNTOLD = 10_000

type Heard = Row & {
  readonly id: string
  readonly at: number
  readonly relay: string
  readonly address: string
  readonly times: number
  readonly ago: number
}

export interface SharedBansOptions {
  readonly bans: Bans
  readonly store: RelayStore
  readonly clock: Clock
  readonly forgetMs: () => number
}

export class SharedBans {
  readonly #it: SharedBansOptions
  readonly #relay = randomBytes(12).toString('base64url')
  /** By address: how often; 0 is a login that was right. */
  readonly #untold = new Map<string, number>()
  readonly #heard = new Map<string, number>()
  #since: number | undefined
  #forgotAt = Number.NEGATIVE_INFINITY
  #stop: (() => void) | undefined
  #closed = false
  #looking: Promise<void> = Promise.resolve()

  constructor(options: SharedBansOptions) {
    this.#it = options
    options.bans.onLogin((address, isRight) => this.#saw(address, isRight))
  }

  start(): void {
    this.#look()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stop?.()
    await this.#looking
    // What failed a moment ago waits for a look that does not come any more.
    await this.#tell().catch(() => {})
  }

  #saw(address: string, isRight: boolean): void {
    if (this.#untold.size >= MOST_UNTOLD && !this.#untold.has(address)) return
    this.#untold.set(address, isRight ? 0 : (this.#untold.get(address) ?? 0) + 1)
    this.#stop?.()
    this.#arm(0)
  }

  #arm(ms: number): void {
    if (!this.#closed) this.#stop = this.#it.clock.after(ms, () => this.#look(), { idle: true })
  }

  #look(): void {
    this.#looking = this.#looking
      // What fails is done at the next look.
      .then(async () => {
        await this.#tell()
        await this.#hear()
      })
      .catch(() => {})
      .finally(() => {
        this.#stop?.()
        this.#arm(LOOK_EVERY_MS)
      })
  }

  async #tell(): Promise<void> {
    if (this.#untold.size === 0) return
    const telling = [...this.#untold]
    this.#untold.clear()
    const rows = telling.map(([address, times]) => ({ id: randomBytes(12).toString('base64url'), address, times }))
    try {
      await this.#it.store.ask(SQL.tell, this.#relay, JSON.stringify(rows))
    } catch (error) {
      for (const { address, times } of rows) this.#keep(address, times)
      throw error
    }
  }

  /** What was seen meanwhile comes after it: a login that was right ends what failed before. */
  #keep(address: string, times: number): void {
    const later = this.#untold.get(address)
    if (later !== undefined) this.#untold.set(address, later === 0 ? 0 : later + times)
    else if (this.#untold.size < MOST_UNTOLD) this.#untold.set(address, times)
  }

  async #hear(): Promise<void> {
    const { bans, store, clock, forgetMs } = this.#it
    this.#since ??= (await store.ask<Row & { since: number }>(SQL.since, forgetMs()))[0]?.since ?? 0
    const rows = await store.ask<Heard>(SQL.hear, this.#since - OVERLAP_MS)
    for (const { id, at, relay, address, times, ago } of rows) {
      this.#since = Math.max(this.#since, at)
      if (relay === this.#relay || this.#heard.has(id)) continue
      this.#heard.set(id, at)
      bans.heard(address, times, ago)
    }
    for (const [id, at] of this.#heard) if (at < this.#since - OVERLAP_MS) this.#heard.delete(id)
    if (clock.monotonic() - this.#forgotAt < FORGET_EVERY_MS) return
    this.#forgotAt = clock.monotonic()
    await store.ask(SQL.forget, forgetMs())
  }
}
