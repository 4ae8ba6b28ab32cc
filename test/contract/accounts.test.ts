/**
 * The contracts of accounts and of webhooks on the file. For PostgreSQL: postgres.test.ts.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { openAccountStore } from '@postrider/relay'
import { openSqliteStore } from '../../packages/relay/src/store/index.ts'
import { describeAccountStore } from './account-store.ts'
import { describeApiKeys } from './api-keys.ts'
import { describeInterfaceUsers } from './interface-users.ts'
import { describeWebhookRecords } from './webhook-records.ts'

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

describeWebhookRecords('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-webhooks-'))
  const clock = new FakeClock()
  return {
    open: () => openSqliteStore(join(folder, 'accounts.db'), clock),
    pass: ms => clock.advance(ms),
    remove: () => rm(folder, { recursive: true }),
  }
})

describeApiKeys('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-keys-'))
  return {
    open: () => openSqliteStore(join(folder, 'accounts.db')),
    remove: () => rm(folder, { recursive: true }),
  }
})

describeInterfaceUsers('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-users-'))
  return {
    open: () => openSqliteStore(join(folder, 'accounts.db')),
    remove: () => rm(folder, { recursive: true }),
  }
})

test('a file of accounts alone grows into the store of the relay, and keeps its accounts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postrider-accounts-'))
  const path = join(folder, 'accounts.db')
  const database = new DatabaseSync(path)
  database.exec(`CREATE TABLE account (name TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, senders TEXT NOT NULL, rewrite_from TEXT,
    limits TEXT) STRICT, WITHOUT ROWID; PRAGMA user_version = 1`)
  database.exec("INSERT INTO account VALUES ('bob', '$scrypt$x', '[]', NULL, NULL)")
  database.close()
  await using store = await openSqliteStore(path)
  assert.deepEqual((await store.ask('SELECT name FROM postrider_relay.account')).length, 1)
  assert.deepEqual(await store.ask('SELECT place FROM postrider_relay.webhook_parked'), [])
  await rm(folder, { recursive: true })
})
