import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import { createMailer } from '../api/create-mailer.ts'
import { type DkimOptions, type MailerOptions, resolveOptions } from '../config/index.ts'
import { MailerError } from '../model/error.ts'
import { openSqliteQueue } from '../queue/index.ts'
import { generateDkimKey } from '../sign/index.ts'
import { createFakeDns } from '../testing/fake-dns.ts'

async function dkim(selector: string): Promise<DkimOptions> {
  const { pem } = await generateDkimKey({ domain: 'a.example', selector, algorithm: 'ed25519-sha256' })
  return { domain: 'a.example', selector, privateKey: pem }
}

const settled = (options: MailerOptions) =>
  resolveOptions(
    { hostname: 'mail.a.example', queue: { path: ':memory:' }, preflight: 'off', ...options },
    { cwd: '.' },
  )

async function open(options: MailerOptions) {
  const store = await openSqliteQueue({ path: ':memory:', clock: systemClock })
  const mailer = await createMailer(await settled(options), { store, deliver: false, resolver: createFakeDns({}) })
  const raw = Buffer.from('From: me@a.example\r\nSubject: x\r\n\r\nhello\r\n')
  return {
    mailer,
    /** Selectors of the signatures of a message that is accepted now. */
    selectors: async (): Promise<readonly string[]> => {
      const { id } = await mailer.accept(raw, { from: 'me@a.example', to: ['you@b.example'] })
      const text = (await store.read(id))?.toString() ?? ''
      return [...text.matchAll(/^DKIM-Signature:(?:.*\r\n[ \t])*?.*\bs=(\w+)/gm)].map(([, selector = '']) => selector)
    },
    [Symbol.asyncDispose]: () => mailer.close(),
  }
}

suite('a mailer that runs', () => {
  test('signs with the keys that it was given last', async () => {
    const [one, two] = [await dkim('one'), await dkim('two')]
    await using it = await open({ dkim: [one] })
    assert.deepEqual(await it.selectors(), ['one'])
    assert.deepEqual(it.mailer.reload(await settled({ dkim: [two] })), [])
    assert.deepEqual(await it.selectors(), ['two'])
    it.mailer.reload(await settled({ dkim: [one, two] }))
    assert.deepEqual(await it.selectors(), ['one'])
    it.mailer.reload(await settled({ dkim: [one, { ...two, replaces: 'one' }] }))
    assert.deepEqual([...(await it.selectors())].sort(), ['one', 'two'])
  })
  test('keeps its keys and limits when one of the new keys cannot be used', async () => {
    const one = await dkim('one')
    await using it = await open({ dkim: [one] })
    const broken = await settled({
      dkim: [
        await dkim('two'),
        { ...one, privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
      ],
      limits: { messageBytes: 10 },
    })
    assert.throws(
      () => it.mailer.reload(broken),
      error => MailerError.is(error) && error.code === 'invalid-key',
    )
    assert.deepEqual(await it.selectors(), ['one'])
  })
  test('takes new limits, larger and smaller', async () => {
    await using it = await open({ limits: { messageBytes: 10 } })
    await assert.rejects(it.selectors(), { code: 'message-too-large' })
    it.mailer.reload(await settled({ limits: { messageBytes: 1000 } }))
    assert.deepEqual(await it.selectors(), [])
    it.mailer.reload(await settled({ limits: { messageBytes: 10 } }))
    await assert.rejects(it.selectors(), { code: 'message-too-large' })
  })
  test('names what it cannot take, and goes on naming it', async () => {
    await using it = await open({})
    const other = await settled({
      delivery: { port: 26, retry: { jitter: 0 } },
      routes: [{ domain: '*', host: 'h.example' }],
    })
    for (let times = 0; times < 2; times++)
      assert.deepEqual(it.mailer.reload(other), ['delivery.port', 'delivery.retry.jitter', 'routes'])
    assert.deepEqual(it.mailer.reload(await settled({})), [])
  })
})
