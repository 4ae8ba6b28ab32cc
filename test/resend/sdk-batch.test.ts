/**
 * Batches of the `resend` package: strict and permissive ones, and the answers to their keys.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { FROM, startResendWorld, TO } from './world.ts'

const MAIL = { from: FROM, to: TO, subject: 'Hello', text: 'Hi there' } as const

suite('batches', async () => {
  const world = await startResendWorld()
  const { resend, mx, relay } = world
  after(() => world[Symbol.asyncDispose]())

  test('a batch is sent whole, and its key replays the whole answer', async () => {
    const mails = Array.from({ length: 3 }, (_, n) => ({ ...MAIL, subject: `Number ${n}` }))
    const first = await resend.batch.send(mails, { idempotencyKey: 'batch' })
    assert.equal(first.error, null)
    assert.equal(first.data?.data.length, 3)
    assert.equal('errors' in (first.data ?? {}), false)
    assert.deepEqual((await resend.batch.send(mails, { idempotencyKey: 'batch' })).data, first.data)
    const other = await resend.batch.send(mails.slice(1), { idempotencyKey: 'batch' })
    assert.equal(other.error?.name, 'invalid_idempotent_request')
  })

  test('a permissive batch is answered as the first time, also when what was wrong of it no longer is', async () => {
    const refused = 'gone@dest.example'
    await relay.mailer.suppressions.add({ address: refused })
    const mails = [MAIL, { ...MAIL, to: 'nobody' }, { ...MAIL, to: refused }, { ...MAIL, scheduledAt: 'in 1 hour' }]
    const options = { idempotencyKey: 'permissive', batchValidation: 'permissive' } as const
    const first = await resend.batch.send(mails, options)
    assert.equal(first.data?.data.length, 2)
    const places = (of: typeof first) => of.data?.errors?.map(({ index }) => index)
    assert.deepEqual(places(first), [1, 2])
    await relay.mailer.suppressions.remove(refused)
    const again = await resend.batch.send(mails, options)
    assert.deepEqual([again.data?.data, places(again)], [first.data?.data, [1, 2]])
    for (const { id } of first.data?.data ?? []) await resend.emails.cancel(id)
  })

  test('one bad mail refuses a strict batch before any is queued; a permissive one goes on without it', async () => {
    const mails = [MAIL, { ...MAIL, from: 'x@elsewhere.example' }, MAIL]
    await relay.mailer.idle()
    const before = mx.messages.length
    const strict = await resend.batch.send(mails)
    assert.deepEqual([strict.data, strict.error?.statusCode], [null, 403])
    await relay.mailer.idle()
    assert.equal(mx.messages.length, before)
    const permissive = await resend.batch.send(mails, { batchValidation: 'permissive' })
    assert.equal(permissive.data?.data.length, 2)
    assert.deepEqual(
      permissive.data?.errors?.map(({ index }) => index),
      [1],
    )
    await relay.mailer.idle()
    assert.equal(mx.messages.length, before + 2)
  })
})

test('a key is answered as the first time, also when the mail would be refused by now', async () => {
  await using world = await startResendWorld({ relay: { limits: { account: { messagesPerDay: 2 } } } })
  const key = { idempotencyKey: 'today' }
  const one = await world.resend.emails.send(MAIL, key)
  const all = await world.resend.batch.send([MAIL], key)
  assert.equal((await world.resend.emails.send(MAIL)).error?.name, 'daily_quota_exceeded')
  assert.deepEqual((await world.resend.emails.send(MAIL, key)).data, one.data)
  assert.deepEqual((await world.resend.batch.send([MAIL], key)).data, all.data)
})
