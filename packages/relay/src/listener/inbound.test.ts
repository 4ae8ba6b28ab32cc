/**
 * Inbound: a bounce is heard from the fake MX that accepts a message to the message's own story, and port 25 takes nothing else.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { plain } from '../testing/raw-client.ts'
import { PASSWORD, USER } from '../testing/test-relay.ts'
import { bounce, deliver, INBOUND, mxOf, RETURN, start, submit, TO } from './inbound.fixture.ts'

const newKey = async (): Promise<string> =>
  (await generateDkimKey({ domain: 'abc.mail', selector: 'x', algorithm: 'ed25519-sha256' })).pem

suite('inbound', () => {
  test('a bounce after the 250 is in the story of its message, and its address gets no more mail', async () => {
    await using it = await start()
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    assert.match(sent!.from, /^b1-[0-9a-z]{20}-0-[0-9a-z]{13}@bounces\.abc\.mail$/)
    assert.equal(sent!.recipients.length, 1)
    using client = await mxOf(it)
    assert.match(await deliver(client, sent!.from.toUpperCase(), bounce(TO)), /^250 /)
    const id = sent!.from.slice(3, 23).toUpperCase()
    const { facts } = await it.relay.mailer.explain(id)
    assert.deepEqual(
      facts.map(({ fact }) => fact.kind),
      ['queued', 'delivered', 'returned', 'suppressed'],
    )
    assert.notEqual(await it.relay.mailer.suppression(TO), undefined)
    // Whose MAIL FROM it was hears of it as from any relay.
    const on = facts.map(({ fact }) => fact).find(fact => fact.kind === 'returned')?.passedOn
    const carried = await it.relay.mailer.queue.show(on ?? '')
    assert.deepEqual([carried.from, carried.recipients.map(({ address }) => address)], ['', ['board@abc.mail']])
    // Replayed, it changes nothing.
    assert.match(await deliver(client, sent!.from, bounce(TO)), /^250 /)
    assert.equal((await it.relay.mailer.explain(id)).facts.length, 4)
    assert.equal(it.mx.messages.length, 1)
  })
  test('each recipient of a domain has a MAIL FROM of its own, and hears of its own bounce alone', async () => {
    await using it = await start()
    await submit(it, { to: [TO, 'here@dest.example'] })
    const sent = await it.mx.waitFor(2)
    assert.equal(new Set(sent.map(({ from }) => from)).size, 2)
    const second = sent.find(({ recipients }) => recipients[0]?.address === 'here@dest.example')!
    using client = await mxOf(it)
    assert.match(await deliver(client, second.from, bounce('here@dest.example')), /^250 /)
    assert.notEqual(await it.relay.mailer.suppression('here@dest.example'), undefined)
    assert.equal(await it.relay.mailer.suppression(TO), undefined)
  })
  for (const [what, from, expected] of [
    ['a null reverse-path', '', ''],
    ['VERP of a forum', 'board+verp-0123456789abcdef@abc.mail', 'board+verp-0123456789abcdef@abc.mail'],
    ['SRS', 'SRS0=HHHH=TT=x.example=ann@abc.mail', 'SRS0=HHHH=TT=x.example=ann@abc.mail'],
    ['BATV', 'prvs=0123456789=ann@abc.mail', 'prvs=0123456789=ann@abc.mail'],
    ['a list', 'news-bounces+ann=x.example@abc.mail', 'news-bounces+ann=x.example@abc.mail'],
  ] as const) {
    test(`${what} is left alone`, async () => {
      await using it = await start()
      await submit(it, { from })
      assert.equal((await it.mx.waitFor(1))[0]!.from, expected)
    })
  }
  test('all mail may leave as it was given, and an account may say otherwise', async () => {
    const all = { returnPath: { ...RETURN, use: 'as-given' } } as const
    await using it = await start(all)
    await submit(it)
    assert.equal((await it.mx.waitFor(1))[0]!.from, 'board@abc.mail')
    const account = { name: USER, password: PASSWORD, returnPath: 'ours' } as const
    await using other = await start({ ...all, relay: { accounts: [account] } })
    await submit(other, { from: 'board+verp-0123@abc.mail' })
    assert.match((await other.mx.waitFor(1))[0]!.from, /^b1-.*@bounces\.abc\.mail$/)
  })
  test('the keys are made of the DKIM key when none are given, and two count while one is rotated', async () => {
    const [old, fresh] = (await Promise.all([newKey(), newKey()])) as [string, string]
    const keyOf = (selector: string, privateKey: string) => ({ domain: 'abc.mail', selector, privateKey })
    await using it = await start({
      returnPath: { domain: RETURN.domain },
      dkim: [keyOf('one', fresh), keyOf('two', old)],
    })
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    using client = await mxOf(it)
    assert.match(await deliver(client, sent!.from, bounce(TO)), /^250 /)
    await using other = await start({
      returnPath: { domain: RETURN.domain },
      dkim: [keyOf('one', old), keyOf('two', fresh)],
    })
    using also = await mxOf(other)
    assert.match(await deliver(also, sent!.from, bounce(TO)), /^250 /)
    await using stranger = await start({ returnPath: { domain: RETURN.domain }, dkim: [keyOf('two', old)] })
    using none = await mxOf(stranger)
    assert.match(await deliver(none, sent!.from, bounce(TO)), /^550 5\.1\.1 /)
  })
  test('forged tags, and tags for another recipient, purpose, domain or version, are no addresses', async () => {
    await using it = await start({ relay: { limits: { softErrors: 100, hardErrors: 100 } } })
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    const { from } = sent!
    using client = await mxOf(it)
    for (const address of [
      from.replace(/-.{13}@/, '-0000000000000@'),
      from.replace('-0-', '-1-'),
      from.replace('b1-', 'u1-'),
      from.replace('bounces.', 'other.'),
      from.replace('b1-', 'b2-'),
      // The form of a queue id of another time, which no key made.
      'b1-00tp1a2b3c4d5e6f7g8h-0-7h4k9m2c5x1qz@bounces.abc.mail',
      'postmaster@bounces.abc.mail',
    ])
      assert.match(await deliver(client, address, bounce(TO)), /^550 5\.1\.1 /, address)
    assert.match(await deliver(client, from, bounce(TO)), /^250 /)
  })
  test('what is no report is refused while its sender listens', async () => {
    await using it = await start()
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    using client = await mxOf(it)
    assert.match(await deliver(client, sent!.from, 'From: ann@dest.example\r\n\r\nhello\r\n.'), /^550 5\.7\.1 /)
  })
  test('a second recipient is sent separately, and what is too large is refused', async () => {
    await using it = await start({ relay: { inbound: { listen: [INBOUND], messageBytes: 2000 } } })
    await submit(it, { to: [TO, 'here@dest.example'] })
    const [one, two] = await it.mx.waitFor(2)
    using client = await mxOf(it)
    assert.match(await client.ask('MAIL FROM:<> SIZE=2001'), /^552 /)
    await client.ask('MAIL FROM:<>')
    assert.match(await client.ask(`RCPT TO:<${one!.from}>`), /^250 /)
    assert.match(await client.ask(`RCPT TO:<${two!.from}>`), /^452 4\.5\.3 /)
    await client.ask('DATA')
    assert.match(await client.ask(`${bounce(TO).slice(0, -1)}${'x'.repeat(2000)}\r\n.`), /^552 /)
  })
  test('guesses are answered late, and end the session', async () => {
    await using it = await start()
    using client = await mxOf(it)
    await client.ask('MAIL FROM:<>')
    for (let guess = 0; guess < 10; guess++) await client.ask(`RCPT TO:<name${guess}@bounces.abc.mail>`)
    assert.match(await client.ask('RCPT TO:<more@bounces.abc.mail>'), /^(?:421 |$)/)
  })
  test('a hundred thousand random recipients take no memory', { timeout: 120_000 }, async () => {
    await using it = await start({ relay: { limits: { softErrors: 1e6, hardErrors: 1e6 } } })
    using client = await mxOf(it)
    await client.ask('MAIL FROM:<>')
    const round = async (from: number, until: number): Promise<void> => {
      for (let at = from; at < until; at += 100) {
        const some = Array.from({ length: 100 }, (_, one) => {
          const id = (at + one).toString().padStart(20, '0')
          return `RCPT TO:<b1-${id}-0-0000000000000@bounces.abc.mail>\r\n`
        })
        client.send(some.join(''))
        for (let one = 0; one < 100; one++) assert.match(await client.reply(), /^550 5\.1\.1 /)
      }
    }
    await round(0, 20_000)
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await round(20_000, 100_000)
    globalThis.gc?.()
    assert.ok(process.memoryUsage().heapUsed - before < 64 * 1024 * 1024)
  })
})

suite('never an open relay, with other mail servers', () => {
  const ELSEWHERE = 'anyone@elsewhere.example'
  for (const network of ['192.0.2.0/24', '127.0.0.0/8'])
    for (const sender of ['board@abc.mail', 'ceo@bank.example', '']) {
      test(`on an address of their own a client in or beside ${network} may nothing from <${sender}>`, async () => {
        await using it = await start({ relay: { trustedNetworks: [network] } })
        using client = await mxOf(it)
        assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^5/)
        await client.ask(`MAIL FROM:<${sender}>`)
        assert.match(await client.ask(`RCPT TO:<${ELSEWHERE}>`), /^550 5\.1\.1 /)
        assert.match(await client.ask('DATA'), /^503 /)
      })
    }
  test('beside logins a stranger may nothing, and a user submits as ever', async () => {
    const both = '127.0.0.1:0/plain'
    await using it = await start({ relay: { listen: [both], inbound: { listen: [both] } } })
    assert.equal(it.relay.addresses.length, 1)
    using stranger = await mxOf(it)
    await stranger.ask('MAIL FROM:<board@abc.mail>')
    assert.match(await stranger.ask(`RCPT TO:<${ELSEWHERE}>`), /^550 5\.1\.1 /)
    await submit(it)
    const [sent] = await it.mx.waitFor(1)
    await stranger.ask('RSET')
    assert.match(await deliver(stranger, sent!.from, bounce(TO)), /^250 /)
    using user = await it.login()
    assert.match(await user.ask('MAIL FROM:<ceo@bank.example>'), /^550 /)
    await user.ask('MAIL FROM:<board@abc.mail>')
    assert.match(await user.ask(`RCPT TO:<${ELSEWHERE}>`), /^250 /)
  })
  test('without inbound a stranger must log in first, also for a return address', async () => {
    await using it = await start({ relay: { inbound: { listen: [] } } })
    await submit(it)
    await it.mx.waitFor(1)
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.match(await client.ask('MAIL FROM:<>'), /^530 /)
  })
  for (const end of ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r']) {
    test(`${JSON.stringify(end)} ends no mail of theirs`, async () => {
      await using it = await start()
      await submit(it)
      const [sent] = await it.mx.waitFor(1)
      using client = await mxOf(it)
      await client.askAll('MAIL FROM:<>', `RCPT TO:<${sent!.from}>`, 'DATA')
      client.send(
        `Subject: x\r\n\r\nhello${end}MAIL FROM:<board@abc.mail>\r\nRCPT TO:<${ELSEWHERE}>\r\nDATA\r\nsmuggled\r\n.\r\n`,
      )
      // One mail, which is no report.
      assert.match(await client.reply(), /^550 5\.7\.1 /)
      assert.match(await client.ask('NOOP'), /^250 /)
      assert.deepEqual(await it.queued(), [])
      assert.equal(it.mx.messages.length, 1)
    })
  }
})
