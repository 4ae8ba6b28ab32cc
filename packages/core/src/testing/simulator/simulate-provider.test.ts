import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MailerError } from '../../model/error.ts'
import { FakeClock } from '../fake-clock.ts'
import { SIMULATED } from './behaviour.ts'
import { simulateProvider } from './simulate-provider.ts'
import { PlainClient } from './simulator.fixture.ts'
import type { SimulatedAnswer, SimulatedComplaint } from './simulator-options.ts'
import { BEHAVIOURS } from './table.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const known = ['127.0.0.1']

suite('what a simulated provider says', () => {
  test('every provider greets as itself, and takes one message of somebody it knows', async () => {
    for (const provider of SIMULATED) {
      const clock = new FakeClock()
      await using simulator = await simulateProvider(provider, { clock, known })
      await using client = await PlainClient.to(simulator)
      const greeting = await client.begin()
      assert.ok(BEHAVIOURS[provider].greeting.startsWith(greeting.slice(0, 12)), greeting)
      let said = await client.send()
      if (simulator.hidden.greylistMs !== undefined) {
        assert.match(said, /^450 .*greylist/i)
        await clock.advance(simulator.hidden.greylistMs)
        said = await client.send()
      }
      assert.match(said, /^250/, provider)
      assert.equal(simulator.counts.taken, 1)
    }
  })

  test('an unknown mailbox and a full one are refused in its words, and at its stage', async () => {
    const expected = {
      gmail: [/^550-5\.1\.1 .* does not exist/, /^452-4\.2\.2 .*out of storage/],
      yahoo: [/^554 delivery error: dd This user doesn't have/, /^554 delivery error: dd .*over quota/],
      orange: [/^550 5\.1\.1 .*OFR_416/, /^552 5\.2\.2 .*OFR_417/],
      netease: [/^550 Invalid User: unknown@dest\.test/, /^552/],
    } as const
    for (const [provider, [unknown, full]] of Object.entries(expected)) {
      await using simulator = await simulateProvider(provider as keyof typeof expected)
      await using client = await PlainClient.to(simulator)
      await client.begin()
      assert.match(await client.send({ to: ['unknown@dest.test'] }), unknown)
      assert.match(await client.send({ to: ['full@dest.test'] }), full)
    }
  })

  test('T-Online turns strangers away at the greeting, and lets in whom it knows', async () => {
    await using stranger = await simulateProvider('t-online')
    await using refused = await PlainClient.to(stranger)
    assert.match(await refused.begin(), /^554 IP=127\.0\.0\.1 - None\/bad reputation\. .*\(NOWL\)$/)
    await using friendly = await simulateProvider('t-online', { known })
    await using client = await PlainClient.to(friendly)
    assert.match(await client.begin(), /^220/)
  })

  test('what it finds of authentication, reverse names and block lists is said where it says it', async () => {
    const asked = async (...[provider, options]: Parameters<typeof simulateProvider>): Promise<string> => {
      await using simulator = await simulateProvider(provider, options)
      await using client = await PlainClient.to(simulator)
      const greeting = await client.begin()
      return greeting.startsWith('220') ? await client.send() : greeting
    }
    assert.match(await asked('gmail', { authentication: 'fail' }), /^550-5\.7\.26 /)
    assert.match(await asked('outlook', { authentication: 'fail' }), /^550 5\.7\.515 .*sender\.test/)
    assert.match(await asked('gmx', { reverseName: 'fail' }), /^554-gmx\.net .*Bad DNS PTR/)
    assert.match(await asked('outlook', { blocked: known }), /^550 5\.7\.1 .*S3150/)
    assert.match(await asked('netease', { blocked: known }), /^554 HL:IPB/)
  })

  test('where TLS is wanted plain text is refused', async () => {
    await using simulator = await simulateProvider('gmail')
    await using client = await PlainClient.to(simulator)
    await client.reply()
    await client.say('EHLO out.sender.test')
    assert.match(await client.say('MAIL FROM:<me@sender.test>'), /^421 4\.7\.29 /)
    assert.equal(await client.reply(), 'closed')
  })

  test('a connection bears so many messages: NetEase says so, Yahoo hangs up', async () => {
    for (const [provider, end] of [
      ['netease', /^451 MI:DMC/],
      ['yahoo', /^closed$/],
    ] as const) {
      await using simulator = await simulateProvider(provider, { seed: 3 })
      await using client = await PlainClient.to(simulator)
      await client.begin()
      for (let n = 0; n < simulator.hidden.perConnection; n++) assert.match(await client.send(), /^250/)
      assert.match(await client.send(), end)
    }
  })

  test('an address may have so many connections at once', async () => {
    await using simulator = await simulateProvider('orange', { seed: 1 })
    const { connections } = simulator.hidden
    await using open = new AsyncDisposableStack()
    for (let n = 0; n < connections; n++) {
      const client = open.use(await PlainClient.to(simulator))
      assert.match(await client.reply(), /^220/)
    }
    const more = open.use(await PlainClient.to(simulator))
    assert.match(await more.reply(), /^421 .*Trop de connexions.*OFR004_104/)
  })
})

suite('what a simulated provider counts', () => {
  test('who is over the quota of an hour is told so, shut out for its rest, and let in again in the hour after', async () => {
    const clock = new FakeClock()
    await using simulator = await simulateProvider('outlook', { clock, seed: 3 })
    const hour = simulator.hidden.quotas.find(({ perMs }) => perMs === HOUR)
    assert.ok(hour)
    const send = async (): Promise<string> => {
      await using client = await PlainClient.to(simulator)
      await client.begin()
      let said = ''
      for (let n = 0; n < simulator.hidden.perConnection && !/^4/.test(said); n++) said = await client.send()
      return said
    }
    let said = ''
    while (!/^4/.test(said)) said = await send()
    assert.match(said, /^421 RP-001 .*127\.0\.0\.1/)
    assert.equal(simulator.counts.taken, hour.first)
    assert.match(await send(), /^421 RP-001/)
    await clock.advance(HOUR + hour.restMs)
    assert.match(await send(), /^250/)
  })

  test('the same seed gives the same provider, another seed another', async () => {
    const hidden = async (seed: number) => {
      await using simulator = await simulateProvider('netease', { seed })
      return simulator.hidden
    }
    assert.deepEqual(await hidden(7), await hidden(7))
    assert.notDeepEqual(await hidden(7), await hidden(8))
  })

  test('complaints cost trust from the next day on, and are told where the provider tells of them', async () => {
    const clock = new FakeClock()
    const complaints: SimulatedComplaint[] = []
    const answers: SimulatedAnswer[] = []
    await using simulator = await simulateProvider('outlook', {
      clock,
      complaints: 1,
      complained: complaint => complaints.push(complaint),
      told: said => answers.push(said),
    })
    await using client = await PlainClient.to(simulator)
    await client.begin()
    for (let n = 0; n < 3; n++) await client.send()
    assert.equal(complaints.length, 3)
    assert.match(complaints[0]?.original ?? '', /^DKIM-Signature: /)
    assert.deepEqual(
      answers.map(({ outcome, moment }) => `${outcome} ${moment}`),
      Array(3).fill('taken MESSAGE'),
    )
    assert.equal(simulator.trust('sender', 'sender.test'), 1)
    await clock.advance(DAY)
    const low = simulator.trust('sender', 'sender.test')
    assert.ok(low >= 0.4 && low <= 0.8, String(low))
    await clock.advance(3 * DAY)
    const better = simulator.trust('sender', 'sender.test')
    assert.ok(better > low && better < 1, String(better))
  })

  test('who says more than a message may be long is cut off', async () => {
    await using simulator = await simulateProvider('outlook')
    await using client = await PlainClient.to(simulator)
    await client.begin()
    await client.say('MAIL FROM:<me@sender.test>')
    await client.say('RCPT TO:<you@dest.test>')
    await client.say('DATA')
    const chunk = 'x'.repeat(1024 * 1024)
    assert.equal(await client.say(Array(11).fill(chunk).join('\r\n')), 'closed')
  })
})

suite('what a simulated provider is told', () => {
  test('a provider that nobody wrote down is refused, with the one that was meant', async () => {
    const refusal = async (provider: string): Promise<MailerError> => {
      const error = await simulateProvider(provider as 'gmail').then(
        () => undefined,
        error => error,
      )
      assert.ok(MailerError.is(error))
      return error as MailerError
    }
    assert.match((await refusal('gmial')).message, /found "gmial", wanted gmail \(did you mean that\?\)/)
    assert.match((await refusal('example')).wanted ?? '', /^one of gmail, outlook, /)
  })

  test('options that do not exist, or cannot be, are refused with their place', async () => {
    const wrong: readonly [object, string][] = [
      [{ sede: 1 }, 'options.sede'],
      [{ seed: -1 }, 'options.seed'],
      [{ address: 'localhost' }, 'options.address'],
      [{ port: 70_000 }, 'options.port'],
      [{ complaints: 2 }, 'options.complaints'],
      [{ authentication: 'maybe' }, 'options.authentication'],
      [{ known: ['all'] }, 'options.known'],
      [{ clock: {} }, 'options.clock'],
      [{ certificate: {} }, 'options.certificate'],
    ]
    for (const [options, where] of wrong)
      await assert.rejects(simulateProvider('gmail', options), { name: 'MailerError', code: 'invalid-option', where })
  })
})
