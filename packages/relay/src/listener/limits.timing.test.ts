/**
 * Limits of the wire and of accounts, on the wire.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { FakeClock } from '@postrider/core/testing'
import { base64, connectRaw, plain, type RawClient } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from '../testing/test-relay.ts'

const MINUTE = 60_000
const FROM = 'board@abc.mail'

async function send(client: RawClient, content = `From: ${FROM}\r\n\r\nhello`): Promise<string> {
  const mail = await client.ask(`MAIL FROM:<${FROM}>`)
  if (!mail.startsWith('250')) return mail
  const rcpt = await client.ask('RCPT TO:<a@dest.example>')
  if (!rcpt.startsWith('250')) return rcpt
  const data = await client.ask('DATA')
  return data.startsWith('354') ? client.ask(`${content}\r\n.`) : data
}

suite('silence', () => {
  test('a client that is logged in may be silent for five minutes and longer (RFC 5321 §4.5.3.2.7), then hears 421', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using client = await it.login()
    for (const minutes of [5, 9]) {
      await clock.advance(minutes * MINUTE)
      assert.match(await client.ask('NOOP'), /^250 /, `after ${minutes} minutes`)
    }
    await clock.advance(11 * MINUTE)
    assert.match(await client.rest(), /^421 4\.4\.2 /)
  })
  test('a stranger has a minute between commands, and two to log in', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using silent = await it.connect()
    using chatty = await it.connect()
    for (let seconds = 0; seconds < 120; seconds += 50) {
      assert.match(await chatty.ask('NOOP'), /^250 /)
      await clock.advance(50_000)
    }
    assert.match(await silent.rest(), /^421 4\.4\.2 /)
    assert.match(await chatty.rest(), /421 4\.4\.2 /)
  })
  test('time in which a login is being checked does not count', async () => {
    const clock = new FakeClock()
    const asked = Promise.withResolvers<void>()
    const checked = Promise.withResolvers<void>()
    const verifyToken = async () => {
      asked.resolve()
      await checked.promise
      return { name: USER, senders: ['*@abc.mail'] }
    }
    await using it = await startTestRelay({}, { clock, verifyToken })
    using client = await it.connect()
    await client.ask('EHLO x')
    const welcome = client.ask(`AUTH XOAUTH2 ${base64(`user=${USER}\x01auth=Bearer t\x01\x01`)}`)
    await asked.promise
    await clock.advance(3 * MINUTE)
    checked.resolve()
    assert.match(await welcome, /^235 /)
    assert.match(await send(client), /^250 /)
  })
  test('a client that stops in the middle of a message hears 421 after three minutes, and nothing is queued', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    client.send('From: board@abc.mail\r\n\r\nhalf a mess')
    // Another client's answer means that the half message was read, too.
    using other = await it.connect()
    assert.match(await other.ask('NOOP'), /^250 /)
    await clock.advance(4 * MINUTE)
    assert.match(await client.rest(), /421 4\.4\.2 /)
    assert.deepEqual(await it.queued(), [])
  })
  test('a client that says nothing on the TLS port is let go', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using client = await connectRaw({ port: it.tls })
    await it.connect({ port: it.plain })
    await clock.advance(2 * MINUTE)
    await clock.advance(MINUTE)
    assert.equal(await client.rest(), '')
  })
})

suite('mistakes', () => {
  test('answers come late after the soft limit, and the connection ends at the hard limit', async () => {
    await using it = await startTestRelay({ relay: { limits: { softErrors: 2, hardErrors: 4, errorDelayMs: 30 } } })
    using client = await it.connect()
    const took: number[] = []
    for (let times = 0; times < 3; times++) {
      const since = performance.now()
      assert.match(await client.ask('BLURB'), /^500 /)
      took.push(performance.now() - since)
    }
    assert.ok(took[2]! >= 25, `the third took ${took[2]} ms`)
    assert.match(await client.ask('BLURB'), /^421 4\.7\.0 /)
    assert.equal(await client.rest(), '')
  })
  test('a refused recipient is no mistake', async () => {
    await using it = await startTestRelay({ relay: { limits: { softErrors: 1, hardErrors: 2 } } })
    using client = await it.login()
    await client.ask(`MAIL FROM:<${FROM}>`)
    for (let times = 0; times < 10; times++) assert.match(await client.ask('RCPT TO:<bad@>'), /^550 /)
    assert.match(await client.ask('NOOP'), /^250 /)
  })
  test('a line that never ends costs no memory and is refused', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    for (let times = 0; times < 200; times++) client.send('x'.repeat(10_000))
    client.send('\r\n')
    assert.match(await client.reply(), /^500 5\.5\.2 /)
    assert.match(await client.ask('NOOP'), /^250 /)
  })
  test('a browser is let go at its first line', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    client.send('POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<a@b>\r\n')
    assert.match(await client.rest(), /^421 [^\r]*\r\n$/)
  })
  test('commands out of order are told what comes first', async () => {
    await using it = await startTestRelay({ relay: { limits: { softErrors: 100, hardErrors: 100 } } })
    using client = await it.connect()
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^503 5\.5\.1 .*EHLO/)
    await client.ask('EHLO x')
    await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
    assert.match(await client.ask('RCPT TO:<a@b.example>'), /^503 5\.5\.1 .*MAIL/)
    assert.match(await client.ask('DATA'), /^503 /)
    await client.ask(`MAIL FROM:<${FROM}>`)
    assert.match(await client.ask('DATA'), /^503 .*RCPT/)
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^503 /)
    assert.match(await client.ask('RSET'), /^250 /)
    assert.match(await client.ask('RCPT TO:<a@b.example>'), /^503 /)
    assert.match(await client.ask('EXPN x'), /^502 /)
    assert.match(await client.ask('VRFY x'), /^252 /)
    assert.match(await client.ask('HELP'), /^214 /)
  })
  test('content that does not wait for 354 ends the connection', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    client.send(`MAIL FROM:<${FROM}>\r\nRCPT TO:<a@dest.example>\r\nDATA\r\nFrom: ${FROM}\r\n\r\nx\r\n.\r\n`)
    assert.match(await client.rest(), /421 4\.7\.0 /)
    assert.deepEqual(await it.queued(), [])
  })
})

suite('messages', () => {
  test('a size above the limit is refused at MAIL, and a message above it at its end', async () => {
    await using it = await startTestRelay({ limits: { messageBytes: 2000 } })
    using client = await it.login()
    assert.match(await client.ask('EHLO x'), /\n250-SIZE 2000\n/)
    assert.match(await client.ask(`MAIL FROM:<${FROM}> SIZE=2001`), /^552 5\.3\.4 /)
    assert.match(await send(client, `From: ${FROM}\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(30)), /^552 5\.3\.4 /)
    assert.match(await send(client), /^250 /)
  })
  test('a message that goes on beyond twice the limit ends the connection', async () => {
    await using it = await startTestRelay({ limits: { messageBytes: 2000 } })
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    client.send(`${'x'.repeat(998)}\r\n`.repeat(10))
    assert.match(await client.rest(), /^552 5\.3\.4 /)
  })
  test('a large message goes through a file and arrives whole', async () => {
    await using it = await startTestRelay({ relay: { limits: { bodyMemoryBytes: 10_000 } } })
    using client = await it.login()
    const content = `From: ${FROM}\r\nSubject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(20_000)}`
    assert.match(await send(client, content), /^250 /)
    const [entry] = await it.queued()
    assert.ok((entry?.sizeBytes ?? 0) > content.length)
  })
  test('more recipients than allowed get 452, and the message goes to the others', async () => {
    await using it = await startTestRelay({ limits: { recipients: 2 } })
    using client = await it.login()
    await client.ask(`MAIL FROM:<${FROM}>`)
    const codes: string[] = []
    for (const name of ['a', 'b', 'c']) codes.push((await client.ask(`RCPT TO:<${name}@dest.example>`)).slice(0, 9))
    assert.deepEqual(codes, ['250 2.1.5', '250 2.1.5', '452 4.5.3'])
  })
  test('fifty Received lines are a loop (RFC 5321 §6.3)', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    const received = 'Received: by x.example with ESMTP; Mon, 05 Jan 2026 12:00:00 +0000\r\n'
    assert.match(await send(client, `${received.repeat(50)}From: ${FROM}\r\n\r\nx`), /^554 5\.4\.6 /)
    assert.match(await send(client, `${received.repeat(49)}From: ${FROM}\r\n\r\nx`), /^250 /)
  })
  test('NUL is refused', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    assert.match(await send(client, `From: ${FROM}\r\n\r\na\0b`), /^554 5\.6\.0 /)
  })
})

suite('accounts', () => {
  test('more messages than the account may send in a minute are told to come back', async () => {
    await using it = await startTestRelay({ relay: { limits: { account: { messagesPerMinute: 2 } } } })
    using client = await it.login()
    assert.match(await send(client), /^250 /)
    assert.match(await send(client), /^250 /)
    assert.match(await send(client), /^450 4\.7\.1 Too many messages: 2 in a minute; try again in \d+ s$/)
  })
  test('more recipients than the account may send to are told to come back', async () => {
    await using it = await startTestRelay({ relay: { limits: { account: { recipientsPerHour: 2 } } } })
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'RCPT TO:<b@dest.example>')
    assert.match(await client.ask('RCPT TO:<c@dest.example>'), /^450 4\.7\.1 /)
  })
  test('a From that is not allowed is replaced where the account says by what', async () => {
    await using it = await startTestRelay({ relay: { rewriteFrom: 'forum@abc.mail' } })
    using client = await it.login()
    assert.match(await send(client, 'From: "Jo, the user" <jo@elsewhere.example>\r\nSubject: x\r\n\r\nhello'), /^250 /)
    const [entry] = await it.queued()
    const story = await it.relay.mailer.explain(entry!.id)
    assert.ok(story.lines.length > 0)
  })
})

suite('failed logins', () => {
  test('an address that fails too often is let go and kept out', async () => {
    await using it = await startTestRelay({ relay: { ban: { failures: 3 }, limits: { hardErrors: 100 } } })
    using client = await it.connect()
    await client.ask('EHLO x')
    const wrong = `AUTH PLAIN ${plain(USER, 'wrong')}`
    assert.match(await client.ask(wrong), /^535 5\.7\.8 /)
    assert.match(await client.ask(wrong), /^535 5\.7\.8 /)
    assert.match(await client.ask(wrong), /^535 5\.7\.8 /)
    assert.equal(await client.rest(), '')
    using again = await connectRaw({ port: it.plain })
    assert.match(await again.reply(), /^421 4\.7\.0 /)
    assert.ok(it.log.some(line => line.event === 'login-failed' && Number(line.bannedForMs) > 0))
  })
  test('neither log nor reply ever holds a password', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    await client.ask('EHLO x')
    const secret = 'h1dden-Secret'
    const reply = await client.ask(`AUTH PLAIN ${plain(USER, secret)}`)
    await client.ask('QUIT')
    await client.rest()
    const all = JSON.stringify(it.log) + reply
    assert.ok(!all.includes(secret) && !all.includes(plain(USER, secret)))
  })
})
