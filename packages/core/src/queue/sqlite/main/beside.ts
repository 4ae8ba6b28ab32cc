/**
 * SqliteBeside: the part of the store that is about what stands beside messages: kept content, suppressions, TLS counts,
 * statistics, standings.
 *
 * Not here: messages and their delivery (store.ts).
 */
import type { Buffer } from 'node:buffer'
import { type Address, printAddress } from '../../../model/address.ts'
import type { DmarcAddition, DmarcSums } from '../../../model/dmarc-count.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { Suppression } from '../../../model/settlement.ts'
import type { StandingRow } from '../../../model/standing.ts'
import type { StatisticsTally } from '../../../model/statistics.ts'
import type { TlsDay, TlsReportNote, TlsTally } from '../../../model/tls-result.ts'
import type { DmarcQuery } from '../../dmarc-rows.ts'
import { encodeSuppression, encodeSuppressionFilter, suppressionKey } from '../../encode.ts'
import { addUp, type Erased, NOTHING_ERASED } from '../../erasure.ts'
import type { StandingsWanted } from '../../pace-store.ts'
import type { StatisticsQuery, StatisticsSums } from '../../statistics.ts'
import type { SuppressionFilter, TlsDaysWanted } from '../../store.ts'
import { decodeDay, encodeNote, encodeTallies, encodeWanted } from '../../tls-rows.ts'
import type { Verbs } from '../both/protocol.ts'
import type { ReaderClient } from './reader-client.ts'
import { asBuffer, type ThreadClient } from './thread-client.ts'

/** How many messages one transaction erases an address from. */
const AT_ONCE = 100

export class SqliteBeside {
  readonly #thread: ThreadClient
  readonly #reader: ReaderClient | undefined

  constructor(thread: ThreadClient, reader: ReaderClient | undefined) {
    this.#thread = thread
    this.#reader = reader
  }

  async suppression(address: Address, now: number): Promise<Suppression | undefined> {
    const json = await this.#thread.ask('suppression', { address: suppressionKey(address), now })
    return json === null ? undefined : (JSON.parse(json) as Suppression)
  }

  async suppressions(filter: SuppressionFilter, now: number): Promise<readonly Suppression[]> {
    const found = await this.#thread.ask('suppressions', encodeSuppressionFilter(filter, now))
    return found.map(json => JSON.parse(json) as Suppression)
  }

  async putSuppressions(entries: readonly Suppression[]): Promise<void> {
    await this.#thread.ask('putSuppressions', entries.map(encodeSuppression))
  }

  unsuppress(address: Address): Promise<boolean> {
    return this.#thread.ask('unsuppress', suppressionKey(address))
  }

  async countTls(tallies: readonly TlsTally[]): Promise<void> {
    await this.#thread.ask('countTls', encodeTallies(tallies))
  }

  async tlsDays(wanted: TlsDaysWanted): Promise<readonly TlsDay[]> {
    return (await this.#thread.ask('tlsDays', encodeWanted(wanted))).map(decodeDay)
  }

  async noteTlsReport(note: TlsReportNote): Promise<void> {
    await this.#thread.ask('noteTlsReport', encodeNote(note))
  }

  claimTlsReport(note: TlsReportNote, dueAt: number): Promise<boolean> {
    return this.#thread.ask('claimTlsReport', { note: encodeNote(note), dueAt })
  }

  async keptContent(id: QueueId, now: number): Promise<Buffer | undefined> {
    return asBuffer(await this.#thread.ask('keptContent', { id, now }))
  }

  async forgetContent(now: number): Promise<void> {
    while (await this.#thread.ask('forgetContent', now));
  }

  async erase(person: Address): Promise<Erased> {
    const address = printAddress(person)
    let all = NOTHING_ERASED
    for (let after: number | undefined = 0; after !== undefined; ) {
      const ask: Verbs['mentions']['ask'] = { address, after }
      const { found, after: next }: Verbs['mentions']['answer'] = await (this.#reader?.ask('mentions', ask) ??
        this.#thread.ask('mentions', ask))
      for (let at = 0; at < found.length; at += AT_ONCE)
        all = addUp(all, await this.#thread.ask('erase', { address, ids: found.slice(at, at + AT_ONCE) }))
      after = next
    }
    while (await this.#thread.ask('vacuum', null));
    await this.#thread.ask('emptyLog', null)
    return all
  }

  async addStatistics(tallies: readonly StatisticsTally[]): Promise<void> {
    await this.#thread.ask('addStatistics', tallies)
  }

  statistics(query: StatisticsQuery): Promise<StatisticsSums> {
    return this.#reader?.ask('statistics', query) ?? this.#thread.ask('statistics', query)
  }

  async sumStatistics(today: number): Promise<void> {
    while (await this.#thread.ask('sumStatistics', { today }));
  }

  addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'> {
    return this.#thread.ask('addDmarc', { addition, today })
  }

  dmarc(query: DmarcQuery): Promise<DmarcSums> {
    return this.#thread.ask('dmarc', query)
  }

  standings({ changedSince = -1, restingAt = -1 }: StandingsWanted): Promise<readonly StandingRow[]> {
    return this.#thread.ask('standings', { changedSince, restingAt })
  }

  putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]> {
    return this.#thread.ask('putStandings', { rows, now })
  }
}
