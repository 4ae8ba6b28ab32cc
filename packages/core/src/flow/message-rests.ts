/**
 * MessageRests: what a site holds of whoever shows in a message: its sender, signature, a link, its Message-ID.
 *
 * Policy. Told again soon after a rest, it rests twice as long, up to four hours: a quota of a day is not back within ten minutes. When a
 * rest is over one message goes, and the others a minute later unless it was told the same: else all that waited would be refused at once.
 *
 * Not here: what a reply asks (outcome/), lanes, which narrow by themselves (schedule/).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Fact } from '../model/fact.ts'
import type { Rest, StandingKey } from '../model/standing.ts'
import type { Standings } from '../schedule/index.ts'

export interface MessageRestsPorts {
  readonly standings: Standings
  readonly clock: Pick<Clock, 'now'>
  readonly recorder: { record(fact: Fact): void }
}

/** Until when, and why, nothing of these keys goes. */
export type Held = Pick<Rest, 'until' | 'because'>

export interface MessageRests {
  /** Of what a message shows; undefined lets it go, and counts it as the one that finds out. */
  held(site: string, keys: readonly StandingKey[]): Held | undefined
  rest(site: string, key: StandingKey, told: { readonly forMs: number; readonly because: string }): void
}

const PROBE_MS = 60_000
const HOUR_MS = 3_600_000
const LONGEST_MS = 4 * HOUR_MS
/** Of so many it is known that one is on its way; of more, another may go. */
const MOST_PROBES = 1_000

export function openMessageRests({ standings, clock, recorder }: MessageRestsPorts): MessageRests {
  /** When somebody went after the rest that ended then. */
  const probes = new Map<string, { readonly until: number; readonly at: number }>()
  return {
    held: (site, keys) => {
      const now = clock.now()
      const ended: (readonly [name: string, rest: Rest])[] = []
      for (const key of keys) {
        const rest = standings.recentRestOf(site, key)
        if (rest === undefined) continue
        if (rest.until > now) return rest
        const name = `${site}\n${key}`
        const probe = probes.get(name)
        if (probe?.until !== rest.until) ended.push([name, rest])
        else if (now < probe.at + PROBE_MS) return { until: probe.at + PROBE_MS, because: rest.because }
      }
      if (ended.length > 0 && probes.size > MOST_PROBES) probes.clear()
      for (const [name, { until }] of ended) probes.set(name, { until, at: now })
      return undefined
    },
    rest: (site, key, { forMs, because }) => {
      const now = clock.now()
      const last = standings.recentRestOf(site, key)
      // Of those that were under way together only the first says anything new.
      const lastMs = last === undefined || last.until > now ? 0 : last.until - last.since
      const until = now + Math.max(forMs, Math.min(LONGEST_MS, 2 * lastMs))
      if (last !== undefined && last.until >= until) return
      standings.rest(site, key, { since: last !== undefined && last.until > now ? last.since : now, until, because })
      if (last === undefined || last.until <= now)
        recorder.record({ kind: 'pace-held', at: now, site, key, until, because })
    },
  }
}
