/**
 * Statistics: a month of a million messages, counted by hour, mail site and account, and summed by day as it goes: what it takes on
 * disk, and how long a batch and a look at all of it take.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { ALL_DAYS, countDays, PER_HOUR } from '../contract/statistics-size.ts'
import type { Figures } from './proof.ts'

const DAYS = 30
const MOST_BYTES = 10_000_000

export async function prove(): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-proof-'))
  const path = join(folder, 'queue.db')
  try {
    const store = await openSqliteQueue({ path, clock: systemClock })
    const { largestBatchMs } = await countDays(store, DAYS)
    const began = performance.now()
    await store.statistics({ ...ALL_DAYS, by: 'site', limit: 200 })
    const lookMs = Math.round(performance.now() - began)
    await store.close()
    const { size } = await stat(path)
    assert.ok(size < MOST_BYTES, `${size} bytes`)
    return { messages: DAYS * 24 * PER_HOUR, bytes: size, largestBatchMs: Math.round(largestBatchMs), lookMs }
  } finally {
    await rm(folder, { recursive: true })
  }
}
