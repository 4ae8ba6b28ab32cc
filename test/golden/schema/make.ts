/**
 * Make: a small queue file of each older schema, as the version of that time would have left it, by the SQL of that time.
 * `node --conditions=@postrider/source test/golden/schema/make.ts` writes those that are missing; a file that is there is never
 * written again, for it stands for what is on somebody's disk.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from '../../../packages/core/src/queue/sqlite/thread/migrations.ts'

const APPLICATION_ID = 0x50737452
const AT = Date.UTC(2026, 0, 1)
const LATER = AT + 3_650 * 86_400_000
const JOBS = 16_384

const META = JSON.stringify({
  reversePath: { local: 'me', domain: 'a.example' },
  facts: {
    sizeBytes: 22,
    eightBit: false,
    smtpUtf8: false,
    longestLine: 14,
    messageId: '<1@a.example>',
    tlsRequiredNo: false,
  },
  tags: { kind: 'golden' },
})
const SUPPRESSION = JSON.stringify({
  address: { local: 'gone', domain: 'c.example' },
  failure: {
    scope: 'recipient',
    permanence: 'permanent',
    code: 'user-unknown',
    stage: 'rcpt',
    rule: 'golden',
    detail: 'no such user',
    suppress: true,
  },
  until: LATER,
})

const BY_HAND = JSON.stringify({
  address: { local: 'left', domain: 'c.example' },
  origin: 'manual',
  failure: {
    scope: 'recipient',
    permanence: 'permanent',
    code: 'suppressed',
    stage: 'rcpt',
    rule: 'operator.suppressed',
    detail: 'the address is on the list of those that are not mailed: asked by telephone',
    suppress: true,
  },
  since: AT,
  until: LATER,
  note: 'asked by telephone',
})

const fact = (kind: string, id: string, more: object = {}): string =>
  JSON.stringify({ kind, messageId: id, at: AT, tags: {}, ...more })
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

function message(n: number, id: string, jobs: number, open: number): string {
  return `INSERT INTO message VALUES (${n}, '${id}', 'me@a.example', ${AT}, ${LATER}, 22, 1, ${jobs}, ${open}, NULL, NULL, NULL, NULL, ${text(META)});`
}

function job(n: number, place: number, domain: string, state: number, attempts: number): string {
  return `INSERT INTO job VALUES (${n * JOBS + place}, '${domain}', 1, ${state}, ${AT}, ${LATER}, ${attempts}, NULL, NULL);`
}

function recipient(n: number, place: number, state: number, attempts: number): string {
  return `INSERT INTO recipient VALUES (${n * JOBS + place}, ${place}, 'u${place}', ${state}, ${attempts}, 0, NULL, NULL);`
}

/** One message that waits, one that is delivered to one domain and deferred for another, one that is done. */
const ROWS: readonly string[] = [
  [
    message(1, 'GOLDEN1', 1, 1),
    job(1, 0, 'b.example', 0, 0),
    recipient(1, 0, 0, 0),
    message(2, 'GOLDEN2', 2, 1),
    job(2, 0, 'b.example', 3, 1),
    recipient(2, 0, 2, 1),
    job(2, 1, 'c.example', 0, 2),
    recipient(2, 1, 1, 2),
    message(3, 'GOLDEN3', 1, 1),
    job(3, 0, 'b.example', 3, 1),
    recipient(3, 0, 2, 1),
    ...[1, 2].map(n => `INSERT INTO content VALUES (${n}, CAST('Subject: golden ${n}' AS BLOB));`),
    ...['b.example', 'c.example'].map(domain => `INSERT INTO lane VALUES ('${domain}', 1, ${AT}, 0);`),
    ...[1, 2, 3].map(n => `INSERT INTO fact VALUES (${n}, ${n}, ${AT}, ${text(fact('queued', `GOLDEN${n}`))});`),
    `INSERT INTO fact VALUES (4, 3, ${AT}, ${text(fact('delivered', 'GOLDEN3', { recipient: 'u0@b.example' }))});`,
    `INSERT INTO suppression VALUES ('gone@c.example', ${LATER}, ${text(SUPPRESSION)});`,
    'UPDATE tally SET messages = 2, recipients = 2, last_fact = 4;',
  ].join('\n'),
  `INSERT INTO tls_count VALUES (20000, 'b.example', '{"type":"no-policy-found"}', '', 3, 0);`,
  `INSERT INTO rest VALUES ('mx.b.example', ${AT}, ${LATER}, 'it said so');`,
  [
    `INSERT INTO stage VALUES (4, 'GOLDEN4', 'me@a.example', ${AT}, ${LATER}, 22, 1, NULL, ${text(META)}, 'd.example', '[0,"u0",null]', 5, ${text(fact('queued', 'GOLDEN4'))});`,
    `INSERT INTO content VALUES (4, CAST('Subject: golden 4' AS BLOB));`,
    'UPDATE tally SET messages = 3, recipients = 3, last_fact = 5, last_message = 4;',
  ].join('\n'),
  `INSERT INTO suppression (address, until, json) VALUES ('left@c.example', ${LATER}, ${text(BY_HAND)});`,
  // No message of it is large.
  '',
  `INSERT INTO standing VALUES ('google', 'source 192.0.2.1', 1, 0, ${AT}, '{"learnt":{"until":${LATER},"connections":3}}');`,
  // Counted, by no account.
  `INSERT INTO statistics VALUES (20000, 24, 'google', 0, '{}');`,
  // Its bytes are long forgotten.
  `INSERT INTO kept VALUES (3, ${AT}, 17, CAST('Subject: golden 3' AS BLOB));`,
]

export const GOLDEN_SCHEMAS: readonly number[] = ROWS.map((_, at) => at + 1)

export const goldenSchema = (version: number): string => join(import.meta.dirname, `queue-${version}.db`)

function make(version: number): void {
  const db = new DatabaseSync(goldenSchema(version))
  db.exec('PRAGMA page_size = 1024; PRAGMA auto_vacuum = INCREMENTAL')
  for (const [at, sql] of MIGRATIONS.slice(0, version).entries()) db.exec(`${sql};${ROWS[at]}`)
  db.exec(`PRAGMA user_version = ${version}; PRAGMA application_id = ${APPLICATION_ID}; VACUUM`)
  db.close()
}

if (import.meta.main) for (const version of GOLDEN_SCHEMAS) if (!existsSync(goldenSchema(version))) make(version)
