import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'

const OPTIONS = { hostname: 'mail.a.example', preflight: 'off', queue: { path: ':memory:' } } as const
const DRAFT = { from: 'me@a.example', to: 'you@b.example', text: 'hello' }
const RAW = Buffer.from('From: me@a.example\r\n\r\nhello\r\n')
const ENVELOPE = { from: 'me@a.example', to: ['you@b.example'] }

const open = (clock = new FakeClock()): Promise<Mailer> =>
  createMailer(OPTIONS, { clock, deliver: false, resolver: createFakeDns({}) })

/** What is thrown, at once or later. */
async function refusal(call: () => unknown): Promise<MailerError> {
  let error: unknown
  try {
    await call()
  } catch (thrown) {
    error = thrown
  }
  assert.ok(MailerError.is(error), `a MailerError, not ${String(error)}`)
  return error
}

suite('arguments that are refused', () => {
  const calls: readonly [string, (mailer: Mailer) => unknown, RegExp][] = [
    [
      'scheduledAt',
      m => m.send(DRAFT, { scheduledAt: 1 } as never),
      /^options\.scheduledAt: .* wanted notBefore \(did/,
    ],
    ['sendAt', m => m.send(DRAFT, { sendAt: 'tomorrow' } as never), /notBefore/],
    ['idempotency_key', m => m.send(DRAFT, { idempotency_key: 'a' } as never), /wanted idempotencyKey \(did you mean/],
    ['scheduledAt in a draft', m => m.send({ ...DRAFT, scheduledAt: 1 } as never), /notBefore of the options/],
    ['a misspelt draft key', m => m.send({ ...DRAFT, atachments: [] } as never), /wanted attachments \(did you mean/],
    ['options that are null', m => m.send(DRAFT, null as never), /^options: found null, wanted an object$/],
    ['a draft that is null', m => m.send(null as never), /^draft: found null, wanted an object$/],
    [
      'a draft without a body',
      m => m.send({ from: DRAFT.from, to: DRAFT.to }),
      /^text: found nothing, wanted text or html$/,
    ],
    ['a draft key without a name', m => m.send({ ...DRAFT, '': 0 } as never), /^"": found an unknown key/],
    ['a priority that is a number', m => m.send(DRAFT, { priority: 1 } as never), /^options\.priority: found 1/],
    ['a key for many', m => m.sendMany([DRAFT], { idempotencyKey: 'a' } as never), /^options\.idempotencyKey/],
    ['many that are one', m => m.sendMany(DRAFT as never), /^drafts: .*wanted an array$/],
    ['a text in place of octets', m => m.accept('From: a@b.example' as never, ENVELOPE), /^raw: .*wanted a Buffer/],
    [
      'an envelope key',
      m => m.accept(RAW, { ...ENVELOPE, rcpt: [] } as never),
      /^envelope\.rcpt: found an unknown key/,
    ],
    [
      'one recipient in place of a list',
      m => m.accept(RAW, { from: null, to: 'a@b.example' as never }),
      /^envelope\.to: /,
    ],
    [
      'a recipient that is a number',
      m => m.accept(RAW, { from: null, to: [1] as never }),
      /^envelope\.to\[0\]: found 1/,
    ],
    [
      'a tag that is a number',
      m => m.send({ ...DRAFT, tags: { a: 1 } as never }),
      /^tags\.a: found 1, wanted a string$/,
    ],
    [
      'an event that does not exist',
      m => m.on('deliverd' as never, () => {}),
      /wanted delivered \(did you mean that\?\)$/,
    ],
    ['a listener that is none', m => m.on('delivered', null as never), /^listener: found null, wanted a function$/],
    ['an id in an object', m => m.queue.cancel({ id: 'x' } as never), /^which\.id: found an unknown key/],
    ['nothing to cancel', m => m.queue.cancel(undefined as never), /^which: found nothing, wanted an object$/],
    ['a state that does not exist', m => m.queue.list({ state: 'sent' as never }), /^filter\.state: found "sent"/],
    [
      'a sender that is nobody',
      m => m.queue.cancel({ from: '' }),
      /^which\.from: found an empty text, wanted some text$/,
    ],
    ['a domain that is none', m => m.queue.list({ domain: '' }), /^filter\.domain: found an empty text/],
    ['an account that is nobody', m => m.queue.hold({ account: '' }, 'x'), /^which\.account: found an empty text/],
    ['a hold without a reason', m => m.queue.hold({}, undefined as never), /^because: found nothing, wanted a string$/],
    ['a report that is a text', m => m.feedback('x' as never), /^report: /],
    ['an address that is a number', m => m.suppression(5 as never), /^address: found 5, wanted a string$/],
    ['a configuration file’s name', m => m.reload('postrider.yaml' as never), /^config: /],
    ['an unknown seam', () => createMailer(OPTIONS, { timer: {} } as never), /^seams\.timer: found an unknown key/],
    ['options of a mailer that are null', () => createMailer(null as never), /found nothing|found null/],
  ]
  for (const [what, call, sentence] of calls) {
    test(what, async () => {
      await using mailer = await open()
      const { message, where, found, wanted, fix } = await refusal(() => call(mailer))
      assert.match(message, sentence)
      for (const part of [where, found, wanted, fix]) assert.ok(part, `${message}: where, found, wanted and fix`)
      assert.deepEqual(await mailer.queue.list(), [], 'nothing was queued')
    })
  }
})

test('a moment in seconds is refused, one in milliseconds and a Date are taken', async () => {
  const clock = new FakeClock()
  await using mailer = await open(clock)
  const soon = clock.now() + 60_000
  for (const name of ['notBefore', 'expiresAt']) {
    const { message } = await refusal(() => mailer.send(DRAFT, { [name]: Math.floor(soon / 1000) }))
    assert.match(message, /which looks like seconds, wanted a Date or milliseconds since 1970/)
  }
  await refusal(() => mailer.send(DRAFT, { notBefore: Number.POSITIVE_INFINITY }))
  await mailer.send(DRAFT, { notBefore: soon })
  await mailer.send(DRAFT, { notBefore: new Date(soon) })
  await mailer.send(DRAFT, { notBefore: 0 })
  assert.equal((await mailer.queue.list()).length, 3)
})
