/**
 * Statistics of a month stay small: less than 10 MB for a million messages. The whole month is `npm run proof -- statistics`.
 */
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { tempFolder } from '../support/folder.ts'
import { ALL_DAYS, countDays, PER_HOUR } from './statistics-size.ts'

const MOST_BYTES = 10_000_000

async function bytesOf(t: TestContext, days: number): Promise<number> {
  const path = join(tempFolder(t), 'queue.db')
  const store = await openSqliteQueue({ path, clock: systemClock })
  await countDays(store, days)
  const { total } = await store.statistics({ ...ALL_DAYS, by: 'site', limit: 200 })
  await store.close()
  const counted = total.slice(0, 7).reduce((sum, count) => sum + count, 0)
  assert.equal(counted, days * 24 * PER_HOUR)
  // Without the pages that are free for what comes next.
  const db = new DatabaseSync(path)
  db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return statSync(path).size
}

test('30 days of a million messages to 10,000 sites of 20 accounts take less than 10 MB', async t => {
  // Three days have hours; each more is one that was summed.
  const [four, seven] = [await bytesOf(t, 4), await bytesOf(t, 7)]
  const month = four + 26 * ((seven - four) / 3)
  t.diagnostic(`4 days ${four}, 7 days ${seven}, so 30 days ${Math.round(month)} bytes`)
  assert.ok(month < MOST_BYTES, `${month} bytes`)
})
