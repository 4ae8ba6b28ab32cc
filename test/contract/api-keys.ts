/**
 * What every store of API keys keeps to.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { MOST_KEYS, StoredKeys } from '../../packages/relay/src/key/index.ts'
import type { RelayStore } from '../../packages/relay/src/store/index.ts'

export interface KeyStoreUnderTest {
  open(): Promise<RelayStore>
  remove(): Promise<unknown>
}

const DAY_MS = 86_400_000
const SHOP = {
  name: 'shop',
  account: 'shop',
  scopes: ['send', 'read'],
  domains: ['a.example'],
  networks: ['192.0.2.0/24'],
} as const

export function describeApiKeys(name: string, make: () => Promise<KeyStoreUnderTest>): void {
  suite(`API keys in ${name}`, () => {
    test('a key is found by what was shown of it once, also after the store was opened again', async () => {
      const under = await make()
      const clock = new FakeClock()
      const first = await under.open()
      const { id, token } = await new StoredKeys(first, clock).add(SHOP)
      await first.close()
      const store = await under.open()
      const keys = new StoredKeys(store, clock)
      const found = await keys.find(token)
      assert.deepEqual(found, { ...SHOP, id, createdAt: clock.now() })
      assert.equal(await keys.find(token.replace(/.$/, last => (last === '0' ? '1' : '0'))), undefined)
      assert.equal(await keys.find('re_x'), undefined)
      const rows = await store.ask<{ readonly row: string }>('SELECT digest AS row FROM postrider_relay.api_key')
      assert.equal(
        rows.some(({ row }) => row.includes(token)),
        false,
      )
      await store.close()
      await under.remove()
    })

    test('an account has so many keys and no more, whatever others have', async () => {
      const under = await make()
      const clock = new FakeClock()
      const store = await under.open()
      const keys = new StoredKeys(store, clock)
      await store.transact('passing', async ask => {
        for (let n = 1; n < MOST_KEYS; n++)
          await ask(
            `INSERT INTO postrider_relay.api_key (id, digest, name, account, scopes, domains, networks, created, expires, used)
             VALUES ($1, $2, 'x', 'shop', '[]', '[]', '[]', 0, NULL, NULL)`,
            `id${n}`,
            `digest${n}`,
          )
      })
      const { id } = await keys.add(SHOP)
      await assert.rejects(keys.add(SHOP), { code: 'not-possible', message: /account shop/ })
      await keys.add({ ...SHOP, account: 'other' })
      await keys.remove(id)
      await keys.add(SHOP)
      await store.close()
      await under.remove()
    })

    test('a key ends at its hour, is listed with its last use, and is gone when it is removed', async () => {
      const under = await make()
      const clock = new FakeClock()
      const store = await under.open()
      const keys = new StoredKeys(store, clock)
      const { id, token } = await keys.add({ ...SHOP, expiresAt: clock.now() + DAY_MS })
      assert.equal((await keys.list()).find(key => key.id === id)?.lastUsedAt, undefined)
      assert.deepEqual((await keys.look(token)) as object, {
        ...SHOP,
        id,
        createdAt: clock.now(),
        expiresAt: clock.now() + DAY_MS,
      })
      assert.equal((await keys.list()).find(key => key.id === id)?.lastUsedAt, undefined, 'looked at, not used')
      await keys.find(token)
      const used = clock.now()
      await clock.advance(30_000)
      await keys.find(token)
      assert.equal((await keys.list()).find(key => key.id === id)?.lastUsedAt, used)
      await clock.advance(DAY_MS)
      assert.equal(await keys.find(token), 'expired')
      assert.equal(await keys.look(token), 'expired')
      assert.equal(await keys.remove(id), true)
      assert.equal(await keys.remove(id), false)
      assert.equal(await keys.find(token), undefined)
      await store.close()
      await under.remove()
    })
  })
}
