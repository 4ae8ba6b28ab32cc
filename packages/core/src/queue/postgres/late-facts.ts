/**
 * LateFacts: facts of a message that come true beside any attempt, and how to find the message they are about.
 */
import type { Telling } from '../rows.ts'
import type { Connections } from './connection.ts'
import { SQL } from './sql.ts'

export async function findByMessageId(
  connections: Connections,
  messageId: string,
  least: string,
  below: string,
): Promise<readonly string[]> {
  const rows = await connections.ask<[id: string]>('passing', SQL.findByMessageId, least, below, messageId)
  return rows.map(([id]) => id)
}

/** Of the message with this number. */
export function recordOnce(connections: Connections, n: number, { facts, suppressions }: Telling): Promise<boolean> {
  return connections.transact('lasting', async session => {
    const [first] = facts
    if (first === undefined) return false
    // It may have no row of its own to be locked.
    session.send(SQL.lockNumber, n)
    if ((await session.run(SQL.told, n, first.kind, first.recipient)).length > 0) return false
    const column = <T>(rows: readonly T[], pick: (row: T) => unknown): unknown[] => rows.map(pick)
    if (suppressions.length > 0)
      session.send(
        SQL.suppress,
        column(suppressions, row => row.address),
        column(suppressions, row => row.until),
        column(suppressions, row => row.json),
      )
    session.send(
      SQL.addFacts,
      column(facts, () => n),
      column(facts, () => null),
      column(facts, fact => fact.at),
      column(facts, fact => fact.json),
    )
    return true
  })
}
