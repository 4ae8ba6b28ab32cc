import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer, type Logger, type Mailer } from '@postrider/core'
import { createFakeDns, FakeClock, type FakeMx, startFakeMx } from '@postrider/core/testing'
import { resolveRelayOptions } from '../config/options.ts'
import { startThroughRelay } from '../testing/through.ts'
import { Postmaster } from './postmaster-mail.ts'

const POSTMASTER = 'postmaster@abc.mail'
const nothing = (): void => undefined

interface World extends AsyncDisposable {
  readonly mailer: Mailer
  readonly mx: FakeMx
  readonly clock: FakeClock
  readonly errors: Readonly<Record<string, unknown>>[]
  /** A bounce to `recipient` fails, as `gone` and everyone in `refused` do. */
  bounce(recipient: string): Promise<void>
}

async function world(refused: readonly string[] = []): Promise<World> {
  const mx = await startFakeMx({
    answer: ({ verb, address = '' }) =>
      verb === 'RCPT' && (address.startsWith('gone') || refused.includes(address))
        ? '550 5.1.1 no such user'
        : undefined,
  })
  const resolver = createFakeDns({
    'dest.example': { MX: ['10 mx.dest.example'] },
    'abc.mail': { MX: ['10 mx.dest.example'] },
    'mx.dest.example': { A: ['127.0.0.1'] },
  })
  const clock = new FakeClock()
  const errors: Readonly<Record<string, unknown>>[] = []
  const logger: Logger = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: line => errors.push(line),
    child: () => logger,
  }
  const mailer = await createMailer(
    {
      hostname: 'mail.abc.mail',
      preflight: 'off',
      queue: { path: ':memory:' },
      delivery: { port: mx.port, allowPrivateAddresses: true },
      notices: { to: 'sender' },
      returnPath: { domain: 'bounces.abc.mail', use: 'as-given' },
      feedback: { unsubscribe: 'all' },
    },
    { resolver, clock },
  )
  const postmaster = new Postmaster({ mailer, clock, logger, address: () => POSTMASTER })
  postmaster.start()
  return {
    mailer,
    mx,
    clock,
    errors,
    bounce: async recipient => {
      const raw = Buffer.from('From: MAILER-DAEMON@abc.mail\r\nSubject: Undeliverable\r\n\r\nx\r\n')
      await (await mailer.accept(raw, { from: null, to: [recipient] })).settled()
    },
    [Symbol.asyncDispose]: async () => {
      postmaster.close()
      await mailer.close({ withinMs: 0 })
      await mx.close()
    },
  }
}

/** What was asked of the queue before is answered before; so every failure that was told is gathered. */
async function minute({ mailer, clock }: World): Promise<void> {
  await mailer.queue.counts()
  await new Promise(setImmediate)
  await clock.advance(60_000)
}

suite('the postmaster', () => {
  test('is told of mail that failed and has no sender, of all of a minute in one mail', async () => {
    await using it = await world()
    for (const name of ['gone-1', 'gone-2', 'gone-3']) await it.bounce(`${name}@dest.example`)
    await minute(it)
    const [message] = await it.mx.waitFor(1)
    assert.deepEqual(
      message?.recipients.map(({ address }) => address),
      [POSTMASTER],
    )
    const text = message?.content.toString() ?? ''
    assert.match(text, /^Subject: Postrider could not deliver 3 messages without a sender\r\n/m)
    assert.match(text, /^Auto-Submitted: auto-generated\r\n/m)
    assert.ok(!/^List-Unsubscribe/im.test(text), 'one click would end all mail to whoever runs this')
    for (const name of ['gone-1', 'gone-2', 'gone-3'])
      assert.match(text.replace(/=\r\n/g, ''), new RegExp(`[0-9A-Z]{20} to ${name}@dest\\.example: `))
    await it.mailer.idle()
    assert.equal(it.mx.messages.length, 1)
  })
  test('is not told where a sender is: that one gets the notice', async () => {
    await using it = await world()
    const raw = Buffer.from('From: board@abc.mail\r\nSubject: x\r\n\r\nx\r\n')
    await (await it.mailer.accept(raw, { from: 'board@abc.mail', to: ['gone@dest.example'] })).settled()
    const [notice] = await it.mx.waitFor(1)
    assert.deepEqual([notice?.from, notice?.recipients[0]?.address], ['', 'board@abc.mail'])
    await it.clock.advance(120_000)
    await it.mailer.idle()
    assert.equal(it.mx.messages.length, 1)
  })
  test('who cannot be reached is not told of that, but the log is: mail about mail ends there', async () => {
    await using it = await world([POSTMASTER])
    await it.bounce('gone@dest.example')
    await minute(it)
    while (!it.errors.some(({ event }) => event === 'postmaster-not-told')) await new Promise(setImmediate)
    await it.mailer.idle()
    const { messages } = await it.mailer.queue.counts()
    assert.equal(messages, 0)
    await it.clock.advance(600_000)
    await it.mailer.idle()
    assert.equal((await it.mailer.queue.counts()).messages, 0)
    assert.equal(it.errors.length, 1)
  })
})

suite('notices', () => {
  test('go to the sender in the relay, unless the configuration says otherwise', async () => {
    const to = async (notices?: { readonly to: 'nobody' | 'sender' | 'auto' }): Promise<string> =>
      (await resolveRelayOptions({ hostname: 'mail.abc.mail', ...(notices ? { notices } : {}) })).options.notices.to
    assert.deepEqual([await to(), await to({ to: 'auto' }), await to({ to: 'nobody' })], ['sender', 'sender', 'nobody'])
  })
  test('reach the forum whose mail failed', async () => {
    await using it = await startThroughRelay()
    const noticed = Promise.withResolvers<string>()
    it.relay.mailer.on('notice-queued', ({ to }) => noticed.resolve(to))
    using client = await it.login()
    await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<nobody@nowhere.dest.example>', 'DATA')
    assert.match(await client.ask('From: board@abc.mail\r\nSubject: x\r\n\r\nx\r\n.'), /^250 /)
    assert.equal(await noticed.promise, 'board@abc.mail')
  })
})
