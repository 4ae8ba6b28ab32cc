/** Scenarios: the end of a mailer, and the next one on the same queue file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MailerError, systemClock } from '@postrider/core'
import type { FakeMxOptions } from '@postrider/core/testing'
import { DRAFT, openWorld } from '../support/world.ts'

/** A mail host that answers the final dot when `release` is called; `reached` resolves when the message is there. */
function slowAtTheDot() {
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<undefined>()
  const answer: FakeMxOptions['answer'] = ({ verb }) => {
    if (verb !== 'MESSAGE') return undefined
    reached.resolve()
    return released.promise
  }
  return { answer, reached: reached.promise, release: () => released.resolve(undefined) }
}

test('close lets the transaction that is under way finish, and the outcome is on disk', async () => {
  const { answer, reached, release } = slowAtTheDot()
  await using world = await openWorld({ hosts: [{ answer }] })
  const receipt = await world.mailer.send(DRAFT)
  await reached
  const closing = world.mailer.close()
  release()
  await closing
  const next = await world.another()
  const { facts } = await next.explain(receipt.id)
  assert.deepEqual(
    facts.map(({ fact }) => fact.kind),
    ['queued', 'delivered'],
  )
  assert.equal(world.mx[0]?.messages.length, 1)
})

test('when its time is up, close cuts what is under way; after the final dot that is uncertain, and tried again', async () => {
  const { answer, reached, release } = slowAtTheDot()
  await using world = await openWorld({ hosts: [{ answer }] })
  const receipt = await world.mailer.send(DRAFT)
  await reached
  await world.mailer.close({ withinMs: 10 })
  release()
  const next = await world.another()
  const { entry, facts } = await next.explain(receipt.id)
  assert.deepEqual(
    facts.map(({ fact }) => fact.kind),
    ['queued', 'uncertain', 'deferred'],
  )
  assert.equal(entry.recipients[0]?.state, 'deferred')
})

test('a message that is cut off before its final dot is in the queue, and the attempt does not count', async () => {
  const reached = Promise.withResolvers<void>()
  let hangs = true
  const answer: FakeMxOptions['answer'] = ({ verb }) => {
    if (verb !== 'RCPT' || !hangs) return undefined
    reached.resolve()
    return new Promise(() => {})
  }
  await using world = await openWorld({ hosts: [{ answer }] })
  const receipt = await world.mailer.send(DRAFT)
  await reached.promise
  await world.mailer.close({ withinMs: 10 })
  hangs = false
  const next = await world.another()
  await world.mx[0]?.waitFor(1)
  await next.idle()
  const { facts } = await next.explain(receipt.id)
  assert.deepEqual(
    facts.map(({ fact }) => (fact.kind === 'delivered' ? `${fact.kind} ${fact.attempt}` : fact.kind)),
    ['queued', 'delivered 1'],
  )
})

test('destroy between final dot and reply leaves an uncertain fact after the restart, and the message goes again', async () => {
  const { answer, reached, release } = slowAtTheDot()
  await using world = await openWorld({ hosts: [{ answer }] })
  const receipt = await world.mailer.send(DRAFT)
  await reached
  world.mailer.destroy()
  release()
  const next = await world.another()
  await world.mx[0]?.waitFor(2)
  await next.idle()
  const { facts, lines } = await next.explain(receipt.id)
  assert.deepEqual(
    facts.map(({ fact }) => fact.kind),
    ['queued', 'uncertain', 'delivered'],
  )
  assert.match(lines.map(({ text }) => text).join('\n'), /may arrive twice/)
})

test('destroy may be called at any time, more than once, and before or after close', async () => {
  await using world = await openWorld()
  void world.mailer.send(DRAFT).catch(() => {})
  world.mailer.destroy()
  world.mailer.destroy(new Error('again'))
  await world.mailer.close()
  await assert.rejects(world.mailer.send(DRAFT), { code: 'closed' })
  const second = await world.another()
  const closing = second.close()
  second.destroy()
  await closing
})

test('the next mailer on the file delivers as soon as the first one is closed', async () => {
  await using world = await openWorld()
  const second = await world.another()
  await world.mailer.close()
  const began = performance.now()
  await (await second.send(DRAFT)).settled()
  assert.ok(performance.now() - began < 15_000, 'before the hold of the first one would have ended by itself')
})

test('what is being accepted when close is called is accepted', async () => {
  await using world = await openWorld()
  const sending = world.mailer.sendMany(Array.from({ length: 20 }, () => ({ ...DRAFT, date: new Date() })))
  const one = world.mailer.send(DRAFT)
  await world.mailer.close()
  const { id } = await one
  const results = await sending
  const codes = new Set(results.map(result => (result.ok ? 'accepted' : (result.error as MailerError).code)))
  assert.deepEqual(
    [...codes].filter(code => code !== 'accepted' && code !== 'closed'),
    [],
  )
  const next = await world.another()
  assert.ok((await next.explain(id)).facts.length > 0)
})

test('who waits for the outcome when the mailer is closed is told so; who gave up by a signal is told that', async () => {
  await using world = await openWorld()
  const receipt = await world.mailer.send(DRAFT, { notBefore: Date.now() + 60_000 })
  const aborted = receipt.settled({ signal: AbortSignal.abort() })
  await assert.rejects(aborted, { code: 'aborted' })
  const waiting = assert.rejects(receipt.settled(), { code: 'closed' })
  await world.mailer.close()
  await waiting
})

test('a server that never answers QUIT does not keep close waiting for long', async () => {
  await using world = await openWorld({
    hosts: [{ answer: ({ verb }) => (verb === 'QUIT' ? new Promise<undefined>(() => {}) : undefined) }],
  })
  await (await world.mailer.send(DRAFT)).settled()
  const began = performance.now()
  await world.mailer.close()
  assert.ok(performance.now() - began < 25_000, 'less than close has at all')
})

test('nothing keeps the event loop alive once a mailer is closed', async () => {
  const alive = new Set<object>()
  const clock = {
    ...systemClock,
    after: (ms: number, call: () => void, options?: { readonly idle?: boolean }) => {
      const timer = {}
      alive.add(timer)
      const cancel = systemClock.after(
        ms,
        () => {
          alive.delete(timer)
          call()
        },
        options,
      )
      return () => {
        alive.delete(timer)
        cancel()
      }
    },
  }
  await using world = await openWorld({ seams: { clock } })
  const receipt = await world.mailer.send(DRAFT)
  await receipt.settled()
  const later = await world.mailer.send(DRAFT, { notBefore: Date.now() + 60_000 })
  const waiting = later.settled().catch(() => {})
  await world.mailer.close()
  await waiting
  assert.equal(alive.size, 0)
})
