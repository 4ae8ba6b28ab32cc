/**
 * SQL: every statement of the SQLite store, named. What a statement reads depends on what it returns, never on how much
 * waits; `INDEXED BY` stands where the planner could choose otherwise. On the way of each message
 * there is no RETURNING and no IN (SELECT …): each of them builds a table in memory for every run.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

const SQL = {
  // transactions and numbers
  begin: 'BEGIN',
  beginWriting: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  dataVersion: 'PRAGMA data_version',
  tally: 'SELECT messages, recipients, last_fact, last_message FROM tally',
  addTally: 'UPDATE tally SET messages = messages + ?, recipients = recipients + ?, last_fact = ?, last_message = ?',

  // intake
  findKey: 'SELECT id, digest FROM message WHERE key = ?',
  addMessage: `INSERT INTO message (n, id, sender, accepted_at, expires_at, size, priority, jobs, open, account, held, key, digest, meta)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addBlock: 'INSERT INTO content_block (id, bytes) VALUES (?, ?)',
  addContent: 'INSERT INTO content (n, bytes) VALUES (?, ?)',
  addJob: `INSERT INTO job (id, domain, priority, state, due, expires_at, attempts, token, lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addRecipient: `INSERT INTO recipient (job, place, local, state, attempts, delay_told, reply, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  addFact: 'INSERT INTO fact (number, message, at, json) VALUES (?, ?, ?, ?)',
  queueReadyDomain: `INSERT INTO lane (domain, priority, due, turn) VALUES (?, ?, ?, 0)
    ON CONFLICT DO UPDATE SET due = excluded.due WHERE excluded.due < due`,

  // the fast path
  addToFastPath: `INSERT INTO stage (n, id, sender, accepted_at, expires_at, size, priority, account, meta, domain, recipients, fact, queued)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  dropFromFastPath: 'DELETE FROM stage WHERE n = ?',
  anyOnFastPath: 'SELECT 1 FROM stage LIMIT 1',
  fastPathNumber: 'SELECT n FROM stage WHERE id = ?',
  isOnFastPath: 'SELECT 1 FROM stage WHERE n = ?',
  fastPath: `SELECT n, id, sender, accepted_at, expires_at, size, priority, account, meta, domain, recipients, fact, queued FROM stage ORDER BY n`,
  clearedOnce: 'UPDATE delivery SET cleared = cleared + 1',
  adopt: 'UPDATE job SET token = ?, lease_until = ? WHERE id = ? AND state = 1 AND token IS NULL',

  // delivery
  holder: 'SELECT holder, until, locked, cleared FROM delivery',
  setLeader: 'UPDATE delivery SET holder = ?, until = ?, locked = ?',
  lapseAll: `UPDATE job SET state = (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) * 2, token = NULL, lease_until = NULL
    WHERE state = 1 RETURNING id, domain, priority, due, state`,
  lapseUntil: `UPDATE job SET state = (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) * 2, token = NULL, lease_until = NULL
    WHERE state = 1 AND lease_until <= ? RETURNING id, domain, priority, due, state`,
  anyLapsed: 'SELECT 1 FROM job INDEXED BY job_running WHERE state = 1 AND lease_until <= ? LIMIT 1',
  nextLapse: 'SELECT lease_until FROM job INDEXED BY job_running WHERE state = 1 ORDER BY lease_until LIMIT 1',
  runningToken: 'SELECT token FROM job WHERE id = ? AND state = 1',
  readyDomains: 'SELECT domain FROM lane WHERE priority = ? AND due <= ? ORDER BY due, turn LIMIT ?',
  nextReadyDomains: 'SELECT domain, due FROM lane WHERE priority = ? ORDER BY due, turn',
  readyDomainHead: 'SELECT due FROM job WHERE state = 0 AND domain = ? AND priority = ? ORDER BY due LIMIT 1',
  moveReadyDomain: 'UPDATE lane SET due = ?, turn = ? WHERE domain = ? AND priority = ?',
  dropReadyDomain: 'DELETE FROM lane WHERE domain = ? AND priority = ?',
  dueOfDomain: `SELECT id, domain, priority, attempts, expires_at FROM job INDEXED BY job_waiting
    WHERE state = 0 AND domain = ? AND priority = ? AND due <= ? ORDER BY due LIMIT ?`,
  expired: `SELECT id, domain, priority, attempts, expires_at FROM job INDEXED BY job_expiry
    WHERE state < 2 AND state = 0 AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
  lease: 'UPDATE job SET state = 1, token = ?, lease_until = ? WHERE id = ?',
  nextExpiry: `SELECT expires_at FROM job INDEXED BY job_expiry WHERE state < 2 AND state = 0 ORDER BY expires_at LIMIT 1`,
  jobMessage: 'SELECT id, accepted_at, meta FROM message WHERE n = ?',
  jobDomain: 'SELECT domain FROM job WHERE id = ?',
  jobRecipients: 'SELECT place, local, delay_told, extra FROM recipient WHERE job = ? AND state < 2',
  contentSize: 'SELECT length(bytes) FROM content WHERE n = ?',
  block: 'SELECT bytes FROM content_block WHERE id = ?',
  blocksSize: 'SELECT coalesce(sum(length(bytes)), 0) FROM content_block WHERE id BETWEEN ? AND ?',
  content: 'SELECT bytes FROM content WHERE n = ?',
  renew: 'UPDATE job SET lease_until = ? WHERE id = ? AND token = ? AND state = 1',
  leased: `SELECT domain, priority, (SELECT held IS NOT NULL FROM message WHERE n = job.id / 16384) FROM job
    WHERE id = ? AND token = ? AND state = 1`,
  putBack: 'UPDATE job SET state = ?, due = ?, attempts = attempts + ?, token = NULL, lease_until = NULL WHERE id = ?',
  finish: `UPDATE job SET state = 3, token = NULL, lease_until = NULL, attempts = attempts + 1 WHERE id = ? AND token = ? AND state = 1`,
  settleRecipient: `UPDATE recipient SET state = ?, attempts = ?, delay_told = max(delay_told, ?), reply = ? WHERE job = ? AND place = ?`,
  openJobs: 'SELECT jobs, open FROM message WHERE n = ?',
  setOpenJobs: 'UPDATE message SET open = ? WHERE n = ?',
  dropContent: 'DELETE FROM content WHERE n = ?',
  dropBlocks: 'DELETE FROM content_block WHERE id BETWEEN ? AND ?',
  messageNumber: 'SELECT n FROM message WHERE id = ?',

  // looking
  facts: 'SELECT number, json FROM fact WHERE number > ? ORDER BY number LIMIT ?',
  history: 'SELECT number, json FROM fact WHERE message = (SELECT n FROM message WHERE id = ?) ORDER BY number',
  openAfter: 'SELECT n FROM content WHERE n > ? ORDER BY n LIMIT ?',
  openOfDomain: `SELECT DISTINCT id / 16384 AS n FROM (
      SELECT id FROM job INDEXED BY job_waiting WHERE state = 0 AND domain = ?1
      UNION ALL SELECT id FROM job INDEXED BY job_running WHERE state = 1 AND domain = ?1
      UNION ALL SELECT id FROM job INDEXED BY job_held WHERE state = 2 AND domain = ?1
    ) WHERE n > ?2 ORDER BY n LIMIT ?3`,
  countOfDomain: `SELECT count(*) FROM (SELECT 1 FROM job INDEXED BY job_waiting WHERE state = 0 AND domain = ? LIMIT ?)`,
  isOpen: 'SELECT 1 FROM content WHERE n = ?',
  entry: 'SELECT id, sender, accepted_at, expires_at, size, priority, account, held, meta FROM message WHERE n = ?',
  entryJobs: 'SELECT id, domain, state, due FROM job WHERE id BETWEEN ? AND ? ORDER BY id',
  entryRecipients:
    'SELECT job, place, local, state, attempts, reply FROM recipient WHERE job BETWEEN ? AND ? ORDER BY job',
  countDue: `SELECT coalesce(sum(due <= ?5), 0) FROM (SELECT due FROM job INDEXED BY job_waiting
    WHERE state = 0 AND (domain, priority, due, id) > (?1, ?2, ?3, ?4) ORDER BY domain, priority, due, id LIMIT ?6)`,
  waitingAt: `SELECT domain, priority, due, id FROM job INDEXED BY job_waiting
    WHERE state = 0 AND (domain, priority, due, id) > (?1, ?2, ?3, ?4) ORDER BY domain, priority, due, id LIMIT 1 OFFSET ?5`,
  countRunning: 'SELECT count(*) FROM job INDEXED BY job_running WHERE state = 1',
  countHeld: `SELECT count(DISTINCT id / 16384), count(*), max(id) FROM
    (SELECT id FROM job INDEXED BY job_held WHERE state = 2 AND id > ? ORDER BY id LIMIT ?)`,
  oldest: 'SELECT accepted_at FROM message WHERE n = (SELECT min(n) FROM content)',

  // operating
  setHeld: 'UPDATE message SET held = ? WHERE n = ?',
  holdJobs: 'UPDATE job SET state = 2 WHERE id BETWEEN ? AND ? AND state = 0',
  unholdJobs: 'UPDATE job SET state = 0 WHERE id BETWEEN ? AND ? AND state = 2 RETURNING domain, priority, due',
  retryJobs: 'UPDATE job SET due = ? WHERE id BETWEEN ? AND ? AND state = 0 AND due > ? RETURNING domain, priority',
  cancelJobs: 'UPDATE job SET state = 3 WHERE id BETWEEN ? AND ? AND state IN (0, 2) RETURNING id, domain',
  withdrawJobs:
    'UPDATE job SET state = 3, token = NULL, lease_until = NULL WHERE id BETWEEN ? AND ? RETURNING id, domain',
  freeKey: 'UPDATE message SET key = NULL, digest = NULL WHERE n = ?',
  cancelRecipients: 'UPDATE recipient SET state = 5 WHERE job = ? AND state < 2 RETURNING local',

  // telling
  messageIds: `SELECT id, json_extract(meta, '$.facts.messageId') FROM message WHERE id > ? AND id < ? ORDER BY id LIMIT ?`,
  told: `SELECT 1 FROM fact WHERE message = ? AND json_extract(json, '$.kind') = ? AND json_extract(json, '$.recipient') = ? LIMIT 1`,

  // suppression
  suppress: `INSERT INTO suppression (address, until, json) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET until = excluded.until, json = excluded.json WHERE excluded.until >= until`,
  putSuppression: `INSERT INTO suppression (address, until, json) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET until = excluded.until, json = excluded.json`,
  suppressions: 'SELECT json FROM suppression WHERE address > ? AND until > ? ORDER BY address LIMIT ?',
  suppressionsOf: `SELECT json FROM suppression INDEXED BY suppression_origin
    WHERE origin = ? AND address > ? AND until > ? ORDER BY address LIMIT ?`,
  suppression: 'SELECT json FROM suppression WHERE address = ? AND until > ?',
  anySuppression: 'SELECT 1 FROM suppression WHERE until > ? LIMIT 1',
  unsuppress: 'DELETE FROM suppression WHERE address = ?',

  // TLS counts
  countTls: `INSERT INTO tls_count (day, domain, policy, failure, good, bad) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET good = good + excluded.good, bad = bad + excluded.bad`,
  tlsDays: `SELECT DISTINCT c.day, c.domain FROM tls_count c LEFT JOIN tls_report r ON r.day = c.day AND r.domain = c.domain
    WHERE c.day >= ?1 AND c.day < ?2 AND (c.day, c.domain) > (?3, ?4) AND (?5 IS NULL OR c.domain = ?5)
      AND (?6 IS NULL OR r.day IS NULL OR r.due <= ?6) ORDER BY c.day, c.domain LIMIT ?7`,
  tlsCounts: 'SELECT policy, failure, good, bad FROM tls_count WHERE day = ? AND domain = ?',
  tlsReport: 'SELECT json FROM tls_report WHERE day = ? AND domain = ?',
  noteTlsReport: `INSERT INTO tls_report (day, domain, due, json) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET due = excluded.due, json = excluded.json`,

  // paused sites
  notePausedSite: `INSERT INTO rest (site, since, until, because) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until, because = excluded.because`,
  endPausedSite: 'DELETE FROM rest WHERE site = ?',
  endPausedSites: 'DELETE FROM rest',
  endPausedSitesUntil: 'DELETE FROM rest WHERE until <= ?',
  pausedSites: 'SELECT site, since, until, because FROM rest WHERE until > ? ORDER BY until DESC, site',

  // retention
  dropTlsCounts: 'DELETE FROM tls_count WHERE day < ?',
  dropTlsReports: 'DELETE FROM tls_report WHERE day < ?',
  oldMessages: 'SELECT n, accepted_at FROM message WHERE n > ? ORDER BY n LIMIT ?',
  lastWord: 'SELECT max(at) FROM fact WHERE message = ?',
  dropFacts: 'DELETE FROM fact WHERE message = ?',
  dropRecipients: 'DELETE FROM recipient WHERE job BETWEEN ? AND ?',
  dropJobs: 'DELETE FROM job WHERE id BETWEEN ? AND ?',
  dropMessage: 'DELETE FROM message WHERE n = ?',
  dropSuppressions: 'DELETE FROM suppression WHERE until <= ?',
} as const

export type Statements = Readonly<Record<keyof typeof SQL, StatementSync>>

/** Prepares everything once; rows come as arrays. */
export function prepareAll(db: DatabaseSync): Statements {
  const statements: Record<string, StatementSync> = {}
  for (const [name, sql] of Object.entries(SQL)) {
    const statement = db.prepare(sql)
    statement.setReturnArrays(true)
    statements[name] = statement
  }
  return statements as Statements
}
