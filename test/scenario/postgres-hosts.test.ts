/**
 * A queue whose connection string names a primary and a standby.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgresQueue } from '@postrider/core/postgres'
import { MailerError } from '../../packages/core/src/model/error.ts'
import { openPostgresStore } from '../../packages/relay/src/store/index.ts'
import { makeSubmission } from '../contract/queue-samples.ts'
import { findPostgres, NO_POSTGRES, startPostgres, startStandby } from '../support/postgres.ts'

const bin = findPostgres()

test('of several hosts the one that can be written to is used, wherever it stands, and a standby alone is refused', {
  skip: bin === undefined && NO_POSTGRES,
}, async t => {
  const primary = await startPostgres(bin as string)
  t.after(() => primary.remove())
  const { pathname } = new URL(await primary.database())
  const standby = await startStandby(bin as string, primary)
  t.after(() => standby.remove())
  const [reads, writes] = [`127.0.0.1:${standby.port}`, `127.0.0.1:${primary.port}`]
  const urlOf = (hosts: string): string => `postgres://postrider@${hosts}${pathname}`
  for (const hosts of [`${reads},${writes}`, `127.0.0.1:1,${writes},${reads}`]) {
    const store = await openPostgresQueue({ connectionString: urlOf(hosts) })
    await store.enqueue(makeSubmission())
    await store.close()
    // What the relay keeps beside it finds the same server.
    await using kept = await openPostgresStore(urlOf(hosts))
    assert.deepEqual(await kept.ask('SELECT name FROM postrider_relay.account'), [])
  }
  await assert.rejects(openPostgresQueue({ connectionString: urlOf(reads) }), error => {
    assert.ok(MailerError.is(error) && error.code === 'queue-unavailable')
    assert.match(error.fix ?? '', /primary/)
    return true
  })
})
