/**
 * SendingTally: what became of what somebody sent, by day: how much was deferred, how long it took.
 *
 * Not here: who sends and when (sending-year.ts).
 */
import type { Mailer } from '@postrider/core'
import type { FakeClock } from '@postrider/core/testing'

export interface SendingOutcome {
  readonly sent: number
  readonly delivered: number
  /** Of recipients: how often one was told to come back. */
  readonly deferrals: number
  /** The same, of the worst four weeks in a row. */
  readonly worstMonth: number
  readonly bounced: number
  readonly expired: number
  /** Before its first attempt. */
  readonly waited: number
  readonly urgentP99Ms: number
  readonly p99Ms: number
  readonly slowestMs: number
  /** The first working day that was delivered within an hour but for one in a hundred, and all days after it. */
  readonly fullAfterDays: number
  /** What was said most, in the words of the provider. */
  readonly reasons: Readonly<Record<string, number>>
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const MONTH_DAYS = 28

export class SendingTally {
  readonly #clock: FakeClock
  readonly #start: number
  readonly #open = new Map<string, { readonly at: number; readonly urgent: boolean }>()
  readonly #waited = new Set<string>()
  readonly #deferrals: number[] = []
  readonly #attempts: number[] = []
  readonly #late: number[] = []
  readonly #sent: number[] = []
  readonly #times: number[] = []
  readonly #urgent: number[] = []
  readonly #reasons = new Map<string, number>()
  #delivered = 0
  #bounced = 0
  #expired = 0

  constructor(mailer: Mailer, clock: FakeClock, start: number) {
    this.#clock = clock
    this.#start = start
    mailer.on('delivered', ({ messageId }) => {
      this.#delivered++
      this.#bump(this.#attempts)
      this.#over(messageId)
    })
    mailer.on('deferred', ({ reply }) => {
      this.#bump(this.#deferrals)
      this.#bump(this.#attempts)
      this.#because(reply)
    })
    mailer.on('waiting', ({ messageId }) => {
      this.#waited.add(messageId)
    })
    mailer.on('bounced', ({ messageId, reply }) => {
      this.#bounced++
      this.#because(reply)
      this.#over(messageId)
    })
    mailer.on('expired', ({ messageId }) => {
      this.#expired++
      this.#over(messageId)
    })
  }

  /** How many have come to no end yet. */
  get open(): number {
    return this.#open.size
  }

  sent(id: string, urgent: boolean): void {
    this.#bump(this.#sent)
    this.#open.set(id, { at: this.#clock.now(), urgent })
  }

  outcome(): SendingOutcome {
    return {
      sent: sum(this.#sent),
      delivered: this.#delivered,
      bounced: this.#bounced,
      expired: this.#expired,
      waited: this.#waited.size,
      deferrals: sum(this.#deferrals) / Math.max(1, sum(this.#attempts)),
      worstMonth: this.#worstMonth(),
      urgentP99Ms: quantile(this.#urgent, 0.99),
      p99Ms: quantile(this.#times, 0.99),
      slowestMs: quantile(this.#times, 1),
      fullAfterDays: this.#fullAfterDays(),
      reasons: Object.fromEntries([...this.#reasons].sort(([, a], [, b]) => b - a).slice(0, 5)),
    }
  }

  #over(id: string): void {
    const { at, urgent } = this.#open.get(id) ?? { at: this.#clock.now(), urgent: false }
    this.#open.delete(id)
    const ms = this.#clock.now() - at
    this.#times.push(ms)
    if (urgent) this.#urgent.push(ms)
    if (ms > HOUR) this.#bump(this.#late, at)
  }

  /** Without what differs from message to message. */
  #because(reply = 'no reply'): void {
    const why = reply.replace(/\b(?=\w*\d)\w{6,}\b|\[[^\]]*\]/g, '…').slice(0, 90)
    this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1)
  }

  #bump(days: number[], at: number = this.#clock.now()): void {
    const day = Math.floor((at - this.#start) / DAY)
    days[day] = (days[day] ?? 0) + 1
  }

  #worstMonth(): number {
    let worst = 0
    for (let from = 0; from === 0 || from + MONTH_DAYS <= this.#attempts.length; from++) {
      const part = (days: readonly number[]): number => sum(days.slice(from, from + MONTH_DAYS))
      worst = Math.max(worst, part(this.#deferrals) / Math.max(1, part(this.#attempts)))
    }
    return worst
  }

  #fullAfterDays(): number {
    let full = 0
    for (const [day, late = 0] of this.#late.entries()) if (late > (this.#sent[day] ?? 0) / 100) full = day + 1
    return full
  }
}

function sum(days: readonly number[]): number {
  return days.reduce((all, each) => all + (each ?? 0), 0)
}

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
