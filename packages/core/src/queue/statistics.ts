/**
 * Statistics: counts by hour, mail site and account as rows, and what they sum to. One row has all accounts of an hour and a site, as
 * JSON, so that a day takes a few hundred rows however many accounts there are.
 *
 * Policy.
 * - Hours are kept for today and the two days before; then each day is summed: its `LARGE_SITES` largest sites, and `other`. Days
 *   are kept for `DAYS_KEPT` days.
 * - An hour has at most `MOST_SITES` sites, and a row `MOST_ACCOUNTS` accounts; what comes beyond counts as `other`. So the
 *   statistics are bounded whatever is sent.
 * - What a sum is of, is decided here, for all stores alike.
 *
 * Not here: what is counted (statistics/). Runs on every thread.
 */
import {
  addCounts,
  COUNTED_OUTCOMES,
  type Counts,
  OTHER,
  type StatisticsKey,
  type StatisticsTally,
  startOfHour,
  totalOf,
} from '../model/statistics.ts'

export const LARGE_SITES = 200
export const MOST_SITES = 1_000
export const MOST_ACCOUNTS = 100
export const DAYS_KEPT = 400
/** Days before today whose hours are kept. */
export const HOURLY_DAYS = 2
/** In the place of an hour of the day: all of it. */
const WHOLE_DAY = 24

export interface StatisticsQuery {
  /** Hours since 1970, UTC: from this one on, and before that one. A day that is summed counts whole. */
  readonly from: number
  readonly before: number
  readonly by: StatisticsKey
  readonly site?: string
  readonly account?: string
  /** At most so many rows by site or account; the smaller ones are `other`. */
  readonly limit: number
}

export interface StatisticsSum {
  /** The first millisecond of an hour or a day, or the name of a site, an account or an outcome. */
  readonly key: number | string
  /** Of what is by hour: an hour, or a day of which hours are not kept any more. */
  readonly step?: 'hour' | 'day'
  readonly counts: Counts
}

export interface StatisticsSums {
  readonly total: Counts
  readonly rows: readonly StatisticsSum[]
}

export interface StatisticsStore {
  /** Adds to what is counted. It need not survive the machine, only the process. */
  addStatistics(tallies: readonly StatisticsTally[]): Promise<void>
  statistics(query: StatisticsQuery): Promise<StatisticsSums>
  /** Sums the days whose hours are not kept any more, and forgets those that are too old. */
  sumStatistics(today: number): Promise<void>
}

export interface StatisticsRow {
  readonly day: number
  /** Of the day; 24 is the whole day. */
  readonly hour: number
  readonly site: string
  /** Recipients, of all accounts and outcomes. */
  readonly total: number
  /** JSON: each account with its counts. */
  readonly accounts: string
}

type Accounts = Map<string, number[]>
export type StatisticsPlace = Pick<StatisticsRow, 'day' | 'hour' | 'site'>

/** What is to be added to the row of an hour, or a day, and a site. */
export class StatisticsAddition {
  readonly day: number
  readonly hour: number
  readonly site: string
  readonly #accounts: Accounts = new Map()

  constructor({ day, hour, site }: StatisticsPlace) {
    this.day = day
    this.hour = hour
    this.site = site
  }

  add(account: string, counts: Counts): void {
    addAccount(this.#accounts, account, counts)
  }

  addAll(other: StatisticsAddition): void {
    for (const [account, counts] of other.#accounts) this.add(account, counts)
  }

  addRow({ accounts }: Pick<StatisticsRow, 'accounts'>): void {
    for (const [account, counts] of accountsIn(accounts)) this.add(account, counts)
  }

  /** The row with what is there already. */
  rowWith(there: Pick<StatisticsRow, 'accounts'> | undefined): StatisticsRow {
    const { day, hour, site } = this
    const accounts: Accounts = new Map(there === undefined ? [] : accountsIn(there.accounts))
    for (const [account, counts] of this.#accounts) addAccount(accounts, account, counts)
    let total = 0
    for (const counts of accounts.values()) total += totalOf(counts)
    return { day, hour, site, total, accounts: printAccounts(accounts) }
  }
}

const DELIVERED = COUNTED_OUTCOMES.indexOf('delivered')
const FIRST_LATENCY = COUNTED_OUTCOMES.length

/** Each account with the places that are not 0 and their counts, in turn. What was delivered is the sum of its latencies. */
function printAccounts(accounts: Accounts): string {
  const rows = Array.from(accounts, ([account, counts]) => {
    const row: (string | number)[] = [account]
    for (let place = 0; place < counts.length; place++)
      if (place !== DELIVERED && counts[place]! > 0) row.push(place, counts[place]!)
    return row
  })
  return JSON.stringify(rows)
}

function accountsIn(json: string): (readonly [account: string, counts: number[]])[] {
  return (JSON.parse(json) as readonly [string, ...number[]][]).map(([account, ...pairs]) => {
    const counts = Array.from({ length: FIRST_LATENCY }, () => 0)
    for (let at = 0; at < pairs.length; at += 2) {
      const [place, count] = [pairs[at]!, pairs[at + 1]!]
      while (counts.length <= place) counts.push(0)
      counts[place] = count
      if (place >= FIRST_LATENCY) counts[DELIVERED]! += count
    }
    return [account, counts] as const
  })
}

function addAccount(to: Accounts, account: string, counts: Counts): void {
  let known = to.get(account)
  if (known === undefined) {
    const name = to.size < MOST_ACCOUNTS || account === OTHER ? account : OTHER
    known = to.get(name) ?? []
    to.set(name, known)
  }
  addCounts(known, counts)
}

/** By day, hour and site. */
class Additions {
  readonly #all = new Map<string, StatisticsAddition>()

  get all(): readonly StatisticsAddition[] {
    return [...this.#all.values()]
  }

  to(place: StatisticsPlace): StatisticsAddition {
    const key = `${place.day} ${place.hour} ${place.site}`
    let addition = this.#all.get(key)
    if (addition === undefined) {
      addition = new StatisticsAddition(place)
      this.#all.set(key, addition)
    }
    return addition
  }
}

export function additionsOf(tallies: readonly StatisticsTally[]): readonly StatisticsAddition[] {
  const additions = new Additions()
  for (const { hour, site, account, counts } of tallies)
    additions.to({ day: Math.floor(hour / 24), hour: hour % 24, site }).add(account, counts)
  return additions.all
}

/** What would be one site too many for its hour is added to `other`. */
export function withinBounds(
  additions: readonly StatisticsAddition[],
  {
    isThere,
    sitesOf,
  }: {
    readonly isThere: (addition: StatisticsAddition) => boolean
    /** How many sites the hour has. */
    readonly sitesOf: (addition: StatisticsAddition) => number
  },
): readonly StatisticsAddition[] {
  const kept = new Additions()
  const sites = new Map<number, number>()
  for (const addition of additions) {
    const { day, hour, site } = addition
    const at = day * 24 + hour
    const isNew = !isThere(addition)
    const before = sites.get(at) ?? sitesOf(addition)
    const fits = !isNew || before < MOST_SITES
    sites.set(at, fits && isNew ? before + 1 : before)
    kept.to({ day, hour, site: fits ? site : OTHER }).addAll(addition)
  }
  return kept.all
}

/** What rows of hours of one day add to the rows of the day. */
export function daysOf(
  rows: readonly Omit<StatisticsRow, 'total'>[],
  largest: ReadonlySet<string>,
): readonly StatisticsAddition[] {
  const additions = new Additions()
  for (const row of rows) {
    const site = largest.has(row.site) ? row.site : OTHER
    additions.to({ day: row.day, hour: WHOLE_DAY, site }).addRow(row)
  }
  return additions.all
}

/** Days that may have rows of a query: from the first one on, and before the second. */
export function daysWanted({ from, before }: StatisticsQuery): readonly [from: number, before: number] {
  return [Math.floor(from / 24), Math.ceil(before / 24)]
}

/** Sums rows as they come. */
export class StatisticsSummer {
  readonly #query: StatisticsQuery
  readonly #total: number[] = []
  readonly #sums = new Map<string, { key: number | string; step?: 'hour' | 'day'; counts: number[] }>()

  constructor(query: StatisticsQuery) {
    this.#query = query
  }

  add({ day, hour, site, accounts }: Omit<StatisticsRow, 'total'>): void {
    const { from, before, account } = this.#query
    const at = day * 24 + hour
    if (hour !== WHOLE_DAY && (at < from || at >= before)) return
    for (const [name, counts] of accountsIn(accounts)) {
      if (account !== undefined && name !== account) continue
      addCounts(this.#total, counts)
      this.#addTo({ day, hour, site }, name, counts)
    }
  }

  end(): StatisticsSums {
    const { by, limit } = this.#query
    if (by === 'outcome') return { total: this.#total, rows: byOutcome(this.#total) }
    const rows = [...this.#sums.values()]
    if (by === 'hour' || by === 'day') {
      rows.sort((one, other) => Number(one.key) - Number(other.key))
      return { total: this.#total, rows }
    }
    rows.sort((one, other) => totalOf(other.counts) - totalOf(one.counts) || (one.key < other.key ? -1 : 1))
    return { total: this.#total, rows: withOther(rows, limit) }
  }

  #addTo({ day, hour, site }: StatisticsPlace, account: string, counts: Counts): void {
    const { by } = this.#query
    if (by === 'outcome') return
    const isDay = by === 'day' || hour === WHOLE_DAY
    const start = startOfHour(day * 24 + (isDay ? 0 : hour))
    const key = by === 'site' ? site : by === 'account' ? account : start
    const step = by === 'hour' ? (isDay ? 'day' : 'hour') : undefined
    const name = `${step} ${key}`
    let sum = this.#sums.get(name)
    if (sum === undefined) {
      sum = { key, ...(step !== undefined && { step }), counts: [] }
      this.#sums.set(name, sum)
    }
    addCounts(sum.counts, counts)
  }
}

function byOutcome(total: Counts): readonly StatisticsSum[] {
  return COUNTED_OUTCOMES.map((key, place) => ({
    key,
    counts: total.map((count, at) => (at === place || (place === DELIVERED && at >= FIRST_LATENCY) ? count : 0)),
  }))
}

function withOther(rows: readonly StatisticsSum[], limit: number): readonly StatisticsSum[] {
  const named = rows.filter(({ key }) => key !== OTHER)
  const kept = named.slice(0, limit)
  const rest = [...rows.filter(({ key }) => key === OTHER), ...named.slice(limit)]
  if (rest.length === 0) return kept
  const counts: number[] = []
  for (const row of rest) addCounts(counts, row.counts)
  return [...kept, { key: OTHER, counts }]
}
