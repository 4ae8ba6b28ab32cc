/**
 * Year: senders that are new to the large providers, day after day, through a mailer as it is, to simulated providers in a process of their
 * own: how much is deferred, what is lost, how long what is urgent takes.
 *
 * Policy. Runs are made in their order until the minutes are over, and each tells what it was: how many a day, for how many days, with which
 * seed. A message is a message, one recipient each; what is less than the real thing is the number of days. What the pace did with some
 * seeds was looked at while it was made; they are told apart from those that were never tuned on. A run that breaks a measure (under 2 % deferred,
 * urgent within a minute but for one in a hundred, nothing lost) is named.
 */
import { say } from '../support/say.ts'
import { type SendingPlan, sendFor } from '../support/sending-year.ts'
import type { Figures, ProofOptions } from './proof.ts'

interface Run {
  readonly what: string
  readonly days: number
  readonly aDay: SendingPlan['aDay']
}

const MINUTE = 60_000
const SEEN: ReadonlySet<number> = new Set([1, 2, 12])
const SEEDS: readonly number[] = [13, 14, 12, 15, 16, 17, 18, 11, 1, 2]
const SHARES: SendingPlan['shares'] = { gmail: 0.5, outlook: 0.2, yahoo: 0.12, gmx: 0.06, netease: 0.06, qq: 0.06 }
const RUNS: readonly Run[] = [
  { what: '500 a day', days: 7, aDay: () => 500 },
  { what: '50 a day', days: 28, aDay: () => 50 },
  {
    what: 'rising by two fifths to 2,000 a day',
    days: 14,
    aDay: day => Math.min(2_000, Math.round(100 * 1.38 ** day)),
  },
  { what: '50 a day', days: 364, aDay: () => 50 },
  { what: '500 a day', days: 364, aDay: () => 500 },
]
const MOST_DEFERRED = 0.02

export async function prove({ minutes }: ProofOptions): Promise<Figures> {
  const until = performance.now() + minutes * MINUTE
  const figures: Record<string, string | number> = {}
  const broken: string[] = []
  for (const { what, days, aDay } of RUNS) {
    for (const seed of SEEDS) {
      if (performance.now() >= until) break
      const outcome = await sendFor({ seed, days, aDay, shares: SHARES })
      const { sent, delivered, bounced, expired, deferrals, worstMonth, urgentP99Ms, fullAfterDays } = outcome
      const name = `${what}, ${days} days, seed ${seed} (${SEEN.has(seed) ? 'seen' : 'unseen'})`
      const percent = (part: number): string => `${(part * 100).toFixed(2)} %`
      figures[name] =
        `${delivered} of ${sent} delivered, ${bounced} bounced, ${expired} expired; ${percent(deferrals)} deferred, ` +
        `${percent(worstMonth)} in the worst four weeks; p99 of urgent ${Math.round(urgentP99Ms / 1000)} s; within an hour from day ${fullAfterDays} on`
      say(`${name}: ${figures[name]}; ${JSON.stringify(outcome.reasons)}`)
      if (deferrals >= MOST_DEFERRED || urgentP99Ms >= MINUTE || bounced + expired > 0) broken.push(name)
    }
  }
  return { ...figures, runs: Object.keys(figures).length, broken: broken.join('; ') || 'none' }
}
