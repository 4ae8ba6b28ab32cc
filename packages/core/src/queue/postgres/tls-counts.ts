/**
 * TlsCounts: the counts of TLS results and the notes on their reports.
 *
 * Policy. Counts do not wait for the disk: what a power failure takes from a statistic nobody misses. A policy can be longer
 * than an index takes, so that a digest stands for it in the key.
 *
 * Not here: what rows look like (tls-rows.ts), what is counted, and reports (tlsrpt/).
 */
import { createHash } from 'node:crypto'
import type { TlsDay, TlsTally } from '../../model/tls-result.ts'
import type { TlsDaysWanted } from '../store.ts'
import { decodeDay, encodeTallies, encodeWanted } from '../tls-rows.ts'
import type { Connections } from './connection.ts'
import { push } from './enqueue.ts'
import { SQL } from './sql.ts'

export async function countTls(connections: Connections, tallies: readonly TlsTally[]): Promise<void> {
  const columns: unknown[][] = [[], [], [], [], [], [], []]
  for (const { day, domain, policy, failure, good, bad } of encodeTallies(tallies)) {
    const digest = createHash('sha256').update(`${policy}\n${failure}`).digest('base64')
    push(columns, day, domain, digest, policy, failure, good, bad)
  }
  if (tallies.length > 0) await connections.ask('passing', SQL.countTls, ...columns)
}

export async function tlsDays(connections: Connections, wanted: TlsDaysWanted): Promise<readonly TlsDay[]> {
  const { since, before, after, domain, dueAt, limit } = encodeWanted(wanted)
  type DayRow = [day: number, domain: string, report: string | null]
  type CountRow = [day: number, domain: string, policy: string, failure: string, good: number, bad: number]
  const days = await connections.ask<DayRow>('passing', SQL.tlsDays, since, before, ...after, domain, dueAt, limit)
  const rows = await connections.ask<CountRow>(
    'passing',
    SQL.tlsCounts,
    days.map(([day]) => day),
    days.map(([, name]) => name),
  )
  const counts = Map.groupBy(rows, ([day, name]) => `${day} ${name}`)
  return days.map(([day, name, report]) =>
    decodeDay({
      day,
      domain: name,
      counts: (counts.get(`${day} ${name}`) ?? []).map(([, , policy, failure, good, bad]) => ({
        policy,
        failure,
        good,
        bad,
      })),
      report,
    }),
  )
}
