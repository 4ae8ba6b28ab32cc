/**
 * One table of refusals: what is refused by SMTP is refused over HTTP, in the same words.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { systemClock } from '@postrider/core'
import type { RelayOptions } from '../../packages/relay/src/config/options.ts'
import { FROM, type ResendWorld, startResendWorld, TO } from './world.ts'

interface Mail {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

const MAIL: Mail = { from: 'app@abc.mail', to: [TO], text: 'Hi' }

/** The last reply of the conversation: the refusal, or that it is queued. */
async function bySmtp(world: ResendWorld, { from, to, text }: Mail): Promise<string> {
  using client = await world.login()
  for (const line of [`MAIL FROM:<${from}> SIZE=${text.length}`, ...to.map(one => `RCPT TO:<${one}>`), 'DATA']) {
    const reply = await client.ask(line)
    if (/^[45]/.test(reply)) return reply
  }
  return await client.ask(`From: ${from}\r\nTo: ${to.join(', ')}\r\nSubject: x\r\n\r\n${text}\r\n.`)
}

interface Case {
  readonly name: string
  readonly options?: RelayOptions
  readonly mail?: Partial<Mail>
  /** Done before, on the way that is tried. */
  readonly before?: (world: ResendWorld, send: () => Promise<unknown>) => Promise<unknown>
  readonly smtp: string
  readonly http: readonly [status: number, name: string]
  /** What both say. */
  readonly says: RegExp
}

const CASES: readonly Case[] = [
  {
    name: 'a sender that the account may not use',
    mail: { from: 'x@elsewhere.example' },
    smtp: '550 5.7.1',
    http: [403, 'validation_error'],
    says: /Sender <x@elsewhere\.example> is not allowed for this user; allowed: \*@abc\.mail/,
  },
  {
    name: 'more messages in a minute than allowed',
    options: { relay: { limits: { account: { messagesPerMinute: 1 } } } },
    before: (_, send) => send(),
    smtp: '450 4.7.1',
    http: [429, 'rate_limit_exceeded'],
    says: /Too many messages: 1 in a minute; try again in \d+ s/,
  },
  {
    name: 'more messages in a day than allowed',
    options: { relay: { limits: { account: { messagesPerDay: 1 } } } },
    before: (_, send) => send(),
    smtp: '450 4.7.1',
    http: [429, 'daily_quota_exceeded'],
    says: /Too many messages: 1 in a day; try again in \d+ min/,
  },
  {
    name: 'more recipients in a minute than allowed',
    options: { relay: { limits: { account: { recipientsPerMinute: 1 } } } },
    mail: { to: [TO, 'two@dest.example'] },
    smtp: '450 4.7.1',
    http: [429, 'rate_limit_exceeded'],
    says: /Too many recipients: 1 in a minute/,
  },
  {
    name: 'a message that is too large',
    options: { limits: { messageBytes: 4096 } },
    mail: { text: 'x'.repeat(60).concat('\r\n').repeat(100) },
    smtp: '552 5.3.4',
    http: [413, 'validation_error'],
    says: /too large/,
  },
  {
    name: 'a disk without room',
    options: { relay: { limits: { freeDiskBytes: 1024 ** 4 } } },
    smtp: '452 4.3.1',
    http: [503, 'application_error'],
    says: /Not enough space; try again later/,
  },
  {
    name: 'a recipient that the operator wants no mail for',
    before: world => world.relay.mailer.suppressions.add({ address: TO, note: 'asked us' }),
    smtp: '550 5.1.1',
    http: [422, 'validation_error'],
    says: /<someone@dest\.example> .*; refused until /,
  },
  {
    name: 'a sender whose own domain receivers would refuse',
    options: { preflight: 'enforce', egress: { publicAddresses: ['192.0.2.1'] } },
    smtp: '550 5.7',
    http: [403, 'validation_error'],
    says: /SPF|spf|DNS|record|DKIM|abc\.mail/,
  },
]

suite('refused on both ways in', () => {
  for (const { name, options, mail, before, smtp, http, says } of CASES) {
    test(name, async () => {
      const given = { ...MAIL, ...mail }
      const said: string[] = []
      {
        await using world = await startResendWorld(options)
        await before?.(world, () => bySmtp(world, given))
        const reply = await bySmtp(world, given)
        assert.ok(reply.startsWith(smtp), reply)
        said.push(reply)
      }
      await using world = await startResendWorld(options)
      const sent = () => world.resend.emails.send({ ...given, to: [...given.to], subject: 'x' })
      await before?.(world, sent)
      const { data, error } = await sent()
      assert.equal(data, null)
      assert.deepEqual([error?.statusCode, error?.name], http)
      for (const text of [...said, error?.message ?? '']) assert.match(text, says)
      assert.equal((await world.queued()).length, before && http[0] === 429 ? 1 : 0)
    })
  }
})

test('a recipient that is not to be mailed keeps no other from it, and is told as suppressed', async () => {
  await using world = await startResendWorld()
  await world.relay.mailer.suppressions.add({ address: 'gone@dest.example' })
  const { data, error } = await world.resend.emails.send({ ...MAIL, to: [TO, 'gone@dest.example'], subject: 'x' })
  assert.equal(error, null)
  await world.relay.mailer.idle()
  assert.deepEqual(
    world.mx.messages[0]?.recipients.map(({ address }) => address),
    [TO],
  )
  assert.ok((await world.resend.emails.get(data?.id ?? '')).data?.to.includes('gone@dest.example'))
})

test('a From that is not allowed is replaced where the account has an address for that, on both ways in', async () => {
  await using world = await startResendWorld({ relay: { rewriteFrom: 'forum@abc.mail' } })
  assert.match(await bySmtp(world, { ...MAIL, from: 'x@elsewhere.example' }), /^250 /)
  const { error } = await world.resend.emails.send({ ...MAIL, to: TO, from: 'x@elsewhere.example', subject: 'x' })
  assert.equal(error, null)
  await world.relay.mailer.idle()
  assert.equal(world.mx.messages.length, 2)
  for (const { content } of world.mx.messages) assert.match(content.toString(), /^From: .*forum@abc\.mail/m)
})

test('an account far above its habit is held on both ways in', async () => {
  for (const way of ['smtp', 'http']) {
    let later = 0
    const clock = { ...systemClock, now: () => systemClock.now() + later }
    await using world = await startResendWorld({ relay: { spike: { factor: 2, floor: 1 } } }, { clock, deliver: false })
    const send = (): Promise<unknown> =>
      way === 'smtp' ? bySmtp(world, MAIL) : world.resend.emails.send({ from: FROM, to: TO, subject: 'x', text: 'x' })
    for (let day = 0; day < 4; day++) {
      await send()
      later += 86_400_000
    }
    for (let n = 0; n < 4; n++) await send()
    const held = (await world.queued()).flatMap(entry => entry.held ?? [])
    assert.ok(held.length > 0, way)
    assert.match(held[0] ?? '', /usually it sends to/)
  }
})
