/**
 * StandingChanges: what was changed of a standing since it was read or written, so that it can be made again on top of what another
 * relay wrote.
 */
import type { Rest, Standing, Tally } from '../model/standing.ts'
import { counted, sum, turned } from '../reputation/index.ts'

export type Change = (standing: Standing) => Standing

/** Counts are added up, so that it stays small however long the store is away. */
export interface Pending {
  readonly changes: readonly Change[]
  readonly tally: Tally | undefined
}

export const NONE: Pending = { changes: [], tally: undefined }

/** Clocks of relays differ, and a write that began earlier may be seen later. */
export const OVERLAP_MS = 60_000

/** Nobody waits longer because the wall clock was set back. */
export function isOn({ since, until }: Rest, now: number): boolean {
  return until > now && now >= since - OVERLAP_MS
}

export function joined(earlier: Pending, later: Pending): Pending {
  const { tally } = earlier
  return {
    changes: [...earlier.changes, ...later.changes],
    tally: tally === undefined || later.tally === undefined ? (tally ?? later.tally) : sum(tally, later.tally),
  }
}

/** What we changed, on top of what another relay wrote. */
export function again(standing: Standing, { changes, tally }: Pending, now: number): Standing {
  const changed = changes.reduce((known, change) => change(known), standing)
  if (tally === undefined || changed.warmUp === undefined) return changed
  return { ...changed, warmUp: counted(turned(changed.warmUp, now), tally) }
}
