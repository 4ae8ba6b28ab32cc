/**
 * Failover: the death of a primary and of a relay, with a promotion, again and again (test/crash/failover.ts), as often as fits into the
 * time, and twenty times at least.
 */
import assert from 'node:assert/strict'
import { failOver } from '../crash/failover.ts'
import { findPostgres, NO_POSTGRES } from '../support/postgres.ts'
import type { Figures, ProofOptions } from './proof.ts'

const TIMES = 20

export async function prove({ minutes, seed }: ProofOptions): Promise<Figures> {
  const bin = findPostgres()
  if (bin === undefined) throw new Error(NO_POSTGRES)
  const end = performance.now() + minutes * 60_000
  let [times, accepted, doubles, refused, longestAwayMs] = [0, 0, 0, 0, 0]
  while (times < TIMES || performance.now() < end) {
    // Each time at another moment.
    const found = await failOver(bin, { loadMs: 500 + ((seed + times * 7_919) % 2_000) })
    assert.deepEqual({ lost: found.lost, untold: found.untold }, { lost: [], untold: [] })
    times++
    accepted += found.accepted
    doubles += found.doubles
    refused += Object.values(found.refused).reduce((sum, count) => sum + count, 0)
    longestAwayMs = Math.max(longestAwayMs, found.awayMs)
  }
  return { times, accepted, lost: 0, doubles, untold: 0, refused, longestAwayMs }
}
