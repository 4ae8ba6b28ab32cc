/**
 * SqlBeside: the statements about what stands beside messages: suppressions, TLS counts, statistics, standings.
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
  tlsReport: {
    of: 'tls_report',
    columns: ['json', 'due'],
    sql: 'SELECT * FROM tls_report WHERE day = ? AND domain = ?',
  },
  noteTlsReport: { insert: 'tls_report', sql: 'ON CONFLICT DO UPDATE SET due = excluded.due, json = excluded.json' },

  // statistics
  statisticsOf: {
    of: 'statistics',
    columns: ['accounts'],
    sql: 'SELECT * FROM statistics WHERE day = ? AND hour = ? AND site = ?',
  },
  countSites: {
    row: { sites: 'integer' },
    sql: 'SELECT count(*) AS sites FROM statistics WHERE day = ? AND hour = ?',
  },
  putStatistics: {
    insert: 'statistics',
    sql: 'ON CONFLICT DO UPDATE SET total = excluded.total, accounts = excluded.accounts',
  },
  hoursToSum: {
    of: 'statistics',
    sql: 'SELECT * FROM statistics WHERE day < ? AND hour < 24 ORDER BY day, hour, site LIMIT ?',
  },
  largestSites: {
    of: 'statistics',
    columns: ['site'],
    sql: 'SELECT * FROM statistics WHERE day = ? AND site <> ? GROUP BY site ORDER BY sum(total) DESC, site LIMIT ?',
  },
  dropStatisticsOf: 'DELETE FROM statistics WHERE day = ? AND hour = ? AND site = ?',
  dropStatistics: 'DELETE FROM statistics WHERE day < ?',

  // DMARC aggregate reports
  dmarcReport: {
    of: 'dmarc_report',
    columns: ['day'],
    sql: 'SELECT * FROM dmarc_report WHERE reporter = ? AND id = ?',
  },
  dmarcReportsOfDay: {
    row: { reports: 'integer', ofOne: 'integer' },
    sql: `SELECT count(*) AS reports, count(*) FILTER (WHERE reporter = ?2) AS ofOne FROM dmarc_report WHERE day = ?1`,
  },
  putDmarcReport: { insert: 'dmarc_report', sql: '' },
  dmarcRowsOfDay: { row: { rows: 'integer' }, sql: 'SELECT count(*) AS rows FROM dmarc_count WHERE day = ?' },
  dmarcCount: {
    of: 'dmarc_count',
    columns: ['day'],
    sql: 'SELECT * FROM dmarc_count WHERE day = ? AND domain = ? AND reporter = ? AND source = ? AND result = ?',
  },
  // No row is more than MOST_COUNTED, also where an older one was.
  putDmarcCount: {
    insert: 'dmarc_count',
    sql: `ON CONFLICT DO UPDATE SET count = min(count, 1000000000 - excluded.count) + excluded.count`,
  },
  dmarcSums: {
    row: {
      domain: 'text',
      reporter: 'text',
      source: 'text',
      result: 'text',
      count: 'integer',
      firstDay: 'integer',
      lastDay: 'integer',
    },
    sql: `SELECT domain, reporter, source, result, sum(min(count, 1000000000)) AS count,
        min(day) AS firstDay, max(day) AS lastDay
      FROM dmarc_count WHERE day >= ?1 AND day < ?2 AND (?3 IS NULL OR domain = ?3)
      GROUP BY domain, reporter, source, result ORDER BY sum(min(count, 1000000000)) DESC, domain, reporter, source, result LIMIT ?4`,
  },
  dmarcReports: {
    row: { domain: 'text', reports: 'integer', days: 'integer', policy: 'text', last: 'integer' },
    sql: `SELECT domain, count(*) AS reports, count(DISTINCT day) AS days, policy, max(day) AS last FROM dmarc_report
      WHERE day >= ?1 AND day < ?2 AND (?3 IS NULL OR domain = ?3) GROUP BY domain ORDER BY domain`,
  },
  dropDmarcCounts: 'DELETE FROM dmarc_count WHERE day < ?',
  dropDmarcReports: 'DELETE FROM dmarc_report WHERE day < ?',

  // kept content
  keepContent: `INSERT INTO kept SELECT n, ?2, length(bytes) + ?3, bytes FROM content WHERE n = ?1`,
  kept: { of: 'kept', columns: ['bytes'], sql: 'SELECT * FROM kept WHERE n = ? AND until > ?' },
  keptSize: { row: { size: 'integer' }, sql: 'SELECT coalesce(sum(size), 0) AS size FROM kept INDEXED BY kept_until' },
  oldestKept: {
    of: 'kept',
    columns: ['n', 'size'],
    sql: 'SELECT * FROM kept INDEXED BY kept_until WHERE until <= ? ORDER BY until LIMIT ?',
  },
  dropKept: 'DELETE FROM kept WHERE n = ?',

  // erasure
  personal: { of: 'message', columns: ['sender', 'key', 'meta'], sql: 'SELECT * FROM message WHERE n = ?' },
  setPersonal: 'UPDATE message SET sender = ?, meta = ? WHERE n = ?',
  personalRecipients: {
    of: 'recipient',
    columns: ['job', 'place', 'local', 'reply', 'extra'],
    sql: 'SELECT * FROM recipient WHERE job BETWEEN ? AND ?',
  },
  setPersonalRecipient: 'UPDATE recipient SET local = ?, reply = ?, extra = ? WHERE job = ? AND place = ?',
  personalFacts: { of: 'fact', columns: ['number', 'json'], sql: 'SELECT * FROM fact WHERE message = ?' },
  setFact: 'UPDATE fact SET json = ? WHERE number = ?',

  // standings
  standing: {
    of: 'standing',
    columns: ['site', 'key', 'version', 'until', 'body'],
    sql: 'SELECT * FROM standing WHERE site = ? AND key = ?',
  },
  standings: {
    of: 'standing',
    columns: ['site', 'key', 'version', 'until', 'body'],
    sql: 'SELECT * FROM standing WHERE changed >= ? AND until > ? ORDER BY until DESC, site, key',
  },
  putStanding: {
    insert: 'standing',
    sql: 'ON CONFLICT DO UPDATE SET version = excluded.version, until = excluded.until, changed = excluded.changed, body = excluded.body',
  },
  dropStandings: 'DELETE FROM standing WHERE changed < ?',

  // retention
  dropTlsCounts: 'DELETE FROM tls_count WHERE day < ?',
  dropTlsReports: 'DELETE FROM tls_report WHERE day < ?',
  dropSuppressions: 'DELETE FROM suppression WHERE until <= ?',
} as const
