/**
 * What a login costs: the same whoever fails, once for all who ask the same, and nobody's place.
 */
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { ConfigStore } from './config-store.ts'
import { Logins } from './login.ts'
import { DEFAULT_COST, hashSecret, type ScryptCost } from './secret.ts'

const CHEAP = { logN: 4, r: 8, p: 1 }
const signal = new AbortController().signal
const password = (user: string, password: string) => ({ kind: 'password', user, password }) as const

test('a user whose hash is cheaper, or of another shape, costs as much to fail at as nobody', async t => {
  const costs: readonly ScryptCost[] = [CHEAP, { logN: 10, r: 4, p: 3 }, { logN: 14, r: 8, p: 1 }, DEFAULT_COST]
  const configured = new ConfigStore()
  await configured.replace(
    await Promise.all(
      costs.map(async (cost, at) => ({ name: `u${at}`, senders: [], passwordHash: await hashSecret('right', cost) })),
    ),
  )
  const it = new Logins({ stores: [configured], clock: new FakeClock() })
  await it.check(password('nobody', 'x'), signal)
  const { scrypt } = crypto
  let work = 0
  t.mock.method(crypto, 'scrypt', ((...args: Parameters<typeof scrypt>) => {
    const { N = 1, r = 1, p = 1 } = args[3]
    work += N * r * p
    scrypt(...args)
  }) as typeof scrypt)
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  const workOf = async (user: string): Promise<number> => {
    work = 0
    assert.equal((await it.check(password(user, 'wrong'), signal)).kind, 'refused')
    return work
  }
  const nobody = await workOf('nobody')
  assert.equal(nobody, 2 ** 15 * 8)
  for (const at of costs.keys()) {
    const spent = await workOf(`u${at}`)
    assert.ok(spent > nobody * 0.99 && spent <= nobody, `u${at} cost ${spent / nobody} of what nobody costs`)
  }
})
test('workers that all log in at once are verified once, and none of them is put off', async t => {
  const configured = new ConfigStore()
  await configured.replace([{ name: 'bob', senders: [], passwordHash: await hashSecret('s3cret', CHEAP) }])
  const it = new Logins({ stores: [configured], clock: new FakeClock(), waiting: 1 })
  const scrypt = t.mock.method(crypto, 'scrypt')
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  const all = (secret: string) =>
    Promise.all(Array.from({ length: 20 }, () => it.check(password('bob', secret), signal, '192.0.2.1')))
  assert.deepEqual(new Set((await all('s3cret')).map(({ kind }) => kind)), new Set(['welcome']))
  assert.equal(scrypt.mock.callCount(), 1)
  assert.deepEqual(new Set((await all('wrong')).map(({ kind }) => kind)), new Set(['refused']))
  assert.equal(scrypt.mock.callCount(), 3)
})
test('whoever logs in after the password was changed is not answered by an attempt from before', async () => {
  const configured = new ConfigStore()
  const change = async (password: string): Promise<void> =>
    configured.replace([{ name: 'bob', senders: [], passwordHash: await hashSecret(password, CHEAP) }])
  await change('old')
  const it = new Logins({ stores: [configured], clock: new FakeClock() })
  const check = (secret: string) => it.check(password('bob', secret), signal, '192.0.2.1')
  const before = [check('old'), check('new')]
  // Each has found the old hash by the time that the new one is made.
  await change('new')
  const after = [check('old'), check('new')]
  const kinds = async (answers: typeof before) => (await Promise.all(answers)).map(({ kind }) => kind)
  assert.deepEqual(await kinds(before), ['welcome', 'refused'])
  assert.deepEqual(await kinds(after), ['refused', 'welcome'])
})
test('ten forums on one host that all log in at once wait in line, and none of them is put off', async () => {
  const configured = new ConfigStore()
  const passwordHash = await hashSecret('s3cret', CHEAP)
  const names = Array.from({ length: 10 }, (_, at) => `forum${at}`)
  await configured.replace(names.map(name => ({ name, senders: [], passwordHash })))
  const it = new Logins({ stores: [configured], clock: new FakeClock() })
  const answers = await Promise.all(names.map(name => it.check(password(name, 's3cret'), signal, '192.0.2.1')))
  assert.deepEqual(new Set(answers.map(({ kind }) => kind)), new Set(['welcome']))
})
