/**
 * Schema: the tables of one queue, made when they are missing and brought to the newest version.
 *
 * Policy. A database that is up to date is only read, so that a user without the right to create tables can run on it. Several
 * processes may start on an empty database: all but one of them find the tables made and look again.
 *
 * Not here: what the tables are (migrations.ts).
 */
import { migrate } from '../migrate.ts'
import type { Row } from './client.ts'
import { MIGRATIONS } from './migrations.ts'
import { SQL } from './sql.ts'

type Query = (sql: string) => Promise<readonly Row[]>

/** Schema, table, type or row were made by another process a moment ago. */
const MADE_MEANWHILE: ReadonlySet<unknown> = new Set(['23505', '42P06', '42P07', '42710'])
const MISSING_TABLE = '42P01'
const TRIES = 5

/** @throws MailerError `queue-newer` */
export async function prepareSchema(query: Query, schema: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      if ((await versionOf(query)) === MIGRATIONS.length) return
      return await bringUpToDate(query, schema)
    } catch (error) {
      await query('ROLLBACK')
      if (tried >= TRIES || !MADE_MEANWHILE.has((error as { code?: unknown }).code)) throw error
    }
  }
}

async function versionOf(query: Query): Promise<number | undefined> {
  try {
    return (await query(SQL.version.text))[0]?.[0] as number | undefined
  } catch (error) {
    if ((error as { code?: unknown }).code === MISSING_TABLE) return undefined
    throw error
  }
}

async function bringUpToDate(query: Query, schema: string): Promise<void> {
  await query('BEGIN')
  // The connection's search path names it, in quotes where it needs them.
  await query(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`)
  await query('CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)')
  await query('LOCK TABLE schema_version IN EXCLUSIVE MODE')
  const version = (await versionOf(query)) ?? 0
  const steps: string[] = []
  migrate({ name: schema, version, migrations: MIGRATIONS, apply: sql => steps.push(sql) })
  for (const sql of steps) await query(sql)
  await query('DELETE FROM schema_version')
  await query(`INSERT INTO schema_version VALUES (${MIGRATIONS.length})`)
  await query('COMMIT')
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
