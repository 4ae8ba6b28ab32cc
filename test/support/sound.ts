/**
 * Sound: whether a queue file is whole, and what it counts is what it holds.
 */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'

/** What must not be there, in words. */
const ORPHANS: Readonly<Record<string, string>> = {
  'an open job whose message has no content':
    'SELECT count(*) FROM job WHERE state < 3 AND id / 16384 NOT IN (SELECT n FROM content)',
  'content of which no message knows': 'SELECT count(*) FROM content WHERE n NOT IN (SELECT n FROM message)',
  'content of a message without an open job':
    'SELECT count(*) FROM content WHERE n NOT IN (SELECT id / 16384 FROM job WHERE state < 3)',
  'a job without its message': 'SELECT count(*) FROM job WHERE id / 16384 NOT IN (SELECT n FROM message)',
  'a recipient without its job': 'SELECT count(*) FROM recipient WHERE job NOT IN (SELECT id FROM job)',
  'an open recipient of a job that is done':
    'SELECT count(*) FROM recipient WHERE state < 2 AND job IN (SELECT id FROM job WHERE state = 3)',
  'a fact of a message that is gone': 'SELECT count(*) FROM fact WHERE message NOT IN (SELECT n FROM message)',
}

/** @throws AssertionError that names what is wrong */
export async function assertSound(path: string, store: QueueStore): Promise<void> {
  const db = new DatabaseSync(path)
  try {
    assert.deepEqual({ ...db.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    const one = (sql: string): unknown => Object.values(db.prepare(sql).get() ?? {})[0]
    const { messages, recipients } = await store.counts(Date.now())
    assert.equal(messages, one('SELECT count(*) FROM content'))
    assert.equal(recipients, one('SELECT count(*) FROM recipient WHERE state < 2'))
    for (const [what, sql] of Object.entries(ORPHANS)) assert.equal(one(sql), 0, what)
    assert.equal(
      one(`SELECT count(*) FROM job WHERE state = 0 AND NOT EXISTS
        (SELECT 1 FROM lane WHERE lane.domain = job.domain AND lane.priority = job.priority
          AND lane.due <= max(job.due, ${Date.now()}))`),
      0,
      'every job that waits stands in a lane',
    )
  } finally {
    db.close()
  }
}
