/**
 * Records: what is kept of each endpoint: how far it has been told, the events it refused, and who tells it.
 *
 * Policy. One at a time tells an endpoint: who holds its lease, by the clock of the store. What the holder has done is written in
 * one transaction that fails when the lease is another's: the place, what was parked, and what of the parked is done. So a crash
 * leaves the state of one moment, and what was told after it is told again, with the same id. An endpoint that is stopped is held by
 * nobody until it is started, whoever tells it now. What was dropped is kept as ranges, one for an hour, reason and endpoint.
 *
 * Not here: when and what to write (tenure.ts), the tables (store/schema.ts).
 */
import type { Ask, RelayStore, Row } from '../store/index.ts'
import type { Place } from './place.ts'

/** An event that was not taken, waiting outside of the order. */
export interface Parked {
  readonly place: Place
  /** The place right before it, from where it is read. */
  readonly after: Place
  /** When it was first tried, or put aside untried. */
  readonly since: number
  readonly attempts: number
  readonly due: number
}

/** `age`: not taken for too long. `number`: more were parked than are kept. `gone`: the queue has it no more. */
export type DropReason = 'age' | 'number' | 'gone'

/** Events after `after` and up to `through`, of which `count` were dropped. */
export interface Dropped {
  readonly after: Place
  readonly through: Place
  readonly count: number
  readonly because: DropReason
}

/** What a holder begins with. */
export interface Standing {
  readonly place: Place
  readonly former: Place
  /** How many are parked. */
  readonly parked: number
}

/** `gone`: it answered 410. `operator`: somebody stopped it. */
export type StopReason = 'gone' | 'operator'

export interface Stopped {
  readonly at: number
  readonly because: StopReason
}

/** What is known of an endpoint, whoever tells it. */
export interface Known extends Standing {
  /** It is told nothing until it is started. */
  readonly stopped?: Stopped
  /** Since when the event that waits longest has not been taken. */
  readonly failingSince?: number
}

export interface Changes {
  readonly place: Place
  readonly parked: readonly Parked[]
  /** Parked before, to be tried again later. */
  readonly again: readonly Parked[]
  readonly unparked: readonly Place[]
  readonly dropped: readonly Dropped[]
}

/** Of one endpoint; beyond, the oldest are dropped. */
export const MOST_PARKED = 100_000

const HOUR_MS = 3_600_000
const DROPPED_KEPT_MS = 90 * 24 * HOUR_MS
const ENDPOINT = 'postrider_relay.webhook_endpoint'
const PARKED = 'postrider_relay.webhook_parked'
const DROPPED = 'postrider_relay.webhook_dropped'
const SQL = {
  add: `INSERT INTO ${ENDPOINT} (id, place, former, holder, until) VALUES ($1, $2, $3, '', 0) ON CONFLICT DO NOTHING`,
  takeOver: `INSERT INTO ${ENDPOINT} (id, place, former, holder, until) VALUES ($1, $2, $3, '', 0) ON CONFLICT (id) DO UPDATE SET
    place = CASE WHEN excluded.place > ${ENDPOINT}.place THEN excluded.place ELSE ${ENDPOINT}.place END,
    former = CASE WHEN excluded.former > ${ENDPOINT}.former THEN excluded.former ELSE ${ENDPOINT}.former END`,
  hold: `UPDATE ${ENDPOINT} SET holder = $2, until = now_ms() + $3
    WHERE id = $1 AND stopped IS NULL AND (holder = $2 OR until <= now_ms() OR until > now_ms() + $3) RETURNING place, former`,
  standing: `SELECT place, former, stopped, because FROM ${ENDPOINT} WHERE id = $1`,
  stop: `UPDATE ${ENDPOINT} SET stopped = now_ms(), because = $2 WHERE id = $1 AND stopped IS NULL RETURNING id`,
  start: `UPDATE ${ENDPOINT} SET stopped = NULL WHERE id = $1 AND stopped IS NOT NULL RETURNING id`,
  holds: `UPDATE ${ENDPOINT} SET place = $3 WHERE id = $1 AND holder = $2 AND until > now_ms() RETURNING id`,
  giveUp: `UPDATE ${ENDPOINT} SET holder = '', until = 0 WHERE id = $1 AND holder = $2`,
  count: `SELECT count(*) AS count, min(CASE WHEN attempts > 0 THEN since END) AS since FROM ${PARKED} WHERE endpoint = $1`,
  park: `INSERT INTO ${PARKED} (endpoint, place, after, since, attempts, due) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT DO NOTHING`,
  again: `UPDATE ${PARKED} SET attempts = $3, due = $4 WHERE endpoint = $1 AND place = $2`,
  unpark: `DELETE FROM ${PARKED} WHERE endpoint = $1 AND place = $2 RETURNING place`,
  restart: `UPDATE ${ENDPOINT} SET place = $3 WHERE id = $1 AND holder = $2`,
  clear: `DELETE FROM ${PARKED} WHERE endpoint = $1`,
  soonest: `SELECT place, after, since, attempts, due FROM ${PARKED} WHERE endpoint = $1 ORDER BY due LIMIT $2`,
  oldest: `SELECT place, after, since, attempts, due FROM ${PARKED} WHERE endpoint = $1 ORDER BY place LIMIT $2`,
  parkedAt: `SELECT place, after, since, attempts, due FROM ${PARKED} WHERE endpoint = $1 AND place = $2`,
  widen: `UPDATE ${DROPPED} SET count = count + $5, after = CASE WHEN after < $3 THEN after ELSE $3 END,
    through = CASE WHEN through > $4 THEN through ELSE $4 END
    WHERE endpoint = $1 AND because = $2 AND at > now_ms() - ${HOUR_MS} RETURNING at`,
  drop: `INSERT INTO ${DROPPED} (endpoint, at, because, after, through, count) VALUES ($1, now_ms(), $2, $3, $4, $5)`,
  forget: `DELETE FROM ${DROPPED} WHERE endpoint = $1 AND at < now_ms() - ${DROPPED_KEPT_MS}`,
  undrop: `DELETE FROM ${DROPPED} WHERE endpoint = $1 AND because = $2 AND after = $3 AND through = $4 AND count = $5`,
  remove: [ENDPOINT, PARKED, DROPPED].map(
    table => `DELETE FROM ${table} WHERE ${table === ENDPOINT ? 'id' : 'endpoint'} = $1`,
  ),
  dropped: `SELECT because, after, through, count FROM ${DROPPED} WHERE endpoint = $1 ORDER BY at`,
} as const

type StandingRow = Row & { readonly place: string; readonly former: string }
type KnownRow = StandingRow & { readonly stopped: number | null; readonly because: string }

export class Records {
  readonly #store: RelayStore

  constructor(store: RelayStore) {
    this.#store = store
  }

  /** An endpoint that is new begins after `place`. */
  async add(id: string, place: Place): Promise<void> {
    await this.#store.ask(SQL.add, id, place, '')
  }

  /** All of these or none, lasting. Never moves an endpoint back. */
  async takeOver(places: ReadonlyMap<string, Place>, former: Place): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      for (const [id, place] of places) await ask(SQL.takeOver, id, place, former)
    })
  }

  /** Undefined: another holds it. */
  async hold(id: string, holder: string, leaseMs: number): Promise<Standing | undefined> {
    return this.#standing(id, await this.#store.ask<StandingRow>(SQL.hold, id, holder, leaseMs))
  }

  /** Goes on holding. `false`: it is another's now. */
  async renew(id: string, holder: string, leaseMs: number): Promise<boolean> {
    return (await this.#store.ask(SQL.hold, id, holder, leaseMs)).length > 0
  }

  async giveUp(id: string, holder: string): Promise<void> {
    await this.#store.ask(SQL.giveUp, id, holder)
  }

  /** Another queue stands where the endpoint's was: nothing that is kept of it means anything. */
  async restart(id: string, holder: string, place: Place): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      await ask(SQL.restart, id, holder, place)
      await ask(SQL.clear, id)
    })
  }

  /** How many parked events there are less; undefined, and nothing is written, when the lease is over. */
  write(id: string, holder: string, changes: Changes): Promise<number | undefined> {
    const { place, parked, again, unparked, dropped } = changes
    return this.#store.transact('passing', async ask => {
      if ((await ask(SQL.holds, id, holder, place)).length === 0) return undefined
      for (const one of parked) await ask(SQL.park, id, one.place, one.after, one.since, one.attempts, one.due)
      for (const one of again) await ask(SQL.again, id, one.place, one.attempts, one.due)
      let removed = 0
      for (const one of unparked) removed += (await ask(SQL.unpark, id, one)).length
      for (const one of dropped) await drop(ask, id, one)
      return removed - parked.length
    })
  }

  /** Those due first. */
  soonest(id: string, limit: number): Promise<readonly Parked[]> {
    return this.#store.ask<Row & Parked>(SQL.soonest, id, limit)
  }

  /** The first of the log. */
  oldest(id: string, limit: number): Promise<readonly Parked[]> {
    return this.#store.ask<Row & Parked>(SQL.oldest, id, limit)
  }

  async parkedAt(id: string, place: Place): Promise<Parked | undefined> {
    const [row] = await this.#store.ask<Row & Parked>(SQL.parkedAt, id, place)
    return row
  }

  /** Where an endpoint stands, whoever holds it; undefined when nothing is kept of it. */
  async standing(id: string): Promise<Known | undefined> {
    const [row] = await this.#store.ask<KnownRow>(SQL.standing, id)
    if (row === undefined) return undefined
    const { parked, since } = await this.#parked(id)
    return {
      place: row.place,
      former: row.former,
      parked,
      ...(since !== null && { failingSince: since }),
      ...(row.stopped !== null && { stopped: { at: row.stopped, because: row.because as StopReason } }),
    }
  }

  /** Nobody tells it from now on, also after a restart. `false`: it was stopped already, or nothing is known of it. */
  async stop(id: string, because: StopReason): Promise<boolean> {
    return (await this.#store.ask(SQL.stop, id, because)).length > 0
  }

  /** It is told on from where it was. `false`: it was not stopped. */
  async start(id: string): Promise<boolean> {
    return (await this.#store.ask(SQL.start, id)).length > 0
  }

  /** Parks events that were passed, to be told again. Needs no lease: what is parked already stays as it is. */
  async replay(id: string, events: readonly Parked[]): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      for (const one of events) await ask(SQL.park, id, one.place, one.after, one.since, one.attempts, one.due)
    })
  }

  /** What was dropped in these ranges is told after all. */
  async undrop(id: string, ranges: readonly Dropped[]): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      for (const { because, after, through, count } of ranges) await ask(SQL.undrop, id, because, after, through, count)
    })
  }

  async #standing(id: string, [row]: readonly StandingRow[]): Promise<Standing | undefined> {
    if (row === undefined) return undefined
    const { parked } = await this.#parked(id)
    return { place: row.place, former: row.former, parked }
  }

  /** All that is kept of it; who tells it now finds that it is not his any more. */
  async remove(id: string): Promise<void> {
    await this.#store.transact('lasting', async ask => {
      for (const statement of SQL.remove) await ask(statement, id)
    })
  }

  async #parked(id: string): Promise<{ readonly parked: number; readonly since: number | null }> {
    const [row] = await this.#store.ask<Row & { readonly count: number; readonly since: number | null }>(SQL.count, id)
    return { parked: row?.count ?? 0, since: row?.since ?? null }
  }

  /** Ranges in which events were dropped, the oldest first. */
  dropped(id: string): Promise<readonly Dropped[]> {
    return this.#store.ask<Row & Dropped>(SQL.dropped, id)
  }
}

async function drop(ask: Ask, id: string, { because, after, through, count }: Dropped): Promise<void> {
  if ((await ask(SQL.widen, id, because, after, through, count)).length > 0) return
  await ask(SQL.forget, id)
  await ask(SQL.drop, id, because, after, through, count)
}
