/**
 * SqlBeside: the statements about what stands beside messages: suppressions, TLS counts, paused sites.
 *
 * Not here: how a statement is declared (statement.ts), messages (sql.ts).
 */
export const SQL_BESIDE = {
  // suppression
  suppress: {
    insert: 'suppression',
    sql: 'ON CONFLICT DO UPDATE SET until = excluded.until, json = excluded.json WHERE excluded.until >= until',
  },
  putSuppression: {
    insert: 'suppression',
    sql: 'ON CONFLICT DO UPDATE SET until = excluded.until, json = excluded.json',
  },
  suppressions: {
    of: 'suppression',
    columns: ['json'],
    sql: 'SELECT * FROM suppression WHERE address > ? AND until > ? ORDER BY address LIMIT ?',
  },
  suppressionsOf: {
    of: 'suppression',
    columns: ['json'],
    sql: 'SELECT * FROM suppression INDEXED BY suppression_origin WHERE origin = ? AND address > ? AND until > ? ORDER BY address LIMIT ?',
  },
  suppression: {
    of: 'suppression',
    columns: ['json'],
    sql: 'SELECT * FROM suppression WHERE address = ? AND until > ?',
  },
  anySuppression: { check: 'SELECT 1 FROM suppression WHERE until > ? LIMIT 1' },
  unsuppress: 'DELETE FROM suppression WHERE address = ?',

  // TLS counts
  countTls: {
    insert: 'tls_count',
    sql: 'ON CONFLICT DO UPDATE SET good = good + excluded.good, bad = bad + excluded.bad',
  },
  tlsDays: {
    row: { day: 'integer', domain: 'text' },
    sql: `SELECT DISTINCT c.day, c.domain FROM tls_count c LEFT JOIN tls_report r ON r.day = c.day AND r.domain = c.domain
      WHERE c.day >= ?1 AND c.day < ?2 AND (c.day, c.domain) > (?3, ?4) AND (?5 IS NULL OR c.domain = ?5)
        AND (?6 IS NULL OR r.day IS NULL OR r.due <= ?6) ORDER BY c.day, c.domain LIMIT ?7`,
  },
  tlsCounts: {
    of: 'tls_count',
    columns: ['policy', 'failure', 'good', 'bad'],
    sql: 'SELECT * FROM tls_count WHERE day = ? AND domain = ?',
  },
  tlsReport: { of: 'tls_report', columns: ['json'], sql: 'SELECT * FROM tls_report WHERE day = ? AND domain = ?' },
  noteTlsReport: { insert: 'tls_report', sql: 'ON CONFLICT DO UPDATE SET due = excluded.due, json = excluded.json' },

  // paused sites
  notePausedSite: {
    insert: 'rest',
    sql: 'ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until, because = excluded.because',
  },
  endPausedSite: 'DELETE FROM rest WHERE site = ?',
  endPausedSites: 'DELETE FROM rest',
  endPausedSitesUntil: 'DELETE FROM rest WHERE until <= ?',
  pausedSites: { of: 'rest', sql: 'SELECT * FROM rest WHERE until > ? ORDER BY until DESC, site' },

  // retention
  dropTlsCounts: 'DELETE FROM tls_count WHERE day < ?',
  dropTlsReports: 'DELETE FROM tls_report WHERE day < ?',
  dropSuppressions: 'DELETE FROM suppression WHERE until <= ?',
} as const
