import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, suite, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { MailerError } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { openSqliteStore } from '../store/index.ts'
import { type AccountRecord, accountName } from './account.ts'
import { ConfigStore } from './config-store.ts'
import { Logins } from './login.ts'
import { hashSecret, isSecretHash, verifySecret } from './secret.ts'
import { StoredAccounts } from './stored-accounts.ts'
import { VerifierPool } from './verifier-pool.ts'

const CHEAP = { logN: 4, r: 8, p: 1 }
const folder = await mkdtemp(join(tmpdir(), 'postrider-account-'))
after(() => rm(folder, { recursive: true }))
const signal = new AbortController().signal

async function record(name: string, password: string, more: Partial<AccountRecord> = {}): Promise<AccountRecord> {
  return { name, senders: [`*@abc.mail`], secretHash: await hashSecret(password, CHEAP), ...more }
}

test('user names are compared without case and white space', () => {
  assert.equal(accountName(' Bob@ABC.mail '), 'bob@abc.mail')
  assert.equal(accountName('é'), accountName('é'))
})

suite('secrets', () => {
  test('a hash verifies its secret and no other', async () => {
    const hash = await hashSecret('s3cret', CHEAP)
    assert.match(hash, /^\$scrypt\$ln=4,r=8,p=1\$/)
    assert.equal(await verifySecret('s3cret', hash), true)
    assert.equal(await verifySecret('s3cret ', hash), false)
    assert.equal(await verifySecret('', hash), false)
  })
  test('two hashes of one secret differ', async () => {
    assert.notEqual(await hashSecret('x', CHEAP), await hashSecret('x', CHEAP))
  })
  test('the same text in another Unicode form is the same secret', async () => {
    assert.equal(await verifySecret('é', await hashSecret('é', CHEAP)), true)
  })
  test('what is no hash of ours, or asks for too much memory, is none', async () => {
    for (const text of [
      '',
      'plain',
      '$2b$10$abc',
      '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    ]) {
      assert.equal(isSecretHash(text), false, text)
      await assert.rejects(verifySecret('x', text), MailerError.is)
    }
  })
  test('no more verifications run at once than the pool allows, and no more wait', async () => {
    const pool = new VerifierPool({ parallel: 1, waiting: 2 })
    const hash = await hashSecret('x', CHEAP)
    const answers = await Promise.all(Array.from({ length: 5 }, () => pool.verify('x', hash)))
    assert.deepEqual(answers, [true, true, true, 'busy', 'busy'])
    assert.equal(await pool.verify('x', hash), true)
  })
})

suite('config store', () => {
  test('hashes plain passwords and forgets them', async () => {
    const store = new ConfigStore()
    await store.replace([{ name: 'Bob', senders: [], password: 's3cret' }], CHEAP)
    const found = await store.find('bob')
    assert.equal(await verifySecret('s3cret', found?.secretHash ?? ''), true)
    assert.ok(!JSON.stringify(await store.list()).includes('s3cret'))
  })
  test('refuses two of one name and one without a password, and keeps what it had', async () => {
    const store = new ConfigStore()
    await store.replace([{ name: 'bob', senders: [], password: 'x' }], CHEAP)
    const twice = [
      { name: 'a', senders: [], password: 'x' },
      { name: 'A', senders: [], password: 'y' },
    ]
    await assert.rejects(store.replace(twice, CHEAP), /configured twice/)
    await assert.rejects(store.replace([{ name: 'a', senders: [] }], CHEAP), /no password/)
    await assert.rejects(store.replace([{ name: 'a', senders: [], passwordHash: 'x' }], CHEAP), /cannot be read/)
    assert.ok(await store.find('bob'))
  })
})

suite('account file', () => {
  test('accounts are added, listed, changed and removed', async () => {
    await using store = await new StoredAccounts(await openSqliteStore(join(folder, 'one', 'accounts.db')))
    const bob = await record('Bob@abc.mail', 'x', { rewriteFrom: 'forum@abc.mail', limits: { messagesPerDay: 5 } })
    assert.equal(await store.add(bob), true)
    assert.equal(await store.add(bob), false)
    assert.deepEqual(await store.find('bob@abc.mail'), { ...bob, name: 'bob@abc.mail' })
    assert.equal(await store.change('bob@abc.mail', { senders: ['*'] }), true)
    assert.deepEqual(
      (await store.list()).map(({ name, senders }) => [name, senders]),
      [['bob@abc.mail', ['*']]],
    )
    assert.equal(await store.remove('BOB@abc.mail'), true)
    assert.equal(await store.remove('bob@abc.mail'), false)
    assert.equal(await store.change('bob@abc.mail', {}), false)
  })
  test('it is for its owner only, and a change is seen by others at once', async () => {
    const path = join(folder, 'two.db')
    await using relay = await new StoredAccounts(await openSqliteStore(path))
    await using command = await new StoredAccounts(await openSqliteStore(path))
    assert.equal((await stat(path)).mode & 0o077, 0)
    await command.add(await record('eve', 'x'))
    assert.ok(await relay.find('eve'))
    await command.remove('eve')
    assert.equal(await relay.find('eve'), undefined)
  })
  test('one that someone else is about to make is waited for', async () => {
    const path = join(folder, 'five.db')
    const code = `const { DatabaseSync } = require('node:sqlite')
      const { parentPort, workerData } = require('node:worker_threads')
      const database = new DatabaseSync(workerData)
      database.exec('BEGIN IMMEDIATE')
      parentPort.postMessage('locked')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
      database.exec('ROLLBACK')`
    const other = new Worker(code, { eval: true, workerData: path })
    const ended = once(other, 'exit')
    await once(other, 'message')
    await using store = await new StoredAccounts(await openSqliteStore(path))
    assert.deepEqual(await store.list(), [])
    await ended
  })
  test('it keeps hashes, never passwords', async () => {
    await using store = await new StoredAccounts(await openSqliteStore(join(folder, 'three.db')))
    await assert.rejects(
      store.add({ name: 'a', senders: [], secretHash: 'my password' }),
      /no password hash, wanted what hashSecret\(\) gives/,
    )
  })
  test('one that a newer program wrote is refused', async () => {
    const path = join(folder, 'newer.db')
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    await assert.rejects(openSqliteStore(path), error => MailerError.is(error) && error.code === 'queue-newer')
  })
  test('a folder that cannot be written to is said so', async () => {
    await assert.rejects(
      openSqliteStore('/proc/accounts.db'),
      error => MailerError.is(error) && error.code === 'queue-unavailable',
    )
  })
})

suite('logins', () => {
  async function logins(clock = new FakeClock(), waiting = 32) {
    await using store = await new StoredAccounts(await openSqliteStore(':memory:'))
    const configured = new ConfigStore()
    await configured.replace([
      { name: 'bob', senders: ['bob@abc.mail'], passwordHash: await hashSecret('s3cret', CHEAP) },
    ])
    return {
      store,
      configured,
      logins: new Logins({ stores: [configured], clock, waiting, usualSenders: () => ['*@usual.example'] }),
    }
  }
  const password = (user: string, password: string) => ({ kind: 'password', user, password }) as const

  test('the right password is welcome, without its hash', async () => {
    const { logins: it } = await logins()
    assert.deepEqual(await it.check(password('BOB', 's3cret'), signal), {
      kind: 'welcome',
      account: { name: 'bob', senders: ['bob@abc.mail'] },
    })
  })
  test('an account without senders of its own gets the usual ones', async () => {
    const { logins: it, configured } = await logins()
    await configured.replace([{ name: 'eve', senders: [], password: 'x' }], CHEAP)
    const answer = await it.check(password('eve', 'x'), signal)
    assert.deepEqual(answer.kind === 'welcome' && answer.account.senders, ['*@usual.example'])
  })
  test('a wrong password, an unknown user, an empty and an endless password are refused alike', async () => {
    const { logins: it } = await logins()
    for (const credential of [
      password('bob', 'wrong'),
      password('nobody', 's3cret'),
      password('bob', ''),
      password('bob', 'x'.repeat(5000)),
      password('', ''),
    ]) {
      assert.deepEqual(await it.check(credential, signal), { kind: 'refused' })
    }
  })
  test('a login that was right is remembered, until the password changes or the time is up', async () => {
    const clock = new FakeClock()
    const { logins: it, configured } = await logins(clock, 0)
    assert.equal((await it.check(password('bob', 's3cret'), signal)).kind, 'welcome')
    // With one verification under way and none allowed to wait, only memory can answer.
    const busy = it.check(password('bob', 'wrong'), signal)
    assert.equal((await it.check(password('bob', 's3cret'), signal)).kind, 'welcome')
    assert.equal((await it.check(password('bob', 'other'), signal)).kind, 'busy')
    assert.equal((await busy).kind, 'refused')
    await configured.replace([{ name: 'bob', senders: [], password: 'changed' }], CHEAP)
    assert.equal((await it.check(password('bob', 's3cret'), signal)).kind, 'refused')
    assert.equal((await it.check(password('bob', 'changed'), signal)).kind, 'welcome')
    await clock.advance(3_600_000)
    const again = it.check(password('bob', 'wrong'), signal)
    assert.equal((await it.check(password('bob', 'changed'), signal)).kind, 'busy')
    await again
  })
  test('a store that cannot be asked is trouble, and nobody is refused for it', async () => {
    const problems: unknown[] = []
    const down = {
      find: () => Promise.reject(new Error('the database is down')),
      list: async () => [],
      close: async () => {},
    }
    const it = new Logins({ stores: [down], clock: new FakeClock(), onTrouble: error => problems.push(error) })
    assert.deepEqual(await it.check(password('bob', 's3cret'), signal), { kind: 'trouble' })
    assert.match(String(problems[0]), /the database is down/)
  })
  test('tokens are asked of their verifier', async () => {
    const it = new Logins({
      stores: [],
      clock: new FakeClock(),
      verifyToken: async ({ user, token }) => (token === 'good' ? { name: user, senders: [] } : undefined),
    })
    const token = (text: string) => ({ kind: 'token', user: 'Bob', token: text }) as const
    assert.equal(it.takesTokens, true)
    assert.deepEqual(await it.check(token('bad'), signal), { kind: 'refused' })
    assert.equal((await it.check(token('good'), signal)).kind, 'welcome')
  })
})
