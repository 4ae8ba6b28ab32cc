/**
 * The account contract on the file. For PostgreSQL: postgres.test.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openAccountStore } from '@postrider/relay'
import { describeAccountStore } from './account-store.ts'

describeAccountStore('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-accounts-'))
  const path = join(folder, 'accounts.db')
  return {
    open: () => openAccountStore(path),
    age: async () => {
      const database = new DatabaseSync(path)
      database.exec('PRAGMA user_version = 99')
      database.close()
    },
    remove: () => rm(folder, { recursive: true }),
  }
})
