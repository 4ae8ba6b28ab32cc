/**
 * PaceStore: where the standings of our addresses and senders outlive the process, and are shared.
 *
 * Policy. A row is written only over the version that its writer knew; who comes second is shown what stands there, joins it with
 * his own, and writes again. So no relay's counts are lost. Like counts it need not survive the machine, only the process.
 * What nobody wrote for sixty days is removed.
 *
 * Not here: what a row says (model/standing.ts, reputation/).
 */
import type { StandingRow } from '../model/standing.ts'

export interface StandingsWanted {
  /** Written at that time or later, by the clock of whoever wrote it. @default all */
  readonly changedSince?: number
  /** Whose rest lasts longer than that. @default all */
  readonly restingAt?: number
}

/** How long a row that nobody writes is kept. */
export const STANDING_KEPT_MS: number = 60 * 86_400_000

export interface PaceStore {
  /** Those that rest longest first, then by site and key. */
  standings(wanted: StandingsWanted): Promise<readonly StandingRow[]>
  /**
   * Writes each over the version below its own, or where none stands.
   * @returns the rows that stand in the way of others, as they are
   */
  putStandings(rows: readonly StandingRow[], now: number): Promise<readonly StandingRow[]>
}
