/**
 * Sound: whether a queue is whole, in a file or in PostgreSQL, and what it counts is what it holds.
 */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import type { QueueStore } from '../../packages/core/src/queue/index.ts'
import type { PostgresServer } from './postgres.ts'

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
}
const LOST_FACTS = 'SELECT count(*) FROM fact WHERE message NOT IN (SELECT n FROM message)'

/** Of what an owner accepted in PostgreSQL, when no owner is left. */
const BORN_ORPHANS: Readonly<Record<string, string>> = {
  "what is nobody's":
    'SELECT count(*)::integer FROM born WHERE n NOT IN (SELECT n FROM outcome) AND n NOT IN (SELECT n FROM message)',
  'what is done and waits': 'SELECT count(*)::integer FROM outcome WHERE n IN (SELECT n FROM message)',
  'what is done twice': 'SELECT (count(*) - count(DISTINCT n))::integer FROM outcome',
  'an owner that is dead': 'SELECT count(*)::integer FROM owner WHERE dead',
}

type One = (sql: string) => unknown

async function assertWhole(store: QueueStore, one: One, lostFacts = LOST_FACTS): Promise<void> {
  const { messages, recipients } = await store.counts(Date.now())
  assert.equal(messages, await one('SELECT count(*) FROM content'))
  assert.equal(recipients, await one('SELECT count(*) FROM recipient WHERE state < 2'))
  for (const [what, sql] of Object.entries(ORPHANS)) assert.equal(await one(sql), 0, what)
  assert.equal(await one(lostFacts), 0, 'a fact of a message that is gone')
  assert.equal(
    await one(`SELECT count(*) FROM job WHERE state = 0 AND NOT EXISTS
      (SELECT 1 FROM lane WHERE lane.domain = job.domain AND lane.priority = job.priority
        AND (lane.due <= job.due OR lane.due <= ${Date.now()}))`),
    0,
    'every job that waits stands in a lane',
  )
}

/** @throws AssertionError that names what is wrong */
export async function assertSound(path: string, store: QueueStore): Promise<void> {
  const db = new DatabaseSync(path)
  try {
    assert.deepEqual({ ...db.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' })
    await assertWhole(store, sql => Object.values(db.prepare(sql).get() ?? {})[0])
  } finally {
    db.close()
  }
}

/** The same in PostgreSQL, where nobody delivers any more. */
export async function assertSoundPostgres(server: PostgresServer, url: string, store: QueueStore): Promise<void> {
  const there = `${url}?options=${encodeURIComponent('-c search_path=postrider')}`
  const one = async (sql: string): Promise<number> => Number((await server.query(sql, there))[0]?.[0])
  await assertWhole(store, one, `${LOST_FACTS} AND message NOT IN (SELECT n FROM outcome)`)
  for (const [what, sql] of Object.entries(BORN_ORPHANS)) assert.equal(await one(sql), 0, what)
}
