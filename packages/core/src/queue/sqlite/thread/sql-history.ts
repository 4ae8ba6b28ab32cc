/**
 * SqlHistory: the statements that look back over all messages, newest first, a stretch of ids at a time.
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
      ORDER BY id DESC`,
  },
  historyFastPath: { of: 'stage', sql: 'SELECT * FROM stage WHERE id >= ? AND id < ?' },
} as const
