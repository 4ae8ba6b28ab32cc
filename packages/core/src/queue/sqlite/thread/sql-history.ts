/**
 * SqlHistory: the statements that look back over all messages, newest first, a stretch of ids at a time, and over the statistics.
 *
 * Policy. No index is kept for them but that of ids: each would cost every message. What is sorted out here is what cannot fit; what
 * does is decided in history.ts.
 *
 * Not here: how a statement is declared (statement.ts), messages (sql.ts).
 */
export const SQL_HISTORY = {
  historyStretch: {
    of: 'message',
    columns: ['id'],
    sql: 'SELECT * FROM message WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?',
  },
  historyCandidates: {
    of: 'message',
    columns: ['n', 'id'],
    sql: `SELECT * FROM message INDEXED BY message_id WHERE id >= ?1 AND id < ?2
      AND (?3 IS NULL OR account = ?3) AND (?4 IS NULL OR instr(lower(sender), ?4))
      AND (?5 IS NULL OR instr(lower(meta), ?5)) AND (?6 IS NULL OR instr(lower(meta), ?6))
      AND (?7 IS NULL OR EXISTS (SELECT 1 FROM content WHERE content.n = message.n))
      AND ((?8 IS NULL AND ?10 IS NULL) OR EXISTS (SELECT 1 FROM job JOIN recipient ON recipient.job = job.id
        WHERE job.id BETWEEN message.n * 16384 AND message.n * 16384 + 16383 AND (?8 IS NULL OR job.domain = ?8)
          AND (?9 IS NULL OR lower(recipient.local) = ?9) AND (?10 IS NULL OR recipient.state = ?10)))
      AND ((?11 IS NULL AND ?12 IS NULL) OR EXISTS (SELECT 1 FROM fact WHERE fact.message = message.n
        AND (?11 IS NULL OR fact.json ->> 'code' = ?11) AND (?12 IS NULL OR lower(fact.json ->> 'host') = ?12)))
      ORDER BY id DESC`,
  },
  statistics: {
    of: 'statistics',
    columns: ['day', 'hour', 'site', 'accounts'],
    sql: 'SELECT * FROM statistics WHERE day >= ?1 AND day < ?2 AND (?3 IS NULL OR site = ?3)',
  },
  numbersEnd: { of: 'message', columns: ['n'], sql: 'SELECT * FROM message WHERE n > ? ORDER BY n LIMIT 1 OFFSET ?' },
  allOnFastPath: { of: 'stage', columns: ['id'], sql: 'SELECT * FROM stage' },
  /** What may be about an address. */
  mentioning: {
    of: 'message',
    columns: ['id'],
    sql: `SELECT * FROM message WHERE n > ?1 AND n <= ?2 AND (?3 IS NULL OR lower(sender) = ?3 OR instr(lower(meta), ?4)
      OR instr(lower(key), ?4) OR EXISTS (SELECT 1 FROM job JOIN recipient ON recipient.job = job.id
        WHERE job.id BETWEEN message.n * 16384 AND message.n * 16384 + 16383 AND job.domain = ?5
          AND lower(recipient.local) = ?6)) ORDER BY n`,
  },
  historyFastPath: { of: 'stage', sql: 'SELECT * FROM stage WHERE id >= ? AND id < ?' },
} as const
