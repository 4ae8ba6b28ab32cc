/**
 * What every store of the users of the web interface, of their sessions and of their links keeps to.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import type { RelayStore } from '../../packages/relay/src/store/index.ts'
import { Audit, LoginLinks, StoredSessions, StoredUsers } from '../../packages/relay/src/user/index.ts'

export interface UserStoreUnderTest {
  open(): Promise<RelayStore>
  remove(): Promise<unknown>
}

const MINUTE_MS = 60_000
const TIMES = { idleMs: 60 * MINUTE_MS, sessionMs: 600 * MINUTE_MS }
const FROM = { address: '192.0.2.1', agent: 'a browser' }
const hash = (name: string): string => `$scrypt$${name}`

interface Opened {
  readonly store: RelayStore
  readonly clock: FakeClock
  readonly users: StoredUsers
  readonly sessions: StoredSessions
  readonly links: LoginLinks
}

export function describeInterfaceUsers(name: string, make: () => Promise<UserStoreUnderTest>): void {
  const opened = async (work: (parts: Opened) => Promise<void>): Promise<void> => {
    const under = await make()
    const clock = new FakeClock()
    const store = await under.open()
    await work({
      store,
      clock,
      users: new StoredUsers(store, clock),
      sessions: new StoredSessions(store, clock, () => TIMES),
      links: new LoginLinks(store, clock),
    })
    await store.close()
    await under.remove()
  }
  suite(`users of the interface in ${name}`, () => {
    test('a user is one whatever its case, and is changed in part', () =>
      opened(async ({ users, clock }) => {
        assert.equal(await users.isEmpty(), true)
        assert.equal(await users.add({ name: ' Anna', role: 'see', content: false }), true)
        assert.equal(await users.add({ name: 'anna', role: 'admin', content: true }), false)
        const anna = {
          name: 'anna',
          role: 'see',
          content: false,
          language: '',
          provided: false,
          createdAt: clock.now(),
          hasPassword: false,
        }
        assert.deepEqual(await users.find('ANNA '), anna)
        assert.equal(await users.change('anna', { content: true }), true)
        assert.equal(await users.change('anna', { role: 'operate', language: 'zh-TW' }), true)
        assert.deepEqual(await users.list(), [{ ...anna, role: 'operate', content: true, language: 'zh-TW' }])
        assert.equal(await users.change('nobody', { content: true }), false)
        assert.equal(await users.find('an\0na'), undefined)
        // Who has no password logs in by none.
        assert.equal(await users.record('anna'), undefined)
        assert.equal(await users.setPassword('anna', hash('a')), true)
        assert.equal((await users.record('anna'))?.secretHash, hash('a'))
        assert.equal(await users.isEmpty(), false)
      }))

    test('a password that is no longer the one of its user begins no session and is changed into no other', () =>
      opened(async ({ users, sessions }) => {
        await users.add({ name: 'anna', role: 'see', content: false })
        await users.setPassword('anna', hash('a'))
        const verified = { name: 'anna', secretHash: hash('a') }
        const kept = await sessions.startVerified(verified, FROM)
        await sessions.startVerified(verified, FROM)
        assert.equal(await users.changePassword('anna', hash('a'), hash('b'), kept?.id ?? ''), true)
        assert.deepEqual(
          (await sessions.list()).map(({ id }) => id),
          [kept?.id],
        )
        assert.equal(await sessions.startVerified(verified, FROM), undefined)
        assert.equal(await users.changePassword('anna', hash('a'), hash('c'), ''), false)
        assert.equal((await sessions.list()).length, 1)
        assert.equal((await users.record('anna'))?.secretHash, hash('b'))
        // Shut out, nobody comes in by having no password.
        await users.shutOut('anna')
        assert.equal(await sessions.startVerified({ name: 'anna', secretHash: '' }, FROM), undefined)
      }))

    test('a session is found by what was shown once, with what its user may do now, and its digest alone is kept', () =>
      opened(async ({ store, users, sessions, clock }) => {
        await users.add({ name: 'anna', role: 'see', content: false })
        const { id, token } = await sessions.start({ name: 'anna' }, FROM)
        const found = await sessions.find(token, FROM.address)
        assert.deepEqual([found?.id, found?.user, found?.role], [id, 'anna', 'see'])
        assert.equal(found?.endsAt, clock.now() + TIMES.sessionMs)
        await users.change('anna', { role: 'admin' })
        assert.equal((await sessions.find(token, '192.0.2.2'))?.role, 'admin')
        assert.equal((await sessions.list('anna'))[0]?.address, '192.0.2.2')
        assert.equal(
          await sessions.find(
            token.replace(/^./, first => (first === 'A' ? 'B' : 'A')),
            '',
          ),
          undefined,
        )
        const rows = await store.ask<{ readonly digest: string }>(
          'SELECT digest FROM postrider_relay.interface_session',
        )
        assert.ok(rows.length === 1 && rows.every(({ digest }) => digest !== token))
      }))

    test('a session is over when it was idle, when its time is, when it was ended and when its user is no more', () =>
      opened(async ({ users, sessions, clock }) => {
        await users.add({ name: 'anna', role: 'see', content: false })
        const start = () => sessions.start({ name: 'anna' }, FROM)
        const [idle, used] = [await start(), await start()]
        await clock.advance(TIMES.idleMs - MINUTE_MS)
        assert.notEqual(await sessions.find(used.token, FROM.address), undefined)
        await clock.advance(MINUTE_MS)
        assert.equal(await sessions.find(idle.token, FROM.address), undefined)
        assert.deepEqual(
          (await sessions.list()).map(({ id }) => id),
          [used.id],
        )
        assert.notEqual(await sessions.find(used.token, FROM.address), undefined)
        assert.equal(await sessions.end(used.id), true)
        assert.equal(await sessions.end(used.id), false)
        assert.equal(await sessions.find(used.token, FROM.address), undefined)
        const [kept, other] = [await start(), await start()]
        assert.equal(await sessions.endOthers('anna', kept.id), 1)
        assert.equal(await sessions.find(other.token, FROM.address), undefined)
        await users.remove('anna')
        assert.equal(await sessions.find(kept.token, FROM.address), undefined)
        assert.deepEqual(await sessions.list(), [])
      }))

    test('one user has twenty sessions, and the one that was used least lately gives way', () =>
      opened(async ({ store, users, sessions, clock }) => {
        for (const name of ['anna', 'bob']) await users.add({ name, role: 'see', content: false })
        const bobs = await sessions.start({ name: 'bob' }, FROM)
        const first = await sessions.start({ name: 'anna' }, FROM)
        await clock.advance(1)
        for (let count = 0; count < 20; count++) await sessions.start({ name: 'anna' }, FROM)
        assert.equal((await sessions.list('anna')).length, 20)
        assert.equal(await sessions.find(first.token, FROM.address), undefined)
        assert.notEqual(await sessions.find(bobs.token, FROM.address), undefined)
        // What is over is not kept for ever.
        await clock.advance(TIMES.sessionMs)
        await sessions.start({ name: 'bob' }, FROM)
        assert.equal((await store.ask('SELECT id FROM postrider_relay.interface_session')).length, 1)
      }))

    test('a link is good once and for a quarter of an hour, and ends the sessions and the links that were', () =>
      opened(async ({ users, sessions, links, clock }) => {
        await users.add({ name: 'anna', role: 'see', content: false })
        const { token: shown } = await sessions.start({ name: 'anna' }, FROM)
        const old = await links.make('anna')
        const link = await links.make('Anna')
        assert.equal(await links.find(old.token), undefined)
        assert.equal(await links.find(link.token), 'anna')
        const used = await Promise.all([links.use(link.token, hash('a')), links.use(link.token, hash('b'))])
        assert.deepEqual(
          used.filter(user => user !== undefined),
          ['anna'],
        )
        assert.equal((await users.record('anna'))?.secretHash, used[0] === 'anna' ? hash('a') : hash('b'))
        assert.equal(await sessions.find(shown, FROM.address), undefined)
        const late = await links.make('anna')
        await clock.advance(15 * MINUTE_MS)
        assert.equal(await links.find(late.token), undefined)
        assert.equal(await links.use(late.token, hash('c')), undefined)
        // Of who was removed meanwhile.
        const last = await links.make('anna')
        await users.remove('anna')
        assert.equal(await links.use(last.token, hash('d')), undefined)
      }))

    test('of the first links of several relays one makes the first user, and the others are void', () =>
      opened(async ({ users, links }) => {
        const one = await links.makeFirst()
        const other = await links.makeFirst()
        const used = await Promise.all([
          links.use(one?.token ?? '', hash('a')),
          links.use(other?.token ?? '', hash('b')),
        ])
        assert.deepEqual(
          used.filter(user => user !== undefined),
          ['admin'],
        )
        assert.deepEqual(
          (await users.list()).map(({ name, role }) => [name, role]),
          [['admin', 'admin']],
        )
        assert.equal(await links.makeFirst(), undefined)
      }))

    test('what was done is there before it ends, the newest first, page by page, and no more than is kept', () =>
      opened(async ({ store, clock }) => {
        const audit = new Audit(store, clock, 50)
        const action = { kind: 'user', who: 'anna', address: '192.0.2.1', action: 'POST /v1/x', asked: '{}' } as const
        const end = await audit.begin(action)
        const [begun] = await audit.list(1)
        assert.deepEqual(begun, { ...action, id: begun?.id, at: clock.now() })
        await end(200)
        assert.equal((await audit.list(1))[0]?.status, 200)
        for (let count = 1; count <= 200; count++) {
          await clock.advance(1)
          await audit.begin({ ...action, asked: String(count) })
        }
        const first = await audit.list(2)
        assert.deepEqual(
          first.map(({ asked }) => asked),
          ['200', '199'],
        )
        const second = await audit.list(2, first.at(-1)?.id)
        assert.deepEqual(
          second.map(({ asked }) => asked),
          ['198', '197'],
        )
        // Cleared each hundred.
        assert.ok((await audit.list(1000)).length <= 150)
        await clock.advance(1)
        await audit.begin({ ...action, asked: 'x'.repeat(5000) })
        assert.equal((await audit.list(1))[0]?.asked.length, 1000)
      }))
  })
}
