/**
 * LateFacts: facts of a message that come true beside any attempt, and how to find the message they are about. Runs inside the
 * writer's transaction.
 */

import type { Verbs } from '../both/protocol.ts'
import { suppress } from './suppressions.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many messages one transaction looks at. */
const STRETCH = 2_000

export function newestFact(transaction: WriterTransaction): number {
  return transaction.sql.tally.one().lastFact
}

export function findByMessageId(
  transaction: WriterTransaction,
  { messageId, least, below }: Verbs['findByMessageId']['ask'],
): Verbs['findByMessageId']['answer'] {
  const rows = transaction.sql.messageIds.all(least, below, STRETCH)
  const found = rows.filter(row => row.messageId === messageId).map(({ id }) => id)
  const last = rows[STRETCH - 1]?.id
  return last === undefined ? { found } : { found, afterId: last }
}

export function recordOnce(
  transaction: WriterTransaction,
  { id, facts, suppressions }: Verbs['recordOnce']['ask'],
): boolean {
  const n = transaction.sql.messageNumber.get(id)?.n
  const [first] = facts
  if (n === undefined || first === undefined) return false
  if (transaction.sql.told.holds(n, first.kind, first.recipient)) return false
  suppress(transaction, suppressions)
  for (const { at, json } of facts) transaction.tell(n, at, json)
  return true
}
