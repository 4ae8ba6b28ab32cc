/**
 * Two mailers on one queue in PostgreSQL, whose machines' clocks are six minutes apart: one is three ahead of the server, one three
 * behind. What is due goes by the server's clock: nothing goes early, late, twice, or to another while its owner lives.
 */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { type Clock, type Fact, type Mailer, type MailerSeams, systemClock } from '@postrider/core'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'
import { DRAFT, openWorld, type World, type WorldOptions } from '../support/world.ts'

const bin = findPostgres()
const MINUTES_3 = 180_000
const WAIT_MS = 2_500

const skewed = (ms: number): Clock => ({ ...systemClock, now: () => systemClock.now() + ms })
/** The machine that runs the test has the clock that the server reads. */
const server = (): number => Date.now()

if (bin === undefined) test('clocks that differ on a queue in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('clocks that differ on a queue in PostgreSQL', () => {
    let postgres: PostgresServer
    before(async () => {
      postgres = await startPostgres(bin)
    })
    after(() => postgres.remove())

    interface Pair {
      readonly world: World
      readonly ahead: Mailer
      readonly behind: Mailer
    }

    async function pair(t: TestContext, more: Pick<WorldOptions, 'hosts'> = {}): Promise<Pair> {
      const seams = (skew: number): MailerSeams => ({ clock: skewed(skew) })
      const options = { queue: { url: await postgres.database() } }
      const world = await openWorld({ ...more, options, seams: seams(MINUTES_3) })
      t.after(() => world[Symbol.asyncDispose]())
      return { world, ahead: world.mailer, behind: await world.another(options, seams(-MINUTES_3)) }
    }

    const both = ['ahead', 'behind'] as const

    for (const name of both)
      test(`what the one that is ${name} is to send later goes out at that moment, by whichever of the two, once`, async t => {
        const { world, ...mailers } = await pair(t)
        const due = server() + WAIT_MS
        const receipt = await mailers[name].send(DRAFT, { notBefore: due })
        await world.mx[0]?.waitFor(1)
        const late = server() - due
        assert.ok(late >= -50, `${-late} ms early`)
        // The machine may be busy; the clocks are minutes apart.
        assert.ok(late < 60_000, `${late} ms late`)
        await Promise.all([mailers.ahead.idle(), mailers.behind.idle()])
        const { facts } = await mailers.ahead.explain(receipt.id)
        assert.deepEqual(
          facts.map(({ fact }) => fact.kind),
          ['queued', 'delivered'],
        )
        for (const { fact } of facts) assert.ok(Math.abs(fact.at - server()) < 60_000, `${fact.kind} at ${fact.at}`)
        assert.equal(world.mx[0]?.messages.length, 1)
      })

    for (const name of both)
      test(`what the one that is ${name} defers is due when its wait is over, and no attempt of the other comes before`, async t => {
        const answer = ({ verb }: { readonly verb: string }): string | undefined =>
          verb === 'RCPT' ? '450 4.2.1 not now' : undefined
        const { world, ahead, behind } = await pair(t, { hosts: [{ answer }] })
        const mailer = name === 'ahead' ? ahead : behind
        const deferred = Promise.withResolvers<Extract<Fact, { kind: 'deferred' }>>()
        for (const each of [ahead, behind]) each.on('deferred', deferred.resolve)
        const { id } = await mailer.send(DRAFT)
        const { nextAttemptAt } = await deferred.promise
        // A minute, of which a fifth is left to chance.
        const wait = nextAttemptAt - server()
        assert.ok(wait > 30_000 && wait < 80_000, `it waits for ${wait} ms`)
        // Three minutes ahead, it would be due long since.
        for (let looks = 0; looks < 5; looks++) {
          await systemClock.sleep(200)
          for (const each of [ahead, behind]) assert.equal((await each.queue.show(id))?.recipients[0]?.attempts, 1)
        }
        assert.equal(world.mx[0]?.messages.length, 0)
      })

    test('what one has under way is not taken over by the other while it lives', async t => {
      const reached = Promise.withResolvers<void>()
      const released = Promise.withResolvers<undefined>()
      const answer = ({ verb }: { readonly verb: string }): Promise<undefined> | undefined => {
        if (verb !== 'MESSAGE') return undefined
        reached.resolve()
        return released.promise
      }
      const { world, ahead, behind } = await pair(t, { hosts: [{ answer }] })
      const receipt = await behind.send(DRAFT)
      await reached.promise
      // Several beats of both.
      await systemClock.sleep(3_000)
      assert.equal((await ahead.queue.counts()).running, 1)
      released.resolve(undefined)
      assert.equal((await receipt.settled()).delivered, true)
      await ahead.idle()
      assert.equal(world.mx[0]?.messages.length, 1)
      assert.deepEqual(
        (await ahead.explain(receipt.id)).facts.map(({ fact }) => fact.kind),
        ['queued', 'delivered'],
      )
    })

    test('a suppression ends for both at one moment', async t => {
      const { ahead, behind } = await pair(t)
      const until = server() + 60_000
      await ahead.suppressions.add({ address: 'you@dest.test', until })
      for (const each of [ahead, behind]) assert.equal((await each.suppression('you@dest.test'))?.until, until)
      assert.ok(Math.abs(ahead.clock.now() - behind.clock.now()) < 5_000)
    })
  })
