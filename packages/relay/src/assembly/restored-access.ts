/**
 * RestoredAccess: who may do what again after a restore: sessions and links of the time that is lost are void; keys and users that were
 * removed since the backup are there again, and named, for only a person knows which.
 *
 * Not here: the files (restore.ts).
 */
import { systemClock } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'
import { StoredKeys } from '../key/index.ts'
import { openSqliteStore, type RelayStore } from '../store/index.ts'
import { StoredUsers } from '../user/index.ts'
import { openStore } from './open-accounts.ts'

/** By name. */
export interface RestoredAccess {
  /** The names of API keys. */
  readonly keys: readonly string[]
  /** The names of users of the web interface. */
  readonly users: readonly string[]
}

/** Of a copy of the relay's store, which is one file after this. @throws {MailerError} `queue-unavailable`, `queue-newer` */
export async function endSessionsIn(path: string): Promise<RestoredAccess> {
  return endSessionsOf(await openSqliteStore(path), store => store.ask('PRAGMA journal_mode = DELETE'))
}

/** Of a database that was restored. @throws {MailerError} `queue-unavailable`, `queue-newer` */
export async function endRestoredSessions(config: RelayConfig): Promise<RestoredAccess> {
  return endSessionsOf(await openStore(config))
}

async function endSessionsOf(
  store: RelayStore,
  last?: (store: RelayStore) => Promise<unknown>,
): Promise<RestoredAccess> {
  try {
    const users = new StoredUsers(store, systemClock)
    await users.endAllSessions()
    const access = {
      keys: (await new StoredKeys(store, systemClock).list()).map(({ name }) => name),
      users: (await users.list()).map(({ name }) => name),
    }
    await last?.(store)
    return access
  } finally {
    await store.close()
  }
}
