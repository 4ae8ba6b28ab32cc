/**
 * Migration: a queue file of the first version that people had, with a million messages, is brought to the newest schema: what was said
 * before, what it took, and that whoever is killed in it has lost nothing.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue, type TakeoverPlan } from '../../packages/core/src/queue/index.ts'
import { startProgram } from '../support/child.ts'
import { writeOldQueue } from '../support/old-queue.ts'
import type { Figures } from './proof.ts'

const SIZE = { schema: 4, messages: 1_000_000, suppressions: 100_000 }
const ROOMS = join(import.meta.dirname, '../../packages/core/src')

export async function prove(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-migration-'))
  try {
    const path = join(folder, 'queue.db')
    writeOldQueue(path, SIZE)
    const before = statSync(path).size
    let killed = 0
    for (const ms of [0, 50, 150, 300]) if (await isKilledIn(path, ms)) killed++
    const told: TakeoverPlan[] = []
    const began = performance.now()
    const store = await openSqliteQueue({ path, clock: systemClock, onTakeover: plan => told.push(plan) })
    const tookMs = Math.round(performance.now() - began)
    const counts = await store.counts(Date.UTC(2026, 0, 2))
    await store.close()
    assert.equal(counts.messages, SIZE.messages / 10)
    const grewBytes = statSync(path).size - before
    const [plan] = told
    const figures = { ...SIZE, killed, saidOctets: plan?.octets ?? 0, saidMs: plan?.withinMs ?? 0, tookMs, grewBytes }
    assert.ok(plan === undefined || grewBytes <= plan.octets, JSON.stringify(figures))
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Opens it in a process that is killed so long after it said that it begins. */
async function isKilledIn(path: string, ms: number): Promise<boolean> {
  const child = startProgram(process.execPath, {
    args: [
      '--conditions=@postrider/source',
      '--input-type=module',
      '--eval',
      `import { openSqliteQueue } from '${ROOMS}/queue/index.ts'
      import { systemClock } from '${ROOMS}/ambient/clock.ts'
      await openSqliteQueue({ path: ${JSON.stringify(path)}, clock: systemClock, onTakeover: () => console.log('begun') })
      console.log('done')`,
    ],
  })
  const begun = await child.says(/begun/).then(
    () => true,
    () => false,
  )
  if (!begun) return false
  await sleep(ms)
  const isDone = child.stdout().includes('done')
  child.kill('SIGKILL')
  await child.ended()
  return !isDone
}
