/**
 * Suppressions: the list of addresses that are not mailed. Runs inside the writer's transaction.
 *
 * Policy. What follows from a delivery never takes the place of an entry that lasts longer, such as the operator's; the word of the
 * operator takes the place of any.
 *
 * Not here: who is put on it (outcome/suppress.ts).
 */
import type { SuppressionRow } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import type { WriterTransaction } from './transaction.ts'

export function suppress(transaction: WriterTransaction, rows: readonly SuppressionRow[]): void {
  for (const row of rows) transaction.sql.suppress.run(row)
  // Whether any address is suppressed is remembered with what there was to claim.
  if (rows.length > 0) transaction.disturb()
}

export function putSuppressions(transaction: WriterTransaction, rows: readonly SuppressionRow[]): null {
  for (const row of rows) transaction.sql.putSuppression.run(row)
  transaction.disturb()
  return null
}

export function suppression(
  transaction: WriterTransaction,
  { address, now }: Verbs['suppression']['ask'],
): string | null {
  return transaction.sql.suppression.get(address, now)?.json ?? null
}

/** A page of those in force, by address. */
export function suppressions(
  { sql }: WriterTransaction,
  { origin, after, limit, now }: Verbs['suppressions']['ask'],
): readonly string[] {
  const rows =
    origin === null ? sql.suppressions.all(after, now, limit) : sql.suppressionsOf.all(origin, after, now, limit)
  return rows.map(({ json }) => json)
}

export function unsuppress(transaction: WriterTransaction, address: string): boolean {
  return transaction.sql.unsuppress.run(address).changes > 0
}
