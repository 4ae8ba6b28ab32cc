/**
 * Reputation: how our addresses and senders stand with mail sites, as whoever runs the mailer sees it.
 *
 * Policy. What is over is not shown: a rest, a learnt limit. A day that began since the last message is shown as it begins.
 *
 * Not here: what changes it (schedule/standings.ts, flow/), what a row is (model/standing.ts).
 */
import type { EffectKey } from '../model/effect.ts'
import { EVERYWHERE, type StandingRow, splitKey, standingOf, type Trend } from '../model/standing.ts'
import { roomFor, turned } from '../reputation/index.ts'

/** How far a new address has come with a site. */
export interface WarmUpState {
  /** Recipients that this day (UTC) may have for the first time; absent when it has no cap any more. */
  readonly cap?: number
  /** Tried for the first time today. */
  readonly used: number
  /** Of those, told to come back for our volume or reputation, and refused for it. */
  readonly deferred: number
  /** Recipients that it refused for good because of our reputation, today. */
  readonly refused: number
  /** How many more may go in this hour; absent without a cap. */
  readonly roomNow?: number
  /** What the last day did to the cap: `begun`, `raised`, `held`, `lowered` or `ended`. */
  readonly trend: Trend
  /** Days on which at least half of the cap was used. */
  readonly sendingDays: number
  /** Complaints of the last days, fading. */
  readonly complaints: number
}

/** How one of our addresses or senders stands with one mail site. */
export interface ReputationRow {
  /** The mail site; that of a large provider is called as it is in docs/providers.md. */
  readonly site: string
  /** What of ours: an address, a sender domain, a signing domain, a link, a Message-ID. */
  readonly of: EffectKey
  /** Which address, domain or Message-ID `of` stands for; empty for the whole site. */
  readonly name: string
  /** Nothing goes until then, because of what the site said. */
  readonly rest?: { readonly since: number; readonly until: number; readonly because: string }
  /** What the site proved to bear, and until when that is believed. */
  readonly learnt?: { readonly until: number; readonly connections?: number; readonly messagesPerConnection?: number }
  /** How far its warm-up has come; absent when there is none. */
  readonly warmUp?: WarmUpState
}

/** By site, name by name; what has nothing to show is left out. */
export function reputationOf(rows: readonly StandingRow[], now: number): readonly ReputationRow[] {
  const found: ReputationRow[] = []
  for (const row of rows) {
    if (row.site === EVERYWHERE) continue
    const [of, name] = splitKey(row.key)
    const { rest, learnt, warmUp } = standingOf(row)
    const shown: ReputationRow = {
      site: row.site,
      of,
      name,
      ...(rest !== undefined &&
        rest.until > now && { rest: { since: rest.since, until: rest.until, because: rest.because } }),
      ...(learnt !== undefined && learnt.until > now && { learnt }),
      ...(warmUp !== undefined && { warmUp: stateOf(turned(warmUp, now)) }),
    }
    if (shown.rest !== undefined || shown.learnt !== undefined || shown.warmUp !== undefined) found.push(shown)
  }
  return found.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
}

function stateOf(today: ReturnType<typeof turned>): WarmUpState {
  const { cap, first, deferred, refused, trend, sendingDays } = today
  const roomNow = roomFor(today)
  return {
    ...(Number.isFinite(roomNow) && { cap, roomNow }),
    used: first,
    deferred,
    refused,
    trend,
    sendingDays,
    complaints: Math.round(today.recentComplaints + today.complaints),
  }
}

function nameOf({ site, of, name }: ReputationRow): string {
  return `${site}\n${of}\n${name}`
}
