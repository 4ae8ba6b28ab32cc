/**
 * PostgresBeside: the part of the store that is about what stands beside messages: kept content, suppressions, TLS counts,
 * statistics, standings.
 *
 * Not here: messages and their delivery (store.ts).
 */
import type { Buffer } from 'node:buffer'
import type { Address } from '../../model/address.ts'
import type { DmarcAddition, DmarcSums } from '../../model/dmarc-count.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { Suppression } from '../../model/settlement.ts'
import type { StandingRow } from '../../model/standing.ts'
import type { StatisticsTally } from '../../model/statistics.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../../model/tls-result.ts'
import type { DmarcQuery } from '../dmarc-rows.ts'
import type { StandingsWanted } from '../pace-store.ts'
import type { StatisticsQuery, StatisticsSums } from '../statistics.ts'
import type { SuppressionFilter, TlsDaysWanted } from '../store.ts'
import { encodeNote } from '../tls-rows.ts'
import type { Calls } from './calls.ts'
import type { Connections } from './connection.ts'
import { addDmarc, dmarc } from './dmarc.ts'
import { forgetContent, keptContent } from './kept-content.ts'
import { SQL } from './sql.ts'
import { putStandings, standings } from './standings.ts'
import { addStatistics, statistics, sumStatistics } from './statistics.ts'
import { putSuppressions, suppression, suppressions, unsuppress } from './suppressions.ts'
import { countTls, tlsDays } from './tls-counts.ts'

export class PostgresBeside {
  readonly #connections: Connections
  readonly #calls: Calls

  constructor(connections: Connections, calls: Calls) {
    this.#connections = connections
    this.#calls = calls
  }

  suppression(address: Address, now: number): Promise<Suppression | undefined> {
    return this.#calls.run(() => suppression(this.#connections, address, now))
  }

  suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]> {
    return this.#calls.run(() => suppressions(this.#connections, filter, now))
  }

  putSuppressions(entries: readonly Suppression[]): Promise<void> {
    return this.#calls.run(() => putSuppressions(this.#connections, entries))
  }

  unsuppress(address: Address): Promise<boolean> {
    return this.#calls.run(() => unsuppress(this.#connections, address))
  }

  countTls(tallies: readonly TlsTally[]): Promise<void> {
    return this.#calls.run(() => countTls(this.#connections, tallies))
  }

  tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]> {
    return this.#calls.run(() => tlsDays(this.#connections, wanted))
  }

  noteTlsReport(note: TlsReportNote): Promise<void> {
    return this.#calls.run(async () => {
      const { day, domain, due, json } = encodeNote(note)
      await this.#connections.ask('passing', SQL.noteTlsReport, day, domain, due, json)
    })
  }

  claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean> {
    return this.#calls.run(async () => {
      const { day, domain, due, json } = encodeNote(note)
      const ask = this.#connections.ask('lasting', SQL.claimTlsReport, day, domain, due, json, dueAt)
      return (await ask).length > 0
    })
  }

  keptContent(id: QueueId, now: number): Promise<Buffer | undefined> {
    return this.#calls.run(() => keptContent(this.#connections, id, now))
  }

  forgetContent(now: number): Promise<void> {
    return this.#calls.run(() => forgetContent(this.#connections, now))
  }

  addStatistics(tallies: readonly StatisticsTally[]): Promise<void> {
    return this.#calls.run(() => addStatistics(this.#connections, tallies))
  }

  statistics(query: StatisticsQuery): Promise<StatisticsSums> {
    return this.#calls.run(() => statistics(this.#connections, query))
  }

  sumStatistics(today: number): Promise<void> {
    return this.#calls.run(() => sumStatistics(this.#connections, today))
  }

  addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'> {
    return this.#calls.run(() => addDmarc(this.#connections, addition, today))
  }

  dmarc(query: DmarcQuery): Promise<DmarcSums> {
    return this.#calls.run(() => dmarc(this.#connections, query))
  }

  standings(wanted: StandingsWanted): Promise<readonly StandingRow[]> {
    return this.#calls.run(() => standings(this.#connections, wanted))
  }

  putStandings(rows: readonly StandingRow[]): Promise<readonly StandingRow[]> {
    return this.#calls.run(() => putStandings(this.#connections, rows))
  }
}
