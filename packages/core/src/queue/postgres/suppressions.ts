/** Suppressions: addresses that nothing is sent to, as a list that every process shares. */
import type { Address } from '../../model/address.ts'
import type { Suppression } from '../../model/settlement.ts'
import { encodeSuppression, encodeSuppressionFilter, suppressionKey } from '../encode.ts'
import type { SuppressionFilter } from '../store.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

export async function suppression(
  connections: Connections,
  address: Address,
  now: number,
): Promise<Suppression | undefined> {
  const [row] = await connections.ask<[string]>('passing', SQL.suppression, suppressionKey(address), now)
  return row === undefined ? undefined : (JSON.parse(row[0]) as Suppression)
}

export async function suppressions(
  connections: Connections,
  filter: SuppressionFilter,
  now: number,
): Promise<readonly Suppression[]> {
  const { origin, after, limit } = encodeSuppressionFilter(filter, now)
  const rows = await (origin === null
    ? connections.ask<[string]>('passing', SQL.listSuppressions, after, now, limit)
    : connections.ask<[string]>('passing', SQL.listSuppressionsOf, after, now, limit, origin))
  return rows.map(([json]) => JSON.parse(json) as Suppression)
}

export async function putSuppressions(connections: Connections, entries: readonly Suppression[]): Promise<void> {
  const rows = entries.map(encodeSuppression)
  const column = (name: 'address' | 'until' | 'json'): unknown[] => rows.map(row => row[name])
  await connections.ask('lasting', SQL.putSuppressions, column('address'), column('until'), column('json'))
}

export async function unsuppress(connections: Connections, address: Address): Promise<boolean> {
  const rows = await connections.ask('lasting', SQL.unsuppress, suppressionKey(address))
  return rows.length > 0
}
