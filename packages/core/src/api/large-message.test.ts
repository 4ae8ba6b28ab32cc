import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { allocateMessage } from '../model/message-buffer.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { createMailer } from './create-mailer.ts'

const BODY = `Subject: large\r\nFrom: me@a.example\r\n\r\n${'some text of a line\n'.repeat(300_000)}`
const ENVELOPE = { from: 'me@a.example', to: ['you@b.example'] }
const open = () =>
  createMailer(
    { hostname: 'out.a.example', preflight: 'off', queue: { path: ':memory:' } },
    { deliver: false, resolver: createFakeDns({}) },
  )

test('a large message of the caller can be accepted twice and is left as it was', async () => {
  await using mailer = await open()
  const raw = Buffer.from(BODY)
  await mailer.accept(raw, ENVELOPE)
  await mailer.accept(raw, ENVELOPE)
  assert.equal(raw.toString(), BODY)
  assert.equal((await mailer.queue.counts()).messages, 2)
})

test("what compose gives is the caller's, however large", async () => {
  await using mailer = await open()
  const text = 'grüße\n'.repeat(900_000)
  const { raw, envelope } = await mailer.compose({ from: 'me@a.example', to: 'you@b.example', subject: 'x', text })
  const before = Buffer.from(raw)
  assert.ok(before.length > 4 * 1024 * 1024)
  for (let times = 0; times < 2; times++) await mailer.accept(raw, envelope)
  assert.ok(before.equals(raw))
})

test('what was allocated for a message is gone when it is accepted, and in the queue as it was', async () => {
  await using mailer = await open()
  const raw = allocateMessage(BODY.length)
  raw.write(BODY)
  const { id } = await mailer.accept(raw, ENVELOPE)
  assert.equal(raw.length, 0)
  const { sizeBytes } = await mailer.queue.show(id)
  assert.ok(sizeBytes > BODY.length + 300_000)
})
