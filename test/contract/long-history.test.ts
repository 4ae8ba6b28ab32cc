/**
 * A look back over a long history takes no longer than its time, finds everything in the end, and holds up no acceptance.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { type HistoryQuery, openSqliteQueue, type QueueStore } from '../../packages/core/src/queue/index.ts'
import { tempFolder } from '../support/folder.ts'
import { writeHistory } from '../support/long-history.ts'
import { makeSubmission } from './queue-samples.ts'

const COUNT = 50_000
const ALL = { least: '', below: '~', limit: 100 }

/** How many fit, and in how many pages. */
async function lookThrough(
  store: QueueStore,
  query: Partial<HistoryQuery>,
  withinMs: number,
): Promise<{ readonly found: number; readonly pages: number }> {
  let [found, pages] = [0, 0]
  for (let below: string | undefined = ALL.below; below !== undefined; pages++) {
    const page = await store.messages({ ...ALL, ...query, below, withinMs })
    found += page.messages.length
    below = page.next
  }
  return { found, pages }
}

test('a look back over 50,000 messages finds all that fit, and lets acceptances pass', async t => {
  const path = join(tempFolder(t), 'queue.db')
  await writeHistory(path, COUNT)
  const store = await openSqliteQueue({ path, clock: systemClock })
  t.after(() => store.close())
  const rare = Math.ceil(COUNT / 9_973)
  const queries: readonly (readonly [Partial<HistoryQuery>, number])[] = [
    [{ to: 'u4999@d999.example' }, 1],
    [{ domain: 'd7.example' }, 25],
    [{ from: 'RARE@' }, rare],
    [{ account: 'rare' }, rare],
    [{ tags: { kind: 'rare' } }, rare],
    [{ subject: 'rare subject' }, rare],
    [{ messageId: '<31@a.example>' }, 1],
    [{ state: 'bounced', domain: 'd0.example' }, 25],
    [{ state: 'expired' }, 0],
    [
      { via: 'smtp', subject: 'rare' },
      Array.from({ length: rare }, (_, at) => at * 9_973).filter(at => at % 3 === 0).length,
    ],
  ]
  for (const [query, wanted] of queries) {
    const { found, pages } = await lookThrough(store, query, 40)
    assert.equal(found, wanted, JSON.stringify(query))
    // However slow the machine is, each page looks through a stretch of 500.
    assert.ok(pages <= COUNT / 500 + 1, `${pages} pages`)
  }
  // The writer has an acceptance done before the reader, which was asked first, has looked through everything.
  const order: string[] = []
  const looked = lookThrough(store, { subject: 'nowhere' }, 60_000).then(() => order.push('looked'))
  const accepted = store.enqueue(makeSubmission({ acceptedAt: Date.now() })).then(() => order.push('accepted'))
  await Promise.all([looked, accepted])
  assert.deepEqual(order, ['accepted', 'looked'])
})
