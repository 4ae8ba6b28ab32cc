/**
 * Migrate: bring a schema to the newest version, each step once and in order.
 *
 * Policy. Migrations are append-only: what was released is never edited. A queue that a newer version wrote is refused,
 * because guessing at it could lose mail. All steps of one start are one transaction of the caller.
 *
 * Not here: what the steps say (sqlite/migrations.ts), the transaction around them.
 */
import { MailerError } from '../model/error.ts'

export interface Migratable {
  /** For messages: a path or a database name. */
  readonly name: string
  /** How many migrations were applied before. */
  readonly version: number
  readonly migrations: readonly string[]
  apply(sql: string, version: number): void
}

/**
 * Applies what is missing.
 * @throws MailerError `queue-newer`
 */
export function migrate({ name, version, migrations, apply }: Migratable): void {
  if (version > migrations.length) {
    throw new MailerError('queue-newer', `The queue ${name} was written by a newer version of this program.`, {
      where: name,
      found: `schema ${version}`,
      wanted: `schema ${migrations.length} or older`,
      fix: 'run the newer version, or use another queue',
    })
  }
  for (let next = version; next < migrations.length; next++) apply(migrations[next] as string, next + 1)
}
