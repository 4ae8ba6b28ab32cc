/**
 * Queue files of each older schema are brought to the newest one, with nothing lost.
 */
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { QueueId } from '../../packages/core/src/model/queue-id.ts'
import { restingLane, standingOf } from '../../packages/core/src/model/standing.ts'
import { openSqliteQueue } from '../../packages/core/src/queue/index.ts'
import { MIGRATIONS } from '../../packages/core/src/queue/sqlite/thread/migrations.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { tempFolder } from '../support/folder.ts'
import { assertSound } from '../support/sound.ts'
import { GOLDEN_SCHEMAS, goldenSchema } from './schema/make.ts'

const NOW = Date.UTC(2026, 0, 2)

test('there is a file of every schema but the newest', () => {
  assert.deepEqual(
    GOLDEN_SCHEMAS,
    Array.from({ length: MIGRATIONS.length - 1 }, (_, at) => at + 1),
  )
})

for (const version of GOLDEN_SCHEMAS) {
  test(`a queue file of schema ${version} is migrated: what waits is delivered, what is done is told, what is suppressed stays so`, async t => {
    const path = join(tempFolder(t), 'queue.db')
    copyFileSync(goldenSchema(version), path)
    const store = await openSqliteQueue({ path, clock: new FakeClock(NOW) })
    t.after(() => store.close())
    const db = new DatabaseSync(path, { readOnly: true })
    t.after(() => db.close())
    assert.equal(db.prepare('PRAGMA user_version').get()?.user_version, MIGRATIONS.length)

    const staged = version >= 4
    assert.equal((await store.counts(NOW)).messages, staged ? 3 : 2)
    assert.deepEqual(
      (await store.standings({ restingAt: NOW })).map(row => [row.site, restingLane(row)?.because]),
      version >= 3 ? [['mx.b.example', 'it said so']] : [],
    )
    const learnt = (await store.standings({})).find(({ site }) => site === 'google')
    assert.equal(learnt && standingOf(learnt).learnt?.connections, version >= 7 ? 3 : undefined)
    assert.equal(await store.takeLeadership(NOW, 60_000), true)
    const jobs = await store.claim({ now: NOW, limit: 9, perDomain: 9, leaseMs: 60_000, exclude: [] })
    assert.deepEqual(jobs.map(({ messageId, domain, attempts }) => [messageId, domain, attempts]).toSorted(), [
      ['GOLDEN1', 'b.example', 0],
      ['GOLDEN2', 'c.example', 2],
      ...(staged ? [['GOLDEN4', 'd.example', 0]] : []),
    ])
    for (const { messageId } of jobs)
      assert.match(String(await store.read(messageId)), new RegExp(`^Subject: golden ${messageId.at(-1)}$`))
    const kinds = (await store.history('GOLDEN3' as QueueId)).map(({ fact }) => fact.kind)
    assert.deepEqual(kinds, ['queued', 'delivered'])
    assert.equal(await store.newestFact(), staged ? 5 : 4)
    const gone = { local: 'gone', domain: 'c.example' } as Parameters<typeof store.suppression>[0]
    assert.equal((await store.suppression(gone, NOW))?.failure?.code, 'user-unknown')
    const left = { local: 'left', domain: 'c.example' } as Parameters<typeof store.suppression>[0]
    assert.equal((await store.suppression(left, NOW))?.note, version >= 5 ? 'asked by telephone' : undefined)
    if (version >= 2)
      assert.equal((await store.tlsDays({ since: 0, before: 30_000, limit: 9 }))[0]?.tallies[0]?.good, 3)
    await assertSound(path, store)
  })
}
