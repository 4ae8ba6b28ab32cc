/**
 * Who was let in to what waits for captured mail is not told of any that comes once its leave is gone; nor is who waits for anything else.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Resolver } from '@postrider/core'
import { createFakeDns, FakeClock } from '@postrider/core/testing'
import { FROM, TO } from '../resend/world.ts'
import { reader } from './event-reader.ts'
import { OWN_PAGE, startV1World, type V1World } from './world.ts'

interface Leave {
  readonly shown: { readonly key: string; readonly headers?: Record<string, string> }
  readonly takeAway: () => Promise<unknown>
  /** What it is told then. */
  readonly refusal: readonly [number, string]
}

async function changed(world: V1World, change: object): Promise<Leave> {
  const cookie = await world.logIn('operate', { name: 'someone', content: true })
  return {
    shown: { key: '', headers: { cookie, ...OWN_PAGE } },
    takeAway: async () => assert.equal((await world.ask('PATCH', '/v1/users/someone', { body: change })).status, 200),
    refusal: [403, 'restricted_session'],
  }
}

const removedKey = async ({ ask }: V1World, scopes: readonly string[]): Promise<Leave> => {
  const { body } = await ask('POST', '/v1/keys', { body: { name: 'k', scopes } })
  return {
    shown: { key: body.key },
    takeAway: async () => assert.equal((await ask('DELETE', `/v1/keys/${body.id}`)).status, 200),
    refusal: [403, 'invalid_api_key'],
  }
}

const LEAVES: Readonly<Record<string, (world: V1World) => Promise<Leave>>> = {
  'a key that is removed': world => removedKey(world, ['content']),
  'a user that loses content': world => changed(world, { content: false }),
  'a user that is removed': async world => ({
    ...(await changed(world, {})),
    takeAway: async () => assert.equal((await world.ask('DELETE', '/v1/users/someone')).status, 200),
    refusal: [401, 'missing_session'],
  }),
}

const WAIT_MS = 47_000

/** Says when somebody waits for captured mail. */
class WatchedClock extends FakeClock {
  readonly #waits = Promise.withResolvers<void>()
  readonly waits: Promise<void> = this.#waits.promise

  override after(ms: number, call: () => void): () => void {
    if (ms === WAIT_MS) this.#waits.resolve()
    return super.after(ms, call)
  }
}

const waitFor = `/v1/inbox/wait?timeout=${WAIT_MS}`

const capturing = (clock: FakeClock) => startV1World({ relay: { capture: { enabled: true } } }, { clock })

const capture = ({ relay }: V1World) =>
  relay.mailer.accept(
    Buffer.from(`From: ${FROM}\r\nTo: ${TO}\r\nSubject: secret\r\n\r\nx\r\n`),
    { from: 'app@abc.mail', to: [TO] },
    { account: 'board@abc.mail' },
  )

suite('captured mail is not told to', () => {
  for (const [who, given] of Object.entries(LEAVES)) {
    test(`${who}, as an event`, { timeout: 60_000 }, async () => {
      const clock = new FakeClock()
      await using world = await capturing(clock)
      const { shown, takeAway } = await given(world)
      using stream = await reader(world, '/v1/inbox/events', shown)
      await takeAway()
      await clock.advance(1_000)
      await capture(world)
      assert.equal(await stream.next(), undefined)
    })

    test(`${who}, who waited for it`, { timeout: 60_000 }, async () => {
      const clock = new WatchedClock()
      await using world = await capturing(clock)
      const { shown, takeAway, refusal } = await given(world)
      const waiting = world.ask('GET', waitFor, shown)
      await Promise.race([clock.waits, waiting])
      await takeAway()
      await capture(world)
      const { status, body } = await waiting
      assert.deepEqual([status, body.name, JSON.stringify(body).includes('secret')], [...refusal, false])
    })

    test(`${who}, who waited in vain and is not told of other mail`, { timeout: 60_000 }, async () => {
      const clock = new WatchedClock()
      await using world = await capturing(clock)
      const { shown, takeAway, refusal } = await given(world)
      const waiting = world.ask('GET', `${waitFor}&subject=another`, shown)
      await Promise.race([clock.waits, waiting])
      await takeAway()
      await capture(world)
      await clock.advance(WAIT_MS)
      const { status, body } = await waiting
      assert.deepEqual([status, body.name, JSON.stringify(body).includes('secret')], [...refusal, false])
    })
  }

  test('and is told to who still may', { timeout: 60_000 }, async () => {
    for (const [who, given] of Object.entries(LEAVES)) {
      const clock = new WatchedClock()
      await using world = await capturing(clock)
      const { shown } = await given(world)
      const waiting = world.ask('GET', waitFor, shown)
      await Promise.race([clock.waits, waiting])
      await capture(world)
      const { status, body } = await waiting
      assert.deepEqual([status, body.subject], [200, 'secret'], who)
    }
  })
})

suite('while names are looked up, a user gets a lesser role, and is told nothing', () => {
  const held = () => {
    const asked = Promise.withResolvers<void>()
    const answers = Promise.withResolvers<void>()
    const dns = createFakeDns({})
    const resolver: Resolver = {
      trustworthy: true,
      query: async (question, signal) => {
        asked.resolve()
        await answers.promise
        return dns.query(question, signal)
      },
    }
    return { asked: asked.promise, answer: answers.resolve, resolver }
  }
  const lookUps: Readonly<Record<string, (world: V1World, shown: Leave['shown']) => Promise<Response>>> = {
    'of the doctor': (world, shown) => doctor(world, shown, 'application/json'),
    'of the doctor, as a stream': (world, shown) => doctor(world, shown, 'text/event-stream'),
  }
  for (const [what, ask] of Object.entries(lookUps)) {
    test(what, { timeout: 60_000 }, async () => {
      const clock = new FakeClock()
      const { asked, answer, resolver } = held()
      await using world = await startV1World({}, { deliver: false, clock, resolver })
      const { shown, takeAway } = await changed(world, { role: 'see' })
      const answered = ask(world, shown)
      await asked
      await takeAway()
      await clock.advance(1_000)
      answer()
      const response = await answered
      const text = await response.text()
      // What needed no name was told before.
      if (response.status === 200) assert.doesNotMatch(text, /event: report/)
      else assert.deepEqual([response.status, JSON.parse(text).name], [403, 'restricted_session'])
    })
  }
})

const doctor = ({ url }: V1World, { headers = {} }: Leave['shown'], accept: string): Promise<Response> =>
  fetch(`${url}/v1/doctor`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ addresses: ['app@abc.mail'], probeHost: '127.0.0.1' }),
  })
