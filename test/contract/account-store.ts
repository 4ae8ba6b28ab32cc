/**
 * describeAccountStore: what every store of accounts does that `postrider user` edits while relays run on it.
 *
 * Not here: accounts in the configuration, which nobody edits (the relay's own tests).
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { MailerError, type MailerErrorCode } from '@postrider/core'
import { type AccountRecord, type EditableAccountStore, hashSecret } from '@postrider/relay'

/** A new, empty place of accounts, and a way to open it as each of several processes would. */
export interface AccountsUnderTest {
  open(): Promise<EditableAccountStore>
  /** As a newer program would leave it. */
  age(): Promise<void>
  remove(): Promise<void>
}

const SECRET = await hashSecret('s3cret', { logN: 4, r: 8, p: 1 })
const record = (name: string, more: Partial<AccountRecord> = {}): AccountRecord => {
  return { name, senders: ['*@abc.mail'], secretHash: SECRET, ...more }
}
const rejects = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
  assert.rejects(asking, error => MailerError.is(error) && error.code === code)

export function describeAccountStore(name: string, make: () => Promise<AccountsUnderTest>): void {
  suite(`the account contract, ${name}`, () => {
    let place: AccountsUnderTest
    let store: EditableAccountStore
    beforeEach(async () => {
      place = await make()
      store = await place.open()
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    test('an account is added once, found by its name in any case, and has what it was given', async () => {
      const bob = record('Bob@abc.mail', { rewriteFrom: 'forum@abc.mail', limits: { messagesPerDay: 5 } })
      assert.equal(await store.add(bob), true)
      assert.equal(await store.add({ ...bob, name: ' BOB@abc.mail' }), false)
      assert.deepEqual(await store.find('bob@ABC.mail '), { ...bob, name: 'bob@abc.mail' })
      assert.equal(await store.find('bobby@abc.mail'), undefined)
      assert.equal(await store.find('bob@abc.mail\0'), undefined)
    })
    test('without more it may send nothing of its own', async () => {
      await store.add(record('eve', { senders: [] }))
      assert.deepEqual(await store.find('eve'), record('eve', { senders: [] }))
    })
    test('they are listed by name', async () => {
      for (const name of ['zoe', 'Ann', 'bob']) await store.add(record(name))
      assert.deepEqual(
        (await store.list()).map(account => account.name),
        ['ann', 'bob', 'zoe'],
      )
    })
    test('a change replaces what it gives and leaves the rest', async () => {
      const bob = record('bob', { rewriteFrom: 'forum@abc.mail', limits: { messagesPerDay: 5 } })
      await store.add(bob)
      assert.equal(await store.change('BOB', { senders: ['*'] }), true)
      assert.equal(await store.change('bob', { limits: { messagesPerHour: 1 } }), true)
      assert.deepEqual(await store.find('bob'), { ...bob, senders: ['*'], limits: { messagesPerHour: 1 } })
      assert.equal(await store.change('nobody', { senders: [] }), false)
    })
    test('what is removed is gone', async () => {
      await store.add(record('bob'))
      assert.equal(await store.remove('BOB'), true)
      assert.equal(await store.remove('bob'), false)
      assert.deepEqual(await store.list(), [])
    })
    test('others see a change at once', async () => {
      await using other = await place.open()
      await other.add(record('eve'))
      assert.ok(await store.find('eve'))
      await other.remove('eve')
      assert.equal(await store.find('eve'), undefined)
    })
    test('of several that add one name at once one does, and several may open it at once', async () => {
      const fresh = await make()
      const stores = await Promise.all([1, 2, 3, 4].map(() => fresh.open()))
      const added = await Promise.all(stores.map(each => each.add(record('eve'))))
      assert.equal(added.filter(Boolean).length, 1)
      await Promise.all(stores.map(each => each.close()))
      await fresh.remove()
    })
    test('it keeps hashes, never passwords', async () => {
      await rejects(store.add({ name: 'a', senders: [], secretHash: 'my password' }), 'invalid-option')
      await store.add(record('a'))
      await rejects(store.change('a', { secretHash: 'my password' }), 'invalid-option')
      assert.equal((await store.find('a'))?.secretHash, SECRET)
    })
    test('one that a newer program wrote is refused', async () => {
      await place.age()
      await rejects(place.open(), 'queue-newer')
    })
  })
}
