/**
 * DmarcRows: counts of DMARC aggregate reports as rows, and how many there may be.
 *
 * Policy. Anyone may write a report, so what it fills is bounded: so many reports and rows of a day; of what is beyond them, who reported
 * and which source is forgotten, and the sum is kept. A report counts once, by its writer and its id. One that claims to be several writers
 * may still fill a day, and nothing is done of it but to be shown. Kept for 400 days.
 *
 * Not here: SQL (sqlite/, postgres/), which domains are ours (flow/).
 */
import type { DmarcAddition, DmarcCount, DmarcRow, DmarcSums } from '../model/dmarc-count.ts'

export const DMARC_DAYS_KEPT = 400
/** Of a day: some 200 octets each, 160 MB in 400 days at the most. */
export const DMARC_ROWS_A_DAY = 2000
export const DMARC_REPORTS_A_DAY = 500
/** Of those, of one writer: one comes for each domain. */
export const DMARC_REPORTS_OF_ONE = 200
/** Messages of a report, and of a row: so much that the sum of all rows of 400 days is a number that JavaScript and SQL hold exactly. */
export const MOST_COUNTED = 1_000_000_000
/** That are handed out at once. */
export const MOST_COUNTS = 10_000

/** What is asked of a store that keeps these counts. */
export interface DmarcStore {
  /** `false`: it was added before. `full`: that day has no room for a further report. As durable as facts. */
  addDmarc(addition: DmarcAddition, today: number): Promise<boolean | 'full'>
  dmarc(query: DmarcQuery): Promise<DmarcSums>
}

/** Days since 1970, UTC. */
export interface DmarcQuery {
  readonly since: number
  readonly before: number
  readonly domain?: string
}

export interface DmarcCountRow {
  readonly day: number
  readonly domain: string
  readonly reporter: string
  readonly source: string
  /** `dkim`, `spf`, `dkim+spf` or `-`, and the disposition. */
  readonly result: string
  readonly count: number
}

export interface DmarcSumRow extends Omit<DmarcCountRow, 'day'> {
  readonly firstDay: number
  readonly lastDay: number
}

const TEXT = 200
const DISPOSITIONS = ['none', 'quarantine', 'reject']

/** One row for each key, with texts that a stranger chose cut. */
export function dmarcRows({ day, domain, reporter, rows }: DmarcAddition): readonly DmarcCountRow[] {
  const all = new Map<string, DmarcCountRow>()
  let left = MOST_COUNTED
  for (const row of rows) {
    const more = Math.min(row.count, left)
    left -= more
    const source = row.source.slice(0, 64)
    const result = resultOf(row)
    const key = `${source} ${result}`
    const count = more + (all.get(key)?.count ?? 0)
    all.set(key, { day, domain, reporter: reporter.slice(0, TEXT), source, result, count })
  }
  return [...all.values()]
}

/** What has no row yet gets one while there is room; the rest is summed. @param room how many rows that day may still get */
export function withinDay(
  rows: readonly DmarcCountRow[],
  { room, isThere }: { readonly room: number; readonly isThere: (row: DmarcCountRow) => boolean },
): readonly DmarcCountRow[] {
  const kept: DmarcCountRow[] = []
  const rest = new Map<string, DmarcCountRow>()
  let left = room
  for (const row of rows) {
    const there = isThere(row)
    if (there || left > 0) {
      kept.push(row)
      if (!there) left--
    } else {
      const { result } = row
      rest.set(result, { ...row, reporter: '', source: '', count: row.count + (rest.get(result)?.count ?? 0) })
    }
  }
  return [...kept, ...rest.values()]
}

export function reportKey({ reporter, id }: DmarcAddition): readonly [reporter: string, id: string] {
  return [reporter.slice(0, TEXT), id.slice(0, TEXT)]
}

export function decodeDmarcSum({ result, ...row }: DmarcSumRow): DmarcCount {
  const [aligned = '', disposition = 'none'] = result.split(' ')
  return { ...row, dkim: aligned.includes('dkim'), spf: aligned.includes('spf'), disposition }
}

function resultOf({ dkim, spf, disposition }: DmarcRow): string {
  const aligned = [dkim && 'dkim', spf && 'spf'].filter(Boolean).join('+') || '-'
  return `${aligned} ${DISPOSITIONS.includes(disposition) ? disposition : 'none'}`
}
