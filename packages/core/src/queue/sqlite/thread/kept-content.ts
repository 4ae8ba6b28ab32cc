/**
 * KeptContent: the bytes of messages that are done. Runs inside the writer's transaction.
 *
 * Policy. How much there is, is counted when the first is kept, and again with each housekeeping: only the process that delivers adds.
 * Where there is no room, the oldest go, some in each transaction; what finds none then is not kept.
 *
 * Not here: why it is kept (../../kept-content.ts).
 */
import type { Verbs } from '../both/protocol.ts'
import { blocksSize, dropBlocks, joined } from './content.ts'
import type { WriterTransaction } from './transaction.ts'

/** How many one transaction removes. */
const STRETCH = 100

/** In the place of `dropContent`. */
export function keepContent(transaction: WriterTransaction, n: number, until: number): true {
  const { sql, kept } = transaction
  const before = kept.bytes
  kept.bytes ??= sql.keptSize.one().size
  const blocks = blocksSize(transaction, n)
  const size = (sql.contentSize.get(n)?.size ?? 0) + blocks
  const oldest = size > kept.most ? [] : sql.oldestKept.all(Number.MAX_SAFE_INTEGER, STRETCH)
  for (const { n: old, size: its } of oldest) {
    if (kept.bytes + size <= kept.most) break
    kept.bytes -= its
    drop(transaction, old)
  }
  if (kept.bytes + size > kept.most) dropBlocks(transaction, n)
  else {
    sql.keepContent.run(n, until, blocks)
    kept.bytes += size
  }
  sql.dropContent.run(n)
  transaction.onRollback(() => {
    kept.bytes = before
  })
  return true
}

export function keptContent(
  transaction: WriterTransaction,
  { id, now }: Verbs['keptContent']['ask'],
): Verbs['keptContent']['answer'] {
  const n = transaction.sql.messageNumber.get(id)?.n
  const first = n === undefined ? undefined : transaction.sql.kept.get(n, now)?.bytes
  return first === undefined ? null : joined(transaction, n!, first)
}

/** @returns whether there are more */
export function forgetContent(transaction: WriterTransaction, now: number): boolean {
  transaction.kept.bytes = undefined
  const over = transaction.sql.oldestKept.all(now, STRETCH)
  for (const { n } of over) drop(transaction, n)
  return over.length === STRETCH
}

/** Also of what is not kept. @returns whether it was */
export function drop(transaction: WriterTransaction, n: number): boolean {
  const wasKept = Number(transaction.sql.dropKept.run(n).changes) > 0
  if (wasKept) dropBlocks(transaction, n)
  return wasKept
}
