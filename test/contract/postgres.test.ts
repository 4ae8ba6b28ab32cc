/**
 * The contracts of the queue and of accounts on PostgreSQL, on a real server. Skipped where none is installed.
 */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { openAccounts, resolveRelayOptions } from '@postrider/relay'
import { openPostgresQueue } from '../../packages/core/src/postgres.ts'
import { openPostgresStore } from '../../packages/relay/src/store/index.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { describeAccountStore } from './account-store.ts'
import { describeApiKeys } from './api-keys.ts'
import { describeDmarcCounts } from './dmarc-counts.ts'
import { describeInterfaceUsers } from './interface-users.ts'
import { makePostgres } from './postgres-queue.ts'
import type { QueueUnderTest } from './queue-store/harness.ts'
import { describeQueueStore } from './queue-store.ts'
import { describeTlsCounts } from './tls-counts.ts'
import { describeWebhookRecords } from './webhook-records.ts'

const bin = findPostgres()
if (bin === undefined) test('the queue contract, PostgreSQL', { skip: NO_POSTGRES })
else
  suite('on a PostgreSQL server', () => {
    let server: PostgresServer
    let template: string
    before(async () => {
      server = await startPostgres(bin)
      template = await server.database()
      await (await openPostgresQueue({ connectionString: template })).close()
    })
    after(() => server.remove())

    const make = (): Promise<QueueUnderTest> => makePostgres(server, template)

    describeQueueStore('PostgreSQL', make)
    describeTlsCounts('PostgreSQL', make)
    describeDmarcCounts('PostgreSQL', make)

    describeAccountStore('PostgreSQL', async () => {
      const url = await server.database()
      const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', queue: { url } })
      return {
        open: () => openAccounts(config),
        age: async () => void (await server.query('UPDATE postrider_relay.schema_version SET version = 99', url)),
        remove: () => server.drop(url),
      }
    })

    describeApiKeys('PostgreSQL', async () => {
      const url = await server.database()
      return { open: () => openPostgresStore(url), remove: () => server.drop(url) }
    })

    describeInterfaceUsers('PostgreSQL', async () => {
      const url = await server.database()
      return { open: () => openPostgresStore(url), remove: () => server.drop(url) }
    })

    describeWebhookRecords('PostgreSQL', async () => {
      const url = await server.database()
      return {
        open: () => openPostgresStore(url),
        // By the clock of the server: what it holds becomes older.
        pass: async ms => {
          await server.query(`UPDATE postrider_relay.webhook_endpoint SET until = until - ${ms}`, url)
          await server.query(`UPDATE postrider_relay.webhook_dropped SET at = at - ${ms}`, url)
        },
        remove: () => server.drop(url),
      }
    })

    test('tables of accounts alone grow into the store of the relay, and keep their accounts', async () => {
      const url = await server.database()
      await server.query('CREATE SCHEMA postrider_relay', url)
      await server.query('CREATE TABLE postrider_relay.schema_version (version integer NOT NULL)', url)
      await server.query('INSERT INTO postrider_relay.schema_version VALUES (1)', url)
      await server.query(
        'CREATE TABLE postrider_relay.account (name text COLLATE "C" PRIMARY KEY, secret_hash text NOT NULL, senders text NOT NULL, rewrite_from text, limits text)',
        url,
      )
      await server.query("INSERT INTO postrider_relay.account VALUES ('bob', 'x', '[]', NULL, NULL)", url)
      const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore(url)))
      for (const store of stores) {
        assert.equal((await store.ask('SELECT name FROM postrider_relay.account')).length, 1)
        assert.deepEqual(await store.ask('SELECT place FROM postrider_relay.webhook_parked'), [])
        await store.close()
      }
    })

    test('accounts in a database that is not there are trouble, told without the password', async () => {
      const url = 'postgres://postrider:s3cret@127.0.0.1:1/none'
      const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', queue: { url } })
      await assert.rejects(openAccounts(config), error => {
        assert.ok(MailerError.is(error))
        return error.code === 'queue-unavailable' && !error.message.includes('s3cret')
      })
    })

    test('a user that may not create tables can use accounts that are there', async () => {
      const url = await server.database()
      const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', queue: { url } })
      await (await openAccounts(config)).close()
      await server.query('CREATE ROLE reader LOGIN', url)
      await server.query('GRANT USAGE ON SCHEMA postrider_relay TO reader', url)
      await server.query('GRANT SELECT ON ALL TABLES IN SCHEMA postrider_relay TO reader', url)
      const reading = {
        ...config.options,
        queue: { ...config.options.queue, url: url.replace('postrider@', 'reader@') },
      }
      await using store = await openAccounts({ ...config, options: reading })
      assert.deepEqual(await store.list(), [])
      await assert.rejects(store.remove('x'), error => MailerError.is(error) && error.code === 'queue-unavailable')
    })
  })
