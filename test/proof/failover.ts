/**
 * Failover: the death of a primary and of a relay, with a promotion, again and again, as often as fits into the time; then a database that
 * is away for three minutes, and a relay that is cut off alone (test/crash/failover.ts).
 */
import assert from 'node:assert/strict'
import { cutOff, type Failover, failOver } from '../crash/failover.ts'
import { findPostgres, NO_POSTGRES } from '../support/postgres.ts'
import type { Figures, ProofOptions } from './proof.ts'

const DOWN_MS = 180_000

export async function prove({ minutes, seed }: ProofOptions): Promise<Figures> {
  const bin = findPostgres()
  if (bin === undefined) throw new Error(NO_POSTGRES)
  const end = performance.now() + minutes * 60_000
  const found: Failover[] = []
  const sound = (one: Failover): Failover => {
    assert.deepEqual({ lost: one.lost, untold: one.untold }, { lost: [], untold: [] })
    return one
  }
  do {
    // Each time at another moment.
    found.push(sound(await failOver(bin, { loadMs: 500 + ((seed + found.length * 7_919) % 2_000) })))
    process.stderr.write(`failover ${found.length}: ${JSON.stringify(found.at(-1))}\n`)
  } while (performance.now() < end)
  const alone = sound(await cutOff(bin, { loadMs: 1_000 }))
  process.stderr.write(`cut off: ${JSON.stringify(alone)}\n`)
  const down = sound(await failOver(bin, { loadMs: 1_000, downMs: DOWN_MS }))
  return {
    times: found.length,
    ...sumOf(found),
    longestAwayMs: longest(found, 'awayMs'),
    longestTakeoverMs: longest(found, 'takeoverMs'),
    ...named('cutOff', { ...sumOf([alone]), takeoverMs: alone.takeoverMs }),
    ...named('threeMinutes', { ...sumOf([down]), takeoverMs: down.takeoverMs }),
  }
}

function sumOf(all: readonly Failover[]): Figures {
  const sum = (count: (one: Failover) => number): number => all.reduce((before, one) => before + count(one), 0)
  return {
    accepted: sum(({ accepted }) => accepted),
    lost: sum(({ lost }) => lost.length),
    doubles: sum(({ doubles }) => doubles),
    untold: sum(({ untold }) => untold.length),
    refused: sum(({ refused }) => Object.values(refused).reduce((before, count) => before + count, 0)),
  }
}

function longest(all: readonly Failover[], key: 'awayMs' | 'takeoverMs'): number {
  return Math.max(...all.map(one => one[key]))
}

function named(what: string, figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [`${what}${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]),
  )
}
