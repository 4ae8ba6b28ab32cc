/**
 * Failover: the death of a primary and of a relay, with a promotion, and after every second of them a relay that is cut off alone, again and
 * again, at least twenty deaths and as often as fits into the time; then a database that is away for three minutes (test/crash/failover.ts).
 */
import assert from 'node:assert/strict'
import { cutOff, type Failover, failOver } from '../crash/failover.ts'
import { findPostgres, NO_POSTGRES } from '../support/postgres.ts'
import type { Figures, ProofOptions } from './proof.ts'

const DOWN_MS = 180_000
const LEAST = 20

export async function prove({ minutes, seed }: ProofOptions): Promise<Figures> {
  const bin = findPostgres()
  if (bin === undefined) throw new Error(NO_POSTGRES)
  const end = performance.now() + minutes * 60_000
  const died: Failover[] = []
  const alone: Failover[] = []
  const sound = (what: string, one: Failover): Failover => {
    process.stderr.write(`${what}: ${JSON.stringify(one)}\n`)
    assert.deepEqual([...one.lost, ...one.untold], [], `\n${one.evidence.join('\n')}`)
    return one
  }
  // Each time at another moment.
  const loadMs = (): number => 500 + ((seed + (died.length + alone.length) * 7_919) % 2_000)
  do {
    died.push(sound(`death ${died.length + 1}`, await failOver(bin, { loadMs: loadMs() })))
    if (died.length % 2 === 0) alone.push(sound(`cut off ${alone.length + 1}`, await cutOff(bin, { loadMs: loadMs() })))
  } while (died.length < LEAST || performance.now() < end)
  const down = sound('three minutes', await failOver(bin, { loadMs: 1_000, downMs: DOWN_MS }))
  return {
    times: died.length,
    ...sumOf(died),
    longestAwayMs: longest(died, 'awayMs'),
    longestTakeoverMs: longest(died, 'takeoverMs'),
    ...named('cutOff', { times: alone.length, ...sumOf(alone), longestTakeoverMs: longest(alone, 'takeoverMs') }),
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
