/**
 * StoredRotations: rotations in the relay's store, begun with `postrider keys` and led on by the relays that run on it.
 *
 * Policy. Private keys are kept as they are: they sign. One rotation of a domain is open at a time. Each stage is entered once, by
 * whoever comes first, and is on disk before anything follows from it. Of a domain the keys of the last eight are kept: links and
 * return addresses are proved with as many. Of those before only the selectors are, which are not used again.
 *
 * Not here: what leads from stage to stage (step.ts).
 */
import type { RelayStore, Row } from '../store/index.ts'
import type { Missing, Rotation, RotationStage } from './rotation.ts'

/** Of one domain. */
export const MOST_KEPT = 8

const TABLE = 'postrider_relay.dkim_rotation'
const COLUMNS = 'domain, number, stage, begun, since, signed, keys, former, looked, missing'
const OF = 'domain = $1 AND number = $2 AND stage = $3'
const SQL = {
  list: `SELECT ${COLUMNS} FROM ${TABLE} ORDER BY domain, number`,
  newest: `SELECT max(number) AS number, count(CASE WHEN stage NOT IN ('done', 'cancelled') THEN 1 END) AS open FROM ${TABLE} WHERE domain = $1`,
  add: `INSERT INTO ${TABLE} (${COLUMNS}) VALUES ($1, $2, 'publish', $3, $3, NULL, $4, $5, NULL, '[]')
    ON CONFLICT (domain, number) DO NOTHING RETURNING number`,
  forget: `UPDATE ${TABLE} SET keys = '[]' WHERE domain = $1 AND number <= $2 AND stage = 'done' AND keys <> '[]'`,
  enter: `UPDATE ${TABLE} SET stage = $4, since = $5, signed = coalesce(signed, $5), looked = NULL, missing = '[]'
    WHERE ${OF} RETURNING number`,
  first: `UPDATE ${TABLE} SET looked = $4 WHERE ${OF} AND looked IS NULL RETURNING number`,
  look: `UPDATE ${TABLE} SET looked = $4, missing = $5 WHERE ${OF}`,
  cancel: `UPDATE ${TABLE} SET stage = 'cancelled', since = $2, looked = NULL, missing = '[]'
    WHERE domain = $1 AND stage = 'publish' RETURNING ${COLUMNS}`,
} as const

interface RotationRow extends Row {
  readonly domain: string
  readonly number: number
  readonly stage: string
  readonly begun: number
  readonly since: number
  readonly signed: number | null
  readonly keys: string
  readonly former: string
  readonly looked: number | null
  readonly missing: string
}

export type NewRotation = Pick<Rotation, 'domain' | 'keys' | 'former'>

export class StoredRotations {
  readonly #store: RelayStore

  /** @param store is closed by who opened it */
  constructor(store: RelayStore) {
    this.#store = store
  }

  /** Those of a domain in the order of their numbers. */
  async list(): Promise<readonly Rotation[]> {
    return (await this.#store.ask<RotationRow>(SQL.list)).map(toRotation)
  }

  /** `false`, and nothing was begun: one of this domain is open. */
  begin({ domain, keys, former }: NewRotation, at: number): Promise<boolean> {
    return this.#store.transact('lasting', async ask => {
      const [last] = await ask<Row & { readonly number: number | null; readonly open: number }>(SQL.newest, domain)
      if (last !== undefined && last.open > 0) return false
      const number = (last?.number ?? 0) + 1
      const added = await ask(SQL.add, domain, number, at, JSON.stringify(keys), JSON.stringify(former))
      await ask(SQL.forget, domain, number - MOST_KEPT)
      return added.length > 0
    })
  }

  /** `false`: it was not in that stage any more. */
  async enter({ domain, number, stage }: Rotation, next: RotationStage, at: number): Promise<boolean> {
    return (await this.#store.ask(SQL.enter, domain, number, stage, next, at)).length > 0
  }

  /** What a look found. `true`: it was the first in this stage. */
  looked({ domain, number, stage }: Rotation, missing: readonly Missing[], at: number): Promise<boolean> {
    return this.#store.transact('passing', async ask => {
      const first = await ask(SQL.first, domain, number, stage, at)
      await ask(SQL.look, domain, number, stage, at, JSON.stringify(missing))
      return first.length > 0
    })
  }

  /** Ends one whose keys do not sign yet. Undefined: there was none. */
  async cancel(domain: string, at: number): Promise<Rotation | undefined> {
    const [row] = await this.#store.ask<RotationRow>(SQL.cancel, domain, at)
    return row && toRotation(row)
  }
}

function toRotation({
  domain,
  number,
  stage,
  begun,
  since,
  signed,
  keys,
  former,
  looked,
  missing,
}: RotationRow): Rotation {
  return {
    domain,
    number,
    stage: stage as RotationStage,
    begunAt: begun,
    since,
    keys: JSON.parse(keys) as Rotation['keys'],
    former: JSON.parse(former) as Rotation['former'],
    missing: JSON.parse(missing) as Rotation['missing'],
    ...(signed !== null && { signedAt: signed }),
    ...(looked !== null && { lookedAt: looked }),
  }
}
