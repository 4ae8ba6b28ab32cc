import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { type Clock, systemClock } from '../ambient/clock.ts'
import type { Domain } from '../model/address.ts'
import type { SessionFact } from '../model/fact.ts'
import type { Hop } from '../model/route.ts'
import { SmtpError, transact } from '../smtp/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { startFakeMx } from '../testing/fake-mx.ts'
import { hopTo, jobFor } from '../testing/parcel.ts'
import { type PoolOptions, SessionPool } from './pool.ts'

const never = new AbortController().signal
const content = Buffer.from('Subject: hi\r\n\r\nhello\r\n')
const site = 'example.test'

function newPool(options: Partial<PoolOptions> & { readonly clock?: Clock } = {}): SessionPool {
  return new SessionPool({ clock: systemClock, record: () => {}, ...options })
}

/** Borrows, sends one message, gives back; whether the session was a used one. */
async function sendOne(pool: SessionPool, hop: Hop): Promise<boolean> {
  using lent = await pool.borrow(hop, { site }, never)
  const { reversePath, recipients, facts, requireTls } = jobFor(content, ['a@example.test'])
  const transaction = { reversePath, recipients, facts, requireTls, content, enterFinalDot: () => () => {} }
  await transact(lent.session, transaction, [], never)
  return lent.reused
}

test('a session is lent again to the next message', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = newPool()
  assert.equal(await sendOne(pool, hopTo(mx)), false)
  assert.equal(await sendOne(pool, hopTo(mx)), true)
  assert.equal(mx.connections, 1)
})

test('a session of a weaker requirement is never lent to a message that needs a stronger one', async () => {
  await using mx = await startFakeMx()
  await using pool = newPool()
  const names = [mx.name as Domain]
  await sendOne(pool, hopTo(mx, { level: 'opportunistic' }))
  assert.equal(await sendOne(pool, hopTo(mx, { level: 'encrypted' })), false)
  await assert.rejects(sendOne(pool, hopTo(mx, { verify: { by: 'pkix', names } })), SmtpError)
  assert.equal(pool.size.resting, 2)
})

test('a session of one login, name, address or port is never lent to another', async () => {
  await using mx = await startFakeMx({ certificate: false, login: { user: 'u', password: 'p' } })
  await using pool = newPool()
  const plain = hopTo(mx, { level: 'none' })
  await sendOne(pool, plain)
  const others: readonly Hop[] = [
    hopTo(mx, { level: 'none', login: { user: 'u', password: 'p' } }),
    { ...plain, departure: { hostname: 'other.example.test' as Domain } },
    hopTo(mx, { level: 'none', localAddress: '127.0.0.9' }),
    { ...plain, host: 'mx2.example.test' as Domain },
  ]
  for (const hop of others) assert.equal(await sendOne(pool, hop), false)
  assert.equal(await sendOne(pool, plain), true)
})

test('a session says goodbye when it has served as many messages as the site bears', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = newPool()
  const hop = hopTo(mx, { limits: { messagesPerConnection: 2 } })
  const reused = [await sendOne(pool, hop), await sendOne(pool, hop), await sendOne(pool, hop)]
  assert.deepEqual(reused, [false, true, false])
})

test('a session that rests too long says goodbye', async () => {
  const clock = new FakeClock()
  await using mx = await startFakeMx({ certificate: false })
  await using pool = newPool({ clock, idleMs: 1000 })
  await sendOne(pool, hopTo(mx))
  await clock.advance(600)
  await sendOne(pool, hopTo(mx))
  await clock.advance(600)
  assert.equal(pool.size.resting, 1, 'it rested 600 ms since its last message')
  await clock.advance(400)
  assert.equal(pool.size.resting, 0)
  await mx.quiet()
})

test('no more than maxIdle sessions rest, and the oldest leaves first', async () => {
  const clock = new FakeClock()
  await using one = await startFakeMx({ certificate: false, name: 'one.test' })
  await using two = await startFakeMx({ certificate: false, name: 'two.test' })
  await using pool = newPool({ clock, maxIdle: 1 })
  await sendOne(pool, hopTo(one))
  await clock.advance(10)
  await sendOne(pool, hopTo(two))
  assert.equal(pool.size.resting, 1)
  await one.quiet()
  assert.equal(await sendOne(pool, hopTo(two)), true)
})

test('a session that the server cut while it rested is not lent again', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = newPool()
  await sendOne(pool, hopTo(mx))
  mx.cut()
  while (pool.size.resting > 0) await new Promise(resolve => setImmediate(resolve))
  assert.equal(await sendOne(pool, hopTo(mx)), false)
})

test('close says QUIT to what rests, waits for what is lent, and lends nothing that rests again', async () => {
  const verbs: string[] = []
  await using mx = await startFakeMx({
    certificate: false,
    answer: ({ verb }) => {
      verbs.push(verb)
      return undefined
    },
  })
  const pool = newPool()
  const lent = await pool.borrow(hopTo(mx), { site }, never)
  await sendOne(pool, hopTo(mx))
  let closed = false
  const closing = pool.close().then(() => {
    closed = true
  })
  await mx.waitFor(1)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(closed, false)
  lent[Symbol.dispose]()
  lent[Symbol.dispose]()
  await closing
  await pool.close()
  assert.equal(verbs.filter(verb => verb === 'QUIT').length, 2)
  assert.deepEqual(pool.size, { resting: 0, lent: 0 })
})

test('destroy cuts what works, what rests and what is being opened', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using silent = await startFakeMx({ certificate: false, answer: () => new Promise<undefined>(() => {}) })
  const pool = newPool()
  await sendOne(pool, hopTo(mx))
  using lent = await pool.borrow(hopTo(mx, { localAddress: '127.0.0.1' }), { site }, never)
  const opening = pool.borrow(hopTo(silent), { site }, never)
  pool.destroy(new Error('over'))
  pool.destroy(new Error('over'))
  await assert.rejects(opening, error => error instanceof SmtpError && error.loss?.code === 'aborted')
  assert.equal(lent.session.phase, 'broken')
  assert.equal(pool.size.resting, 0)
})

test('a fact tells of every connection that was opened or could not be', async () => {
  const facts: SessionFact[] = []
  const mx = await startFakeMx()
  const pool = newPool({ record: fact => facts.push(fact) })
  await sendOne(pool, hopTo(mx))
  await sendOne(pool, hopTo(mx))
  await pool.close()
  const hop = hopTo(mx)
  await mx.close()
  await assert.rejects(newPool({ record: fact => facts.push(fact) }).borrow(hop, { site }, never))
  assert.deepEqual(
    facts.map(fact => [fact.kind, fact.site, fact.host, fact.tls?.verified, fact.stage, fact.code]),
    [
      ['session-opened', site, 'mx.example.test', 'none', undefined, undefined],
      ['session-failed', site, 'mx.example.test', undefined, 'connect', 'connect-refused'],
    ],
  )
  assert.doesNotThrow(() => JSON.stringify(facts))
})
