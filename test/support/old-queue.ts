/**
 * OldQueue: a queue file as a version of before left it, with as many messages that are done, that wait, and that are suppressed as are
 * wanted.
 */
import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from '../../packages/core/src/queue/sqlite/thread/migrations.ts'

const APPLICATION_ID = 0x50737452
const AT = Date.UTC(2026, 0, 1)
const LATER = AT + 4e8
const JOBS = 16_384

export interface OldQueue {
  /** Of its schema: 4 is that of the first version that people had. */
  readonly schema: number
  /** Each tenth waits; the others are done, with two facts. */
  readonly messages: number
  readonly suppressions: number
}

const failure = {
  scope: 'recipient',
  permanence: 'permanent',
  code: 'user-unknown',
  stage: 'rcpt',
  rule: 'x',
  detail: 'x',
}

export function writeOldQueue(path: string, { schema, messages, suppressions }: OldQueue): void {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN')
  for (const sql of MIGRATIONS.slice(0, schema)) db.exec(sql)
  const message = db.prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, 22, 1, 1, ?, NULL, NULL, NULL, NULL, ?)')
  const job = db.prepare('INSERT INTO job VALUES (?, ?, 1, ?, ?, ?, 1, NULL, NULL)')
  const recipient = db.prepare('INSERT INTO recipient VALUES (?, 0, ?, ?, 1, 0, NULL, NULL)')
  const fact = db.prepare('INSERT INTO fact VALUES (?, ?, ?, ?)')
  const content = db.prepare('INSERT INTO content VALUES (?, ?)')
  const facts = {
    sizeBytes: 22,
    eightBit: false,
    smtpUtf8: false,
    longestLine: 14,
    messageId: '<x@a.example>',
    tlsRequiredNo: false,
  }
  const meta = JSON.stringify({ reversePath: { local: 'me', domain: 'a.example' }, facts, tags: {} })
  let waiting = 0
  for (let n = 1; n <= messages; n++) {
    const waits = n % 10 === 0
    const [id, domain] = [`OLD${String(n).padStart(17, '0')}`, `d${n % 1000}.example`]
    message.run(n, id, 'me@a.example', AT + n, LATER, waits ? 1 : 0, meta)
    job.run(n * JOBS, domain, waits ? 0 : 3, AT, LATER)
    recipient.run(n * JOBS, `u${n}`, waits ? 0 : 2)
    const told = { messageId: id, at: AT + n }
    fact.run(2 * n, n, AT + n, JSON.stringify({ kind: 'queued', ...told, recipients: [`u${n}@${domain}`] }))
    if (waits) content.run(n, new TextEncoder().encode('Subject: x\r\n\r\nx\r\n'))
    else fact.run(2 * n + 1, n, AT + n, JSON.stringify({ kind: 'delivered', ...told, recipient: `u${n}@${domain}` }))
    if (waits) waiting++
  }
  const suppress = db.prepare('INSERT INTO suppression (address, until, json) VALUES (?, ?, ?)')
  for (let at = 0; at < suppressions; at++) {
    const address = { local: `gone${at}`, domain: 'c.example' }
    suppress.run(`gone${at}@c.example`, LATER, JSON.stringify({ address, failure, until: LATER }))
  }
  db.exec(`INSERT OR IGNORE INTO lane SELECT DISTINCT domain, priority, due, 0 FROM job WHERE state = 0;
    UPDATE tally SET messages = ${waiting}, recipients = ${waiting}, last_fact = ${2 * messages + 1}, last_message = ${messages};
    COMMIT; PRAGMA user_version = ${schema}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA wal_checkpoint(TRUNCATE)`)
  db.close()
}
