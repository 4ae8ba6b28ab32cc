/**
 * SQL: the statements of the SQLite store about messages and their delivery, named. What a statement reads depends on what it returns, never on how much
 * waits; `INDEXED BY` stands where the planner could choose otherwise. On the way of each message
 * there is no RETURNING and no IN (SELECT …): each of them builds a table in memory for every run. `*` stands for the columns that
 * are named beside it, or for all.
 *
 * Not here: what stands beside messages (sql-beside.ts), a look back over all of them (sql-history.ts).
 */
import type { DatabaseSync } from 'node:sqlite'
import { SQL_BESIDE } from './sql-beside.ts'
import { SQL_HISTORY } from './sql-history.ts'
import { prepare, type StatementOf, type StatementText } from './statement.ts'

export const SQL = {
  // transactions and numbers
  begin: 'BEGIN',
  beginWriting: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  dataVersion: { row: { data_version: 'integer' }, sql: 'PRAGMA data_version' },
  tally: { of: 'tally', sql: 'SELECT * FROM tally' },
  addTally: 'UPDATE tally SET messages = messages + ?, recipients = recipients + ?, last_fact = ?, last_message = ?',

  // intake
  findKey: { of: 'message', columns: ['id', 'digest'], sql: 'SELECT * FROM message WHERE key = ?' },
  addMessage: { insert: 'message' },
  addBlock: { insert: 'content_block' },
  addContent: { insert: 'content' },
  addJob: { insert: 'job' },
  addRecipient: { insert: 'recipient' },
  addFact: { insert: 'fact' },
  queueReadyDomain: { insert: 'lane', sql: 'ON CONFLICT DO UPDATE SET due = excluded.due WHERE excluded.due < due' },

  // the fast path
  addToFastPath: { insert: 'stage' },
  dropFromFastPath: 'DELETE FROM stage WHERE n = ?',
  anyOnFastPath: { check: 'SELECT 1 FROM stage LIMIT 1' },
  fastPathNumber: { of: 'stage', columns: ['n'], sql: 'SELECT * FROM stage WHERE id = ?' },
  isOnFastPath: { check: 'SELECT 1 FROM stage WHERE n = ?' },
  fastPath: { of: 'stage', sql: 'SELECT * FROM stage ORDER BY n' },
  clearedOnce: 'UPDATE delivery SET cleared = cleared + 1',
  adopt: 'UPDATE job SET token = ?, lease_until = ? WHERE id = ? AND state = 1 AND token IS NULL',

  // delivery
  holder: { of: 'delivery', sql: 'SELECT * FROM delivery' },
  setLeader: 'UPDATE delivery SET holder = ?, until = ?, locked = ?',
  lapseAll: {
    of: 'job',
    columns: ['id', 'domain', 'priority', 'due', 'state'],
    sql: `UPDATE job SET state = (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) * 2, token = NULL, lease_until = NULL
      WHERE state = 1 RETURNING *`,
  },
  lapseUntil: {
    of: 'job',
    columns: ['id', 'domain', 'priority', 'due', 'state'],
    sql: `UPDATE job SET state = (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) * 2, token = NULL, lease_until = NULL
      WHERE state = 1 AND lease_until <= ? RETURNING *`,
  },
  anyLapsed: { check: 'SELECT 1 FROM job INDEXED BY job_running WHERE state = 1 AND lease_until <= ? LIMIT 1' },
  nextLapse: {
    of: 'job',
    columns: ['leaseUntil'],
    sql: 'SELECT * FROM job INDEXED BY job_running WHERE state = 1 ORDER BY lease_until LIMIT 1',
  },
  runningToken: { of: 'job', columns: ['token'], sql: 'SELECT * FROM job WHERE id = ? AND state = 1' },
  readyDomains: {
    of: 'lane',
    columns: ['domain'],
    sql: 'SELECT * FROM lane WHERE priority = ? AND due <= ? ORDER BY due, turn LIMIT ?',
  },
  nextReadyDomains: {
    of: 'lane',
    columns: ['domain', 'due'],
    sql: 'SELECT * FROM lane WHERE priority = ? ORDER BY due, turn',
  },
  readyDomainHead: {
    of: 'job',
    columns: ['due'],
    sql: 'SELECT * FROM job WHERE state = 0 AND domain = ? AND priority = ? ORDER BY due LIMIT 1',
  },
  moveReadyDomain: 'UPDATE lane SET due = ?, turn = ? WHERE domain = ? AND priority = ?',
  dropReadyDomain: 'DELETE FROM lane WHERE domain = ? AND priority = ?',
  dueOfDomain: {
    of: 'job',
    columns: ['id', 'domain', 'priority', 'attempts', 'expiresAt'],
    sql: 'SELECT * FROM job INDEXED BY job_waiting WHERE state = 0 AND domain = ? AND priority = ? AND due <= ? ORDER BY due LIMIT ?',
  },
  expired: {
    of: 'job',
    columns: ['id', 'domain', 'priority', 'attempts', 'expiresAt'],
    sql: 'SELECT * FROM job INDEXED BY job_expiry WHERE state < 2 AND state = 0 AND expires_at <= ? ORDER BY expires_at LIMIT ?',
  },
  lease: 'UPDATE job SET state = 1, token = ?, lease_until = ? WHERE id = ?',
  nextExpiry: {
    of: 'job',
    columns: ['expiresAt'],
    sql: 'SELECT * FROM job INDEXED BY job_expiry WHERE state < 2 AND state = 0 ORDER BY expires_at LIMIT 1',
  },
  jobMessage: { of: 'message', columns: ['id', 'acceptedAt', 'meta'], sql: 'SELECT * FROM message WHERE n = ?' },
  jobDomain: { of: 'job', columns: ['domain'], sql: 'SELECT * FROM job WHERE id = ?' },
  jobRecipients: {
    of: 'recipient',
    columns: ['place', 'local', 'delayTold', 'extra'],
    sql: 'SELECT * FROM recipient WHERE job = ? AND state < 2',
  },
  contentSize: { row: { size: 'integer' }, sql: 'SELECT length(bytes) AS size FROM content WHERE n = ?' },
  block: { of: 'content_block', columns: ['bytes'], sql: 'SELECT * FROM content_block WHERE id = ?' },
  blocksSize: {
    row: { size: 'integer' },
    sql: 'SELECT coalesce(sum(length(bytes)), 0) AS size FROM content_block WHERE id BETWEEN ? AND ?',
  },
  content: { of: 'content', columns: ['bytes'], sql: 'SELECT * FROM content WHERE n = ?' },
  renew: 'UPDATE job SET lease_until = ? WHERE id = ? AND token = ? AND state = 1',
  leased: {
    row: { domain: 'text', priority: 'integer', held: 'integer' },
    sql: `SELECT domain, priority, (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) AS held FROM job
      WHERE id = ? AND token = ? AND state = 1`,
  },
  putBack: 'UPDATE job SET state = ?, due = ?, attempts = attempts + ?, token = NULL, lease_until = NULL WHERE id = ?',
  finish: `UPDATE job SET state = 3, token = NULL, lease_until = NULL, attempts = attempts + 1 WHERE id = ? AND token = ? AND state = 1`,
  settleRecipient: `UPDATE recipient SET state = ?, attempts = ?, delay_told = max(delay_told, ?), reply = ? WHERE job = ? AND place = ?`,
  openJobs: { of: 'message', columns: ['jobs', 'open'], sql: 'SELECT * FROM message WHERE n = ?' },
  setOpenJobs: 'UPDATE message SET open = ? WHERE n = ?',
  dropContent: 'DELETE FROM content WHERE n = ?',
  dropBlocks: 'DELETE FROM content_block WHERE id BETWEEN ? AND ?',
  messageNumber: { of: 'message', columns: ['n'], sql: 'SELECT * FROM message WHERE id = ?' },

  // looking
  facts: {
    of: 'fact',
    columns: ['number', 'json'],
    sql: 'SELECT * FROM fact WHERE number > ? ORDER BY number LIMIT ?',
  },
  history: {
    of: 'fact',
    columns: ['number', 'json'],
    sql: 'SELECT * FROM fact WHERE message = (SELECT n FROM message WHERE id = ?) ORDER BY number',
  },
  openAfter: { of: 'content', columns: ['n'], sql: 'SELECT * FROM content WHERE n > ? ORDER BY n LIMIT ?' },
  openOfDomain: {
    row: { n: 'integer' },
    sql: `SELECT DISTINCT id / 16384 AS n FROM (
      SELECT id FROM job INDEXED BY job_waiting WHERE state = 0 AND domain = ?1
      UNION ALL SELECT id FROM job INDEXED BY job_running WHERE state = 1 AND domain = ?1
      UNION ALL SELECT id FROM job INDEXED BY job_held WHERE state = 2 AND domain = ?1
    ) WHERE n > ?2 ORDER BY n LIMIT ?3`,
  },
  countOfDomain: {
    row: { waiting: 'integer' },
    sql: `SELECT count(*) AS waiting FROM (SELECT 1 FROM job INDEXED BY job_waiting WHERE state = 0 AND domain = ? LIMIT ?)`,
  },
  isOpen: { check: 'SELECT 1 FROM content WHERE n = ?' },
  entry: {
    of: 'message',
    columns: ['id', 'sender', 'acceptedAt', 'expiresAt', 'size', 'priority', 'account', 'held', 'meta'],
    sql: 'SELECT * FROM message WHERE n = ?',
  },
  entryJobs: {
    of: 'job',
    columns: ['id', 'domain', 'state', 'due'],
    sql: 'SELECT * FROM job WHERE id BETWEEN ? AND ? ORDER BY id',
  },
  entryRecipients: {
    of: 'recipient',
    columns: ['job', 'place', 'local', 'state', 'attempts', 'reply'],
    sql: 'SELECT * FROM recipient WHERE job BETWEEN ? AND ? ORDER BY job',
  },
  countDue: {
    row: { found: 'integer' },
    sql: `SELECT coalesce(sum(due <= ?5), 0) AS found FROM (SELECT due FROM job INDEXED BY job_waiting
      WHERE state = 0 AND (domain, priority, due, id) > (?1, ?2, ?3, ?4) ORDER BY domain, priority, due, id LIMIT ?6)`,
  },
  waitingAt: {
    of: 'job',
    columns: ['domain', 'priority', 'due', 'id'],
    sql: `SELECT * FROM job INDEXED BY job_waiting
      WHERE state = 0 AND (domain, priority, due, id) > (?1, ?2, ?3, ?4) ORDER BY domain, priority, due, id LIMIT 1 OFFSET ?5`,
  },
  countRunning: {
    row: { running: 'integer' },
    sql: 'SELECT count(*) AS running FROM job INDEXED BY job_running WHERE state = 1',
  },
  countHeld: {
    row: { messages: 'integer', jobs: 'integer', last: 'integer?' },
    sql: `SELECT count(DISTINCT id / 16384) AS messages, count(*) AS jobs, max(id) AS last FROM
      (SELECT id FROM job INDEXED BY job_held WHERE state = 2 AND id > ? ORDER BY id LIMIT ?)`,
  },
  oldest: {
    of: 'message',
    columns: ['acceptedAt'],
    sql: 'SELECT * FROM message WHERE n = (SELECT min(n) FROM content)',
  },

  // operating
  setHeld: 'UPDATE message SET held = ? WHERE n = ?',
  holdJobs: 'UPDATE job SET state = 2 WHERE id BETWEEN ? AND ? AND state = 0',
  unholdJobs: {
    of: 'job',
    columns: ['domain', 'priority', 'due'],
    sql: 'UPDATE job SET state = 0 WHERE id BETWEEN ? AND ? AND state = 2 RETURNING *',
  },
  retryJobs: {
    of: 'job',
    columns: ['domain', 'priority'],
    sql: 'UPDATE job SET due = ? WHERE id BETWEEN ? AND ? AND state = 0 AND due > ? RETURNING *',
  },
  rescheduleJobs: {
    of: 'job',
    columns: ['domain', 'priority', 'state'],
    sql: 'UPDATE job SET due = ?, expires_at = ? WHERE id BETWEEN ? AND ? AND state IN (0, 2) RETURNING *',
  },
  setExpiry: 'UPDATE message SET expires_at = ? WHERE n = ?',
  cancelJobs: {
    of: 'job',
    columns: ['id', 'domain'],
    sql: 'UPDATE job SET state = 3 WHERE id BETWEEN ? AND ? AND state IN (0, 2) RETURNING *',
  },
  withdrawJobs: {
    of: 'job',
    columns: ['id', 'domain'],
    sql: 'UPDATE job SET state = 3, token = NULL, lease_until = NULL WHERE id BETWEEN ? AND ? RETURNING *',
  },
  freeKey: 'UPDATE message SET key = NULL, digest = NULL WHERE n = ?',
  cancelRecipients: {
    of: 'recipient',
    columns: ['local'],
    sql: 'UPDATE recipient SET state = 5 WHERE job = ? AND state < 2 RETURNING *',
  },

  // telling
  messageIds: {
    row: { id: 'text', messageId: 'text' },
    sql: `SELECT id, json_extract(meta, '$.facts.messageId') AS messageId FROM message WHERE id > ? AND id < ? ORDER BY id LIMIT ?`,
  },
  told: {
    check: `SELECT 1 FROM fact WHERE message = ? AND json_extract(json, '$.kind') = ? AND json_extract(json, '$.recipient') = ? LIMIT 1`,
  },

  // retention
  oldMessages: {
    of: 'message',
    columns: ['n', 'acceptedAt'],
    sql: 'SELECT * FROM message WHERE n > ? ORDER BY n LIMIT ?',
  },
  lastWord: { row: { at: 'integer?' }, sql: 'SELECT max(at) AS at FROM fact WHERE message = ?' },
  dropFacts: 'DELETE FROM fact WHERE message = ?',
  dropRecipients: 'DELETE FROM recipient WHERE job BETWEEN ? AND ?',
  dropJobs: 'DELETE FROM job WHERE id BETWEEN ? AND ?',
  dropMessage: 'DELETE FROM message WHERE n = ?',
} as const

type Texts = typeof SQL & typeof SQL_BESIDE & typeof SQL_HISTORY
export type Statements = { readonly [K in keyof Texts]: StatementOf<Texts[K]> }

/** What a look back needs. */
export type HistoryStatements = Pick<Statements, keyof typeof SQL_HISTORY | 'entry' | 'entryJobs' | 'entryRecipients'>
export type StatisticsStatements = Pick<Statements, 'statistics'>
export type ErasureStatements = Pick<Statements, 'numbersEnd' | 'allOnFastPath' | 'mentioning'>

/** Prepares everything once. */
export function prepareAll(db: DatabaseSync): Statements {
  return prepareThese(db, { ...SQL, ...SQL_BESIDE, ...SQL_HISTORY }) as Statements
}

export function prepareReader(db: DatabaseSync): HistoryStatements & StatisticsStatements & ErasureStatements {
  const { entry, entryJobs, entryRecipients } = SQL
  return prepareThese(db, { ...SQL_HISTORY, entry, entryJobs, entryRecipients }) as Statements
}

function prepareThese(db: DatabaseSync, texts: Readonly<Record<string, StatementText>>): object {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, prepare(db, text)]))
}
