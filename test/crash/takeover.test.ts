/** A queue file of an older version: what taking it over needs is said before, and whoever is killed in it has lost nothing. */
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue, type TakeoverPlan } from '../../packages/core/src/queue/index.ts'
import { MIGRATIONS } from '../../packages/core/src/queue/sqlite/thread/migrations.ts'
import { planTakeover, requireRoomFor } from '../../packages/core/src/queue/sqlite/thread/takeover-plan.ts'
import { startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { writeOldQueue } from '../support/old-queue.ts'

const SIZE = { messages: 5_000, suppressions: 20_000 }
const NOW = Date.UTC(2026, 0, 2)

test('a takeover that is killed at any moment is begun anew, and nothing is lost', async t => {
  const folder = tempFolder(t)
  const old = join(folder, 'old.db')
  writeOldQueue(old, { schema: 4, ...SIZE })
  const versions = new Set<number>()
  let wholeMs = 0
  for (const part of [1, 0.1, 0.3, 0.5, 0.7, 0.9]) {
    const path = join(folder, `queue-${part}.db`)
    copyFileSync(old, path)
    const child = startProgram(process.execPath, {
      args: [
        '--conditions=@postrider/source',
        '--input-type=module',
        '--eval',
        `import { openSqliteQueue } from '${join(import.meta.dirname, '../../packages/core/src/queue/index.ts')}'
        import { systemClock } from '${join(import.meta.dirname, '../../packages/core/src/ambient/clock.ts')}'
        await openSqliteQueue({ path: ${JSON.stringify(path)}, clock: systemClock, onTakeover: plan => console.log('begun', plan.octets) })
        console.log('done')
        setInterval(() => {}, 1000)`,
      ],
    })
    await child.says(/begun \d+/)
    const begun = performance.now()
    if (part < 1) await sleep(part * wholeMs)
    else await child.says(/done/)
    if (wholeMs === 0) wholeMs = performance.now() - begun
    child.kill('SIGKILL')
    await child.ended()
    versions.add(versionOf(path))
    const store = await openSqliteQueue({ path, clock: systemClock })
    assert.equal((await store.counts(NOW)).messages, SIZE.messages / 10)
    const [first] = await store.suppressions({ limit: 1, origin: 'bounce' }, NOW)
    assert.equal(first?.origin, 'bounce')
    assert.equal(await store.newestFact(), 2 * SIZE.messages + 1)
    assert.equal(await store.takeLeadership(NOW, 60_000), true)
    const claimed = await store.claim({ now: NOW, limit: 1_000, perDomain: 1_000, leaseMs: 60_000, exclude: [] })
    assert.equal(claimed.length, SIZE.messages / 10)
    await store.close()
  }
  // It is all or nothing.
  for (const version of versions) assert.ok(version === 4 || version === MIGRATIONS.length, `${version}`)
})

test('what it needs is told before it is begun, and is enough', async t => {
  const path = join(tempFolder(t), 'queue.db')
  writeOldQueue(path, { schema: 4, ...SIZE })
  const told: TakeoverPlan[] = []
  const store = await openSqliteQueue({ path, clock: systemClock, onTakeover: plan => told.push(plan) })
  await store.close()
  const [plan] = told
  assert.deepEqual([told.length, plan?.from, plan?.to], [1, 4, MIGRATIONS.length])
  assert.ok((plan?.octets ?? 0) > 20_000 * 700)
  const again: TakeoverPlan[] = []
  await (await openSqliteQueue({ path, clock: systemClock, onTakeover: each => again.push(each) })).close()
  assert.deepEqual(again, [])
})

test('a disk without room for it is refused, and the file is as it was', t => {
  const path = join(tempFolder(t), 'queue.db')
  writeOldQueue(path, { schema: 4, messages: 10, suppressions: 10 })
  const db = new DatabaseSync(path)
  t.after(() => db.close())
  const plan = planTakeover(db, 4, MIGRATIONS.length)
  assert.ok(plan !== undefined)
  requireRoomFor(plan, path, plan.octets)
  assert.throws(() => requireRoomFor(plan, path, plan.octets - 1), { code: 'queue-full' })
  assert.deepEqual([planTakeover(db, 0, 9), planTakeover(db, 9, 9)], [undefined, undefined])
})

function versionOf(path: string): number {
  const db = new DatabaseSync(path)
  try {
    return Number(db.prepare('PRAGMA user_version').get()?.user_version)
  } finally {
    db.close()
  }
}
