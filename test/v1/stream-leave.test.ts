/**
 * Who was let in to an event stream hears nothing of it any more once its leave is gone: the key, the account, the session or the role.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { FROM, TO } from '../resend/world.ts'
import { type Reader, reader } from './event-reader.ts'
import { OWN_PAGE, startV1World, type V1World } from './world.ts'

const SHOP = 'shop'

interface Leave {
  /** What it shows, and how it is taken away. */
  readonly shown: { readonly key: string; readonly headers?: Record<string, string> }
  readonly takeAway: () => Promise<unknown>
}

async function loggedIn(world: V1World, takeAway: (name: string) => Promise<unknown>): Promise<Leave> {
  const cookie = await world.logIn('see', { name: 'someone' })
  return { shown: { key: '', headers: { cookie, ...OWN_PAGE } }, takeAway: () => takeAway('someone') }
}

const LEAVES: Readonly<Record<string, (world: V1World, clock: FakeClock) => Promise<Leave>>> = {
  'a key that is removed': async ({ ask }) => {
    const { body } = await ask('POST', '/v1/keys', { body: { name: 'k', scopes: ['read'] } })
    return { shown: { key: body.key }, takeAway: () => ask('DELETE', `/v1/keys/${body.id}`) }
  },
  'a key that ends': async ({ makeKey }, clock) => {
    const key = await makeKey({ account: 'board@abc.mail', scopes: ['read'], expiresAt: clock.now() + 60_000 })
    return { shown: { key }, takeAway: () => clock.advance(60_000) }
  },
  'the key of an account that is taken away': async ({ ask }) => {
    await ask('POST', '/v1/accounts', { body: { name: SHOP } })
    const { body } = await ask('POST', '/v1/keys', { body: { name: 'k', account: SHOP, scopes: ['read'] } })
    return { shown: { key: body.key }, takeAway: () => ask('DELETE', `/v1/accounts/${SHOP}`) }
  },
  'a session that is ended': async world =>
    loggedIn(world, async name => {
      const { sessions } = (await world.ask('GET', '/v1/sessions')).body
      const its = sessions.filter(({ user }: { readonly user: string }) => user === name)
      assert.equal(its.length, 1)
      for (const { id } of its) await world.ask('DELETE', `/v1/sessions/${id}`)
    }),
  'a user that is removed': async world =>
    loggedIn(world, name => world.ask('DELETE', `/v1/users/${encodeURIComponent(name)}`)),
}

const accept = ({ relay }: V1World, account: string) => {
  const raw = Buffer.from(`From: ${FROM}\r\nTo: ${TO}\r\nSubject: x\r\n\r\nx\r\n`)
  return relay.mailer.accept(raw, { from: 'app@abc.mail', to: [TO] }, { account })
}

/** Time goes on until the stream says something, or is over. */
async function following(stream: Reader, clock: FakeClock): Promise<{ readonly event?: string } | undefined> {
  const next = stream.next()
  const came = next.then(() => true)
  const turn = () => new Promise<false>(resolve => setImmediate(resolve, false))
  while (!(await Promise.race([came, turn()]))) await clock.advance(1_000)
  return next
}

suite('an event stream ends for', () => {
  for (const [who, given] of Object.entries(LEAVES)) {
    test(`${who}, before it tells another event`, { timeout: 60_000 }, async () => {
      const clock = new FakeClock()
      await using world = await startV1World({}, { deliver: false, clock })
      const { shown, takeAway } = await given(world, clock)
      const account = who.includes('account') ? SHOP : 'board@abc.mail'
      using stream = await reader(world, '/v1/events', shown)
      await accept(world, account)
      assert.equal((await stream.next())?.event, 'message.queued')
      await takeAway()
      await clock.advance(1_000)
      await accept(world, account)
      let after = await following(stream, clock)
      // Nothing but comments, which may have been on their way.
      while (after !== undefined && after.event === undefined) after = await following(stream, clock)
      assert.equal(after, undefined)
    })

    test(`${who}, also when there is nothing to tell`, { timeout: 60_000 }, async () => {
      const clock = new FakeClock()
      await using world = await startV1World({}, { deliver: false, clock })
      const { shown, takeAway } = await given(world, clock)
      using stream = await reader(world, '/v1/events', shown)
      await takeAway()
      while ((await following(stream, clock)) !== undefined);
    })
  }
})

test('who may still listen is not asked for a request each time, and a stream is no use of a session', {
  timeout: 60_000,
}, async () => {
  const clock = new FakeClock()
  await using world = await startV1World({ relay: { http: { requestsPerSecond: 2 } } }, { deliver: false, clock })
  using stream = await reader(world, '/v1/events', { key: world.key })
  for (let n = 0; n < 5; n++) {
    await clock.advance(1_000)
    await accept(world, 'board@abc.mail')
    assert.equal((await stream.next())?.event, 'message.queued')
  }
  const cookie = await world.logIn('see')
  using own = await reader(world, '/v1/events', { key: '', headers: { cookie, ...OWN_PAGE } })
  const seen = async () => (await world.ask('GET', '/v1/sessions')).body.sessions[0].seenAt
  const usedAt = async () => {
    const { keys } = (await world.ask('GET', '/v1/keys')).body
    return keys.find(({ account }: { readonly account?: string }) => account === 'board@abc.mail').lastUsedAt
  }
  const before = await seen()
  const usedBefore = await usedAt()
  assert.ok(usedBefore < clock.now())
  await clock.advance(300_000)
  await accept(world, 'board@abc.mail')
  while ((await own.next())?.event !== 'message.queued');
  assert.equal(await seen(), before)
  while ((await stream.next())?.event !== 'message.queued');
  assert.equal(await usedAt(), usedBefore)
})
