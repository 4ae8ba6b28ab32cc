/**
 * What is particular to the queue in PostgreSQL: several processes at once, leases that run out, a server that goes away.
 */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { openPostgresQueue, type PostgresQueueOptions, type QueueStore } from '@postrider/core/postgres'
import { MailerError, type MailerErrorCode } from '../../packages/core/src/model/error.ts'
import type { Job } from '../../packages/core/src/model/job.ts'
import { FakeClock } from '../../packages/core/src/testing/fake-clock.ts'
import { DAY, deliveredFacts, LEASE_MS, makeSubmission, START, settle } from '../contract/queue-samples.ts'
import { findPostgres, NO_POSTGRES, type PostgresServer, startPostgres } from '../support/postgres.ts'

const bin = findPostgres()
const REQUEST = { now: START, limit: 20, perDomain: 5, leaseMs: LEASE_MS, exclude: [] } as const

/** No timer of ours passes by itself in these tests. */
const INSTANT = { time: 'clock', gatherMs: 0 } as const

const refuses = (asking: Promise<unknown>, code: MailerErrorCode): Promise<void> =>
  assert.rejects(asking, error => MailerError.is(error) && error.code === code)

async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let round = 0; round < 6_000; round++) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  return assert.fail('it did not come to pass')
}

if (bin === undefined) test('the queue in PostgreSQL', { skip: NO_POSTGRES })
else
  suite('the queue in PostgreSQL', () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres(bin)
    })
    after(() => server.remove())

    let stores: QueueStore[] = []

    async function database(t: TestContext): Promise<string> {
      const url = await server.database()
      t.after(async () => {
        await Promise.all(stores.map(store => store.close()))
        stores = []
        await server.drop(url)
      })
      return url
    }

    async function open(connectionString: string, options: Partial<PostgresQueueOptions> = {}): Promise<QueueStore> {
      const store = await openPostgresQueue({ connectionString, clock: new FakeClock(START), ...INSTANT, ...options })
      stores.push(store)
      return store
    }

    test('while three enqueue and three deliver, each job goes out once, and no fact escapes a cursor', async t => {
      const url = await database(t)
      const stores = await Promise.all(Array.from({ length: 3 }, () => open(url, { connections: 6 })))
      const messages = 900
      let left = messages
      const taken = new Map<number, number>()
      const source = async (store: QueueStore): Promise<void> => {
        while (left-- > 0)
          await store.enqueue(makeSubmission({ to: [`u@d${left % 40}.example`, `v@e${left % 3}.example`] }))
      }
      let done = 0
      let givenUp = 0
      // A lane that someone adds to at the moment of a claim is looked at again some milliseconds later: time has to pass.
      let now = START
      const sink = async (store: QueueStore): Promise<void> => {
        for (let idle = 0; done < 2 * messages && idle < 5_000; ) {
          const jobs = await store.claim({ ...REQUEST, now })
          idle = jobs.length > 0 ? 0 : idle + 1
          if (jobs.length === 0) now++
          await Promise.all(
            jobs.map(async job => {
              taken.set(job.id, (taken.get(job.id) ?? 0) + 1)
              assert.equal(await store.commit(settle(job, 'delivered'), [], deliveredFacts(job)), true)
              done++
            }),
          )
        }
        givenUp++
      }
      const numbers: number[] = []
      const read = async (store: QueueStore): Promise<void> => {
        while (numbers.length < 3 * messages) {
          const finished = done === 2 * messages || givenUp === stores.length
          const facts = await store.facts(numbers.at(-1) ?? 0, 50)
          numbers.push(...facts.map(({ number }) => number))
          if (facts.length === 0) assert.ok(!finished, `only ${numbers.length} facts were seen`)
        }
      }
      await Promise.all([
        ...stores.flatMap(store => [source(store), source(store), sink(store)]),
        read(stores[1] as QueueStore),
      ])
      assert.equal(taken.size, 2 * messages)
      assert.ok([...taken.values()].every(times => times === 1))
      assert.deepEqual(
        numbers,
        Array.from({ length: 3 * messages }, (_, at) => at + 1),
      )
      const counts = await (stores[0] as QueueStore).counts(START)
      assert.deepEqual(counts, { messages: 0, recipients: 0, due: 0, running: 0, held: 0 })
      assert.deepEqual(await server.query('SELECT count(*)::integer FROM postrider.lane', url), [[0]])
    })

    test('a lane that a claim empties while someone adds to it is not lost', async t => {
      const url = await database(t)
      const store = await open(url)
      await store.enqueue(makeSubmission())
      const held = await server.hold(url, [
        'SET search_path = postrider',
        `SELECT queue_lanes(ARRAY['b.example'], ARRAY[1]::smallint[], ARRAY[${START}]::bigint[])`,
      ])
      assert.equal((await store.claim(REQUEST)).length, 1)
      assert.equal(await store.nextDue([]), START + 50)
      await held.query(
        `INSERT INTO job VALUES (${999 * 16_384}, 'b.example', 1, 0, ${START}, ${START + DAY}, 0, 1, NULL, NULL)`,
      )
      await held.query(
        `INSERT INTO message (n, id, sender, accepted_at, expires_at, size, priority, jobs, meta)
         OVERRIDING SYSTEM VALUE VALUES (999, 'X', '', ${START}, ${START}, 1, 1, 1, '{"reversePath":null,"facts":{}}')`,
      )
      await held.commit()
      assert.equal((await store.claim({ ...REQUEST, now: START + 50 })).length, 1)
      assert.equal(await store.nextDue([]), undefined)
    })

    test('an owner that was silent for 15 seconds is taken over, and a final dot that it marked is told as uncertain', async t => {
      const url = await database(t)
      const clock = new FakeClock(START)
      const dead = await openPostgresQueue({ connectionString: url, clock, ...INSTANT })
      const other = await open(url, { clock })
      for (const store of [dead, other]) await store.takeLeadership(START, LEASE_MS)
      const [sure, unsure] = [
        makeSubmission(),
        makeSubmission({ to: ['1@c.example', '2@c.example'], tags: { n: '2' } }),
      ]
      const done = makeSubmission({ to: ['done@d.example'] })
      const late = makeSubmission({ to: ['late@e.example', 'late@f.example'] })
      for (const each of [sure, unsure, done, late]) await dead.enqueue(each)
      const jobs = new Map((await dead.claim(REQUEST)).map(job => [job.messageId, job]))
      const [unsureJob, doneJob] = [jobs.get(unsure.id) as Job, jobs.get(done.id) as Job]
      dead.enterFinalDot(unsureJob)
      dead.enterFinalDot(doneJob)
      await dead.commit(settle(doneJob, 'delivered'), [], deliveredFacts(doneJob))
      await eventually(async () => (await server.query('SELECT FROM postrider.mark_0', url)).length === 2)
      dead.destroy(new Error('killed'))
      assert.equal((await other.claim(REQUEST)).length, 0)
      const again: Job[] = []
      await eventually(async () => {
        await clock.advance(1_000)
        again.push(...(await other.claim({ ...REQUEST, now: clock.now() })))
        return again.length === 4
      })
      assert.ok(clock.now() >= START + 15_000, `taken over after ${clock.now() - START} ms`)
      assert.deepEqual(new Set(again.map(job => job.messageId)), new Set([sure.id, unsure.id, late.id]))
      const told = (await other.facts(0, 100)).map(({ fact }) => fact).filter(({ kind }) => kind === 'uncertain')
      assert.deepEqual(
        told.map(({ messageId, tags, ...rest }) => ({
          messageId,
          tags,
          ...('recipients' in rest && { to: rest.recipients }),
        })),
        [{ messageId: unsure.id, tags: { n: '2' }, to: ['1@c.example', '2@c.example'] }],
      )
      assert.equal(await other.commit(settle(unsureJob, 'delivered'), [], []), false, 'an old lease is void')
    })

    test('a mark is made without waiting, and goes with its lease', async t => {
      const url = await database(t)
      const store = await open(url)
      await store.enqueue(makeSubmission())
      const [job] = (await store.claim(REQUEST)) as [Job]
      store.enterFinalDot(job)
      await eventually(async () => (await server.query('SELECT FROM postrider.final_dot', url)).length === 1)
      await store.release(job, START)
      await eventually(async () => (await server.query('SELECT FROM postrider.final_dot', url)).length === 0)
    })

    test('what another process adds is heard of without looking', async t => {
      const url = await database(t)
      const [one, other] = [await open(url), await open(url)]
      let heard = 0
      one.onWork(() => heard++)
      await other.enqueue(makeSubmission())
      await eventually(() => heard > 0)
    })

    test('a domain that is most of what waits is listed whole, and so is one that is little of it', async t => {
      const url = await database(t)
      const store = await open(url)
      const to = (at: number): string => (at % 100 === 0 ? 'u@few.example' : 'u@most.example')
      await Promise.all(Array.from({ length: 5_500 }, (_, at) => store.enqueue(makeSubmission({ to: [to(at)] }))))
      const countOf = async (domain: string): Promise<number> =>
        (await store.list({ domain, state: 'waiting', limit: 10_000 })).length
      assert.deepEqual([await countOf('few.example'), await countOf('most.example')], [55, 5_445])
      assert.equal(await store.cancel({ domain: 'most.example' }, START), 5_445)
      assert.deepEqual([await countOf('few.example'), await countOf('most.example')], [55, 0])
    })

    test('a reply with a NUL octet is kept without it', async t => {
      const url = await database(t)
      const store = await open(url)
      const { id } = makeSubmission()
      await store.enqueue({ ...makeSubmission(), id })
      const [job] = (await store.claim(REQUEST)) as [Job]
      const settlement = settle(job, 'delivered')
      const [first] = settlement.recipients
      const reply = { code: 250, lines: ['o\0k'] }
      const recipients = [{ ...first, verdict: { ...first?.verdict, reply } }] as typeof settlement.recipients
      assert.equal(await store.commit({ ...settlement, recipients }, [], []), true)
      assert.equal((await store.show(id))?.recipients[0]?.lastReply, '250 ok')
    })

    test('of a batch one call that cannot be done is refused, and the others are done', async t => {
      const url = await database(t)
      const store = await open(url)
      const twice = makeSubmission()
      const answers = await Promise.allSettled([
        store.enqueue(twice),
        store.enqueue(makeSubmission()),
        store.enqueue(twice),
      ])
      assert.deepEqual(
        answers.map(({ status }) => status),
        ['fulfilled', 'fulfilled', 'rejected'],
      )
      assert.equal((await store.counts(START)).messages, 2)
    })

    test('while the server is away everything is refused as queue-unavailable, and after it is back all is well', async t => {
      const url = await database(t)
      const clock = new FakeClock(START)
      const [store, other] = [await open(url, { clock }), await open(url, { clock })]
      const accepted = makeSubmission()
      await store.enqueue(accepted)
      const [job] = (await store.claim(REQUEST)) as [Job]
      await server.stop('immediate')
      await refuses(store.enqueue(makeSubmission()), 'queue-unavailable')
      await refuses(store.commit(settle(job, 'delivered'), [], []), 'queue-unavailable')
      await refuses(openPostgresQueue({ connectionString: url }), 'queue-unavailable')
      await server.start()
      // Each process makes its listening connection anew, and looks at once for what it missed.
      let heard = 0
      other.onWork(() => heard++)
      await eventually(async () => {
        await clock.advance(30_000)
        return heard > 0
      })
      assert.deepEqual(await store.read(accepted.id), accepted.message.bytes)
      assert.equal(await store.commit(settle(job, 'delivered'), [], []), true)
      heard = 0
      await eventually(async () => {
        // What an owner delivers itself is no news to others.
        await store.enqueue(makeSubmission({ to: ['1@b.example', '2@c.example'] }))
        return heard > 0
      })
    })
  })
