/**
 * VolumeBaselines: how much an account usually sends, and when it suddenly sends far more, as a stolen password does.
 *
 * Policy. What is usual is the mean of an account's days (UTC) on which it sent, over the last fortnight; it is known after three
 * of them. When today's recipients pass `factor` times that and also `floor`, it is a spike: from then on its
 * messages are taken and held until someone looks. The day after it starts anew, and days on which it jumped do not count
 * as usual. An account whose usual volume is not known cannot spike; the limits of rate.ts hold for it.
 *
 * Not here: holding and telling (listener/, relay.ts), keeping the days over a restart (volume-file.ts).
 */
import type { Clock } from '@postrider/core'

export interface VolumeBaselineOptions {
  /** 0 never holds. @default 10 */
  readonly factor: number
  /** Recipients a day that are never too many. @default 500 */
  readonly floor: number
}

/** One account's days: day number to recipients. */
export type Days = Readonly<Record<string, number>>

export interface VolumeSpike {
  readonly today: number
  readonly usual: number
  /** The first message of the day that is over. */
  readonly first: boolean
}

const DAY_MS = 86_400_000
const DAYS_KEPT = 14
const DAYS_TO_KNOW = 3

interface AccountDays {
  /** Day number to recipients, finished days only. */
  days: Map<number, number>
  today: number
  count: number
  jumped: boolean
}

export class VolumeBaselines {
  readonly #options: () => VolumeBaselineOptions
  readonly #clock: Clock
  readonly #records = new Map<string, AccountDays>()

  /** @param options asked each time, because they may change */
  constructor({ clock, options }: { readonly clock: Clock; readonly options: () => VolumeBaselineOptions }) {
    this.#clock = clock
    this.#options = options
  }

  /** Counts the recipients of a message, and says so when the account has jumped. */
  count(account: string, recipients: number): VolumeSpike | undefined {
    const record = this.#recordOf(account)
    record.count += recipients
    const usual = usualOf(record)
    const { factor, floor } = this.#options()
    if (factor === 0 || usual === undefined || record.count <= Math.max(floor, usual * factor)) return undefined
    const first = !record.jumped
    record.jumped = true
    return { today: record.count, usual: Math.round(usual), first }
  }

  /** What should outlive a restart. */
  snapshot(): Readonly<Record<string, Days>> {
    const accounts: Record<string, Days> = {}
    for (const [account, record] of this.#records) {
      const days: Record<string, number> = Object.fromEntries(record.days)
      if (!record.jumped) days[record.today] = record.count
      accounts[account] = days
    }
    return accounts
  }

  restore(accounts: Readonly<Record<string, Days>>): void {
    const today = this.#today()
    for (const [account, days] of Object.entries(accounts)) {
      const past = new Map<number, number>()
      for (const [day, count] of Object.entries(days)) if (Number(day) !== today) past.set(Number(day), count)
      this.#records.set(account, { days: past, today, count: days[today] ?? 0, jumped: false })
    }
  }

  #recordOf(account: string): AccountDays {
    const today = this.#today()
    let record = this.#records.get(account)
    if (record === undefined) {
      record = { days: new Map(), today, count: 0, jumped: false }
      this.#records.set(account, record)
    }
    if (record.today !== today) {
      if (!record.jumped && record.count > 0) record.days.set(record.today, record.count)
      for (const day of record.days.keys()) if (day < today - DAYS_KEPT) record.days.delete(day)
      record.today = today
      record.count = 0
      record.jumped = false
    }
    return record
  }

  #today(): number {
    return Math.floor(this.#clock.now() / DAY_MS)
  }
}

function usualOf({ days }: AccountDays): number | undefined {
  if (days.size < DAYS_TO_KNOW) return undefined
  let sum = 0
  for (const count of days.values()) sum += count
  return sum / days.size
}
