/**
 * Standings: how we stand with each mail site, at hand, and written so that it outlives us and is shared.
 *
 * Policy.
 * - What is asked with each message is a look into a Map; nothing waits for the store.
 * - A rest is written at once, what is counted a few seconds later. Where another relay wrote meanwhile, our changes are made
 *   again on top of his.
 * - So many rows are at hand; of more, those that were used least lately are read again from nowhere: they begin anew.
 *
 * Not here: what a change is (reputation/), who asks (site-queues.ts, flow/).
 */
import type { Clock } from '../ambient/clock.ts'
import {
  type Learnt,
  type Rest,
  type Standing,
  type StandingKey,
  type StandingRow,
  standingOf,
  type Tally,
  type WarmUp,
} from '../model/standing.ts'
import { begun, counted, sum, turned } from '../reputation/index.ts'
import { again, type Change, isOn, joined, NONE, OVERLAP_MS, type Pending } from './standing-changes.ts'

export type { Change } from './standing-changes.ts'

export interface StandingsPorts {
  readonly clock: Clock
  readonly store: {
    standings(wanted: { readonly changedSince?: number }): Promise<readonly StandingRow[]>
    putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]>
  }
  /** Another relay, or who ran before us, knows of a rest. */
  readonly heard: (site: string, key: StandingKey, rest: Rest) => void
  /** A new day has another cap. */
  readonly turned?: (site: string, key: StandingKey, warmUp: WarmUp) => void
  readonly trouble: (doing: string, error: unknown) => void
}

interface Entry {
  readonly site: string
  readonly key: StandingKey
  version: number
  standing: Standing
  /** Made since it was read or written. */
  pending: Pending
}

/** What is counted may be lost for so long when the machine goes. */
const WRITE_EVERY_MS = 5_000
/** What rested is not forgotten when it is over: told again, it rests longer. */
const RECENT_MS = 3_600_000
const MOST_ROWS = 20_000
const NOTHING: Standing = {}

export class Standings {
  readonly #ports: StandingsPorts
  readonly #sites = new Map<string, Map<StandingKey, Entry>>()
  readonly #dirty = new Set<Entry>()
  readonly #ofContent = new Map<string, Set<StandingKey>>()
  #count = 0
  #readTo = -1
  #stopTimer: (() => void) | undefined
  #writing: Promise<void> | undefined
  #closed = false

  constructor(ports: StandingsPorts) {
    this.#ports = ports
  }

  get size(): number {
    return this.#count
  }

  /** Whether anything was counted yet. */
  get hasCounted(): boolean {
    return this.#sites
      .values()
      .some(keys =>
        keys.values().some(({ standing }) => (standing.warmUp?.first ?? 0) + (standing.warmUp?.busiest ?? 0) > 0),
      )
  }

  /** Whether anything at all is known of a site. */
  knows(site: string): boolean {
    return this.#sites.has(site)
  }

  of(site: string, key: StandingKey): Standing {
    return this.#sites.get(site)?.get(key)?.standing ?? NOTHING
  }

  /** The rest that is in force. */
  restOf(site: string, key: StandingKey): Rest | undefined {
    const { rest } = this.of(site, key)
    return rest !== undefined && isOn(rest, this.#ports.clock.now()) ? rest : undefined
  }

  learntOf(site: string, key: StandingKey): Learnt | undefined {
    const { learnt } = this.of(site, key)
    return learnt !== undefined && learnt.until > this.#ports.clock.now() ? learnt : undefined
  }

  /** The rest that is in force, or was until lately: within an hour, or as long as it lasted. */
  recentRestOf(site: string, key: StandingKey): Rest | undefined {
    const { rest } = this.of(site, key)
    if (rest === undefined) return undefined
    const now = this.#ports.clock.now()
    const isRecent = rest.until <= now && now - rest.until < Math.max(RECENT_MS, rest.until - rest.since)
    return isRecent || isOn(rest, now) ? rest : undefined
  }

  /** What rests at a site, or did until lately, and shows only in the content of a message: signatures and links. */
  contentRestsOf(site: string): readonly StandingKey[] {
    const keys = this.#ofContent.get(site)
    if (keys === undefined) return []
    for (const key of keys) if (this.recentRestOf(site, key) === undefined) keys.delete(key)
    if (keys.size === 0) this.#ofContent.delete(site)
    return [...keys]
  }

  /** Never shortens a rest. */
  rest(site: string, key: StandingKey, rest: Rest): void {
    this.change(site, key, known =>
      known.rest !== undefined && isOn(known.rest, this.#ports.clock.now()) && known.rest.until >= rest.until
        ? known
        : { ...known, rest },
    )
    this.#noteContent(site, key)
    this.#write()
  }

  /** It is over, whatever was said. */
  endRest(site: string, key: StandingKey): void {
    if (this.of(site, key).rest === undefined) return
    this.change(site, key, ({ rest: _, ...known }) => known)
  }

  learn(site: string, key: StandingKey, learnt: Learnt): void {
    this.change(site, key, known => ({ ...known, learnt: { ...known.learnt, ...learnt } }))
  }

  change(site: string, key: StandingKey, change: Change): void {
    const entry = this.#entry(site, key)
    entry.standing = change(entry.standing)
    entry.pending = { ...entry.pending, changes: [...entry.pending.changes, change] }
    this.#writeSoon(entry)
  }

  /** Its volume, as it is now; it begins with that cap. */
  warmUp(site: string, key: StandingKey, cap: number): WarmUp {
    const now = this.#ports.clock.now()
    const known = this.of(site, key).warmUp
    return known === undefined ? begun(cap, now) : turned(known, now)
  }

  count(site: string, key: StandingKey, more: Tally, cap: number): void {
    const entry = this.#entry(site, key)
    const known = entry.standing.warmUp
    const turned = this.warmUp(site, key, cap)
    if (known !== undefined && (known.cap !== turned.cap || known.trend !== turned.trend))
      this.#ports.turned?.(site, key, turned)
    entry.standing = { ...entry.standing, warmUp: counted(turned, more) }
    const { changes, tally } = entry.pending
    entry.pending = { changes, tally: tally === undefined ? more : sum(tally, more) }
    this.#writeSoon(entry)
  }

  #writeSoon(entry: Entry): void {
    this.#dirty.add(entry)
    this.#stopTimer ??= this.#ports.clock.after(WRITE_EVERY_MS, () => this.#write(), { idle: true })
  }

  /** Takes over what others wrote since the last time. */
  async read(): Promise<void> {
    const { clock, store } = this.#ports
    const asked = clock.now()
    const rows = await store.standings({ changedSince: this.#readTo })
    this.#readTo = asked - OVERLAP_MS
    for (const row of rows) this.#takeOver(row)
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    await this.#writing
    await this.#flush()
    this.destroy()
  }

  destroy(): void {
    this.#closed = true
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #noteContent(site: string, key: StandingKey): void {
    if (!key.startsWith('signer ') && !key.startsWith('link ')) return
    const keys = this.#ofContent.get(site)
    if (keys === undefined) this.#ofContent.set(site, new Set([key]))
    else keys.add(key)
  }

  #entry(site: string, key: StandingKey): Entry {
    let keys = this.#sites.get(site)
    if (keys === undefined) {
      keys = new Map()
      this.#sites.set(site, keys)
    }
    let entry = keys.get(key)
    if (entry !== undefined) return entry
    if (this.#count >= MOST_ROWS) this.#forgetOldest()
    entry = { site, key, version: 0, standing: NOTHING, pending: NONE }
    keys.set(key, entry)
    this.#count++
    return entry
  }

  #forgetOldest(): void {
    for (const keys of this.#sites.values()) {
      for (const [key, entry] of keys) {
        if (this.#dirty.has(entry)) continue
        keys.delete(key)
        this.#count--
        if (keys.size === 0) this.#sites.delete(entry.site)
        return
      }
    }
  }

  #takeOver(row: StandingRow): void {
    const entry = this.#entry(row.site, row.key)
    if (row.version <= entry.version) return
    entry.version = row.version
    entry.standing = again(standingOf(row), entry.pending, this.#ports.clock.now())
    const { rest } = entry.standing
    if (rest === undefined || !isOn(rest, this.#ports.clock.now())) return
    this.#noteContent(row.site, row.key)
    this.#ports.heard(row.site, row.key, rest)
  }

  #write(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    if (this.#closed) return
    this.#writing ??= this.#flush().finally(() => {
      this.#writing = undefined
      if (this.#dirty.size > 0 && !this.#closed) {
        this.#stopTimer ??= this.#ports.clock.after(WRITE_EVERY_MS, () => this.#write(), { idle: true })
      }
    })
  }

  /** Once more for those that another relay wrote first. */
  async #flush(): Promise<void> {
    const { clock, store, trouble } = this.#ports
    for (let tries = 0; tries < 2 && this.#dirty.size > 0; tries++) {
      const entries = [...this.#dirty]
      this.#dirty.clear()
      const written = entries.map(entry => ({ entry, row: rowOf(entry), pending: entry.pending }))
      for (const entry of entries) entry.pending = NONE
      try {
        const inTheWay = await store.putStandings(
          written.map(({ row }) => row),
          clock.now(),
        )
        const ofOthers = new Map(inTheWay.map(row => [`${row.site}\n${row.key}`, row]))
        for (const { entry, row, pending } of written) {
          const other = ofOthers.get(`${entry.site}\n${entry.key}`)
          if (other === undefined) entry.version = row.version
          else {
            entry.pending = joined(pending, entry.pending)
            this.#dirty.add(entry)
            // It counts whatever its version: the row may have been removed or lost since.
            entry.version = Math.min(entry.version, other.version - 1)
            this.#takeOver(other)
          }
        }
      } catch (error) {
        for (const { entry, pending } of written) {
          entry.pending = joined(pending, entry.pending)
          this.#dirty.add(entry)
        }
        trouble('writing how we stand with mail sites', error)
        return
      }
    }
  }
}

function rowOf({ site, key, version, standing }: Entry): StandingRow {
  return { site, key, version: version + 1, until: standing.rest?.until ?? 0, body: JSON.stringify(standing) }
}
