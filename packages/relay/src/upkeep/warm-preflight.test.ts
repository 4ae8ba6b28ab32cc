import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer, type Logger, type Resolver } from '@postrider/core'
import { createFakeDns, FakeClock, type FakeDns } from '@postrider/core/testing'
import { hashSecret } from '../account/index.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { PASSWORD, startTestRelay, type TestRelay, USER } from '../testing/test-relay.ts'
import { Background } from './warm-preflight.ts'

const ZONE = {
  'abc.mail': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'news.abc.mail': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'own.example': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'later.example': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'seen.example': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
  'broken.example': { TXT: 'v=spf1 -all' },
  'mail.abc.mail': { A: '192.0.2.1', TXT: 'v=spf1 a -all' },
}

async function start(
  senders: readonly string[],
  more: { readonly resolver?: Resolver } = {},
): Promise<TestRelay & { readonly dns: FakeDns }> {
  const dns = createFakeDns(ZONE)
  const it = await startTestRelay(
    {
      preflight: 'enforce',
      egress: { publicAddresses: ['192.0.2.1'] },
      relay: {
        senders: ['*@abc.mail'],
        rewriteFrom: '',
        accounts: [{ name: USER, passwordHash: await hashSecret(PASSWORD, { logN: 4, r: 8, p: 1 }), senders }],
      },
    },
    { resolver: more.resolver ?? dns },
  )
  return { ...it, dns }
}

const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }

const wasAsked = ({ queries }: FakeDns, ...names: readonly string[]): boolean =>
  names.every(name => queries.some(query => query.name === name))

/** Until these were asked for, and nothing more is asked. */
async function quiet(dns: FakeDns, ...names: readonly string[]): Promise<void> {
  while (!wasAsked(dns, ...names)) await new Promise(setImmediate)
  for (let before = -1; before !== dns.queries.length; ) {
    before = dns.queries.length
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate)
  }
}

async function submit(it: TestRelay, from: string): Promise<string> {
  using client = await it.login()
  await client.askAll(`MAIL FROM:<${from}>`, 'RCPT TO:<a@dest.example>', 'DATA')
  return await client.ask(`From: ${from}\r\nSubject: x\r\n\r\nhello\r\n.`)
}

suite('the preflight of a relay', () => {
  test('is warm for every domain that an account may send as, so that its mail asks no DNS', async () => {
    await using it = await start(['bob@own.example', '*@*.news.abc.mail', '*'])
    await quiet(it.dns, 'own.example', 'news.abc.mail', 'abc.mail')
    const asked = it.dns.queries.length
    assert.match(await submit(it, 'bob@own.example'), /^250 /)
    assert.equal(it.dns.queries.length, asked)
    assert.ok(!wasAsked(it.dns, '*'))
  })
  test('is asked anew for accounts that a reload brings', async () => {
    await using it = await start(['bob@own.example'])
    await quiet(it.dns, 'own.example')
    const accounts = [{ name: 'new', password: 'x', senders: ['*@later.example'] }]
    await it.relay.reload(await resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { accounts } }))
    await quiet(it.dns, 'later.example')
  })
  test('says loudly which domain receivers would refuse, and refuses its mail with the record to publish', async () => {
    await using it = await start(['*@broken.example'])
    await quiet(it.dns, 'broken.example')
    const line = it.log.find(({ event }) => event === 'not-cleared')
    assert.deepEqual([line?.level, line?.domain], ['error', 'broken.example'])
    assert.match(await submit(it, 'x@broken.example'), /^550 5\.7\.23 .*publish: .*v=spf1/)
  })
  test('whose name server is slow costs the first mail of an unknown domain one 451, and no later one', async () => {
    const dns = createFakeDns(ZONE)
    const slow = Promise.withResolvers<void>()
    const resolver: Resolver = {
      trustworthy: true,
      query: async (question, signal) => {
        if (question.name.endsWith('seen.example')) await slow.promise
        return dns.query(question, signal)
      },
    }
    await using it = await start(['*'], { resolver })
    assert.match(await submit(it, 'x@seen.example'), /^451 4\.3\.2 /)
    slow.resolve()
    for (;;) {
      const reply = await submit(it, 'x@seen.example')
      if (reply.startsWith('250 ')) break
      assert.match(reply, /^451 /)
    }
  })
  test('stays warm for a domain that was seen in mail, for a week', async () => {
    const dns = createFakeDns(ZONE)
    const clock = new FakeClock()
    const options = {
      hostname: 'mail.abc.mail',
      egress: { publicAddresses: ['192.0.2.1'] },
      queue: { path: ':memory:' },
    }
    await using mailer = await createMailer(options, { resolver: dns, clock, deliver: false })
    const background = new Background({ mailer, clock, logger: SILENT, senders: async () => [] })
    background.start()
    const raw = Buffer.from('From: x@seen.example\r\n\r\nhello\r\n')
    await mailer.accept(raw, { from: 'x@seen.example', to: ['a@dest.example'] })
    const asked = (): number => dns.queries.filter(({ name }) => name === 'seen.example').length
    const first = asked()
    while (asked() === first) await minutes(clock, 4)
    await minutes(clock, 7 * 24 * 60)
    // Whatever was under way then is done before the next look.
    await minutes(clock, 8)
    const last = asked()
    await minutes(clock, 3 * 60)
    assert.equal(asked(), last)
    background.close()
  })
})

/** A minute at a time, so that everything that waits may do its work in between. */
async function minutes(clock: FakeClock, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    await clock.advance(60_000)
    if (minute % 10 === 0) await new Promise(setImmediate)
  }
}
