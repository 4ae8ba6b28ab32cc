/**
 * The clients that forums are made of, replayed octet by octet.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { base64, plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from '../testing/test-relay.ts'
import { startThroughRelay } from '../testing/through.ts'

const FROM = 'board@abc.mail'
const TO = 'user@dest.example'

suite('Discuz! X', () => {
  test('AUTH LOGIN, a space after the colon, bare LF in the header, one line for each reply', async () => {
    await using it = await startThroughRelay()
    using client = await it.connect()
    // With a login it says EHLO and reads lines until one has no hyphen; its name comes from the browser.
    const hello = await client.ask('EHLO uchome:8080')
    assert.ok(hello.split('\n').every(line => line.length < 100))
    const single: string[] = []
    for (const line of [
      'AUTH LOGIN',
      base64(USER),
      base64(PASSWORD),
      `MAIL FROM: <${FROM}>`,
      `RCPT TO: <${TO}>`,
      'DATA',
    ]) {
      single.push(await client.ask(line))
    }
    assert.deepEqual(
      single.map(reply => reply.slice(0, 3)),
      ['334', '334', '235', '250', '250', '354'],
    )
    assert.ok(single.every(reply => !reply.includes('\n') && reply.length < 256))
    client.send(
      `From: =?utf-8?B?${base64('Brett')}?= <${FROM}>\nTo: ${TO}\nSubject: =?utf-8?B?aGk=?=\nMIME-Version: 1.0\r\n\r\n${base64('hello')}\r\n.\r\n`,
    )
    assert.match(await client.reply(), /^250 2\.0\.0 Ok: queued as [0-9A-Z]{20}$/)
    assert.match(await client.ask('QUIT'), /^221/)
    const [message] = await it.mx.waitFor(1)
    assert.equal(message?.from, FROM)
    assert.match(
      message?.content.toString() ?? '',
      /\r\nTo: user@dest\.example\r\nSubject: =\?utf-8\?B\?aGk=\?=\r\nMIME-Version: 1\.0\r\n/,
    )
    assert.doesNotMatch(message?.content.toString('latin1') ?? '', /(?<!\r)\n/)
  })
  test('HELO when it has no login, and a name that is no name', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    for (const name of ['uchome', 'localhost:8080', '[127.0.0.1]', 'curl.eml', 'bad_name!', '']) {
      assert.match(await client.ask(`HELO ${name}`), /^250 /, name)
      assert.match(await client.ask(`EHLO ${name}`), /^250-/, name)
    }
    assert.match(await client.ask(`MAIL FROM: <${FROM}>`), /^530 5\.7\.0 /)
  })
})

suite('phpBB', () => {
  test('AUTH PLAIN in two steps', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    await client.ask('EHLO vm')
    assert.equal(await client.ask('AUTH PLAIN'), '334 ')
    assert.match(await client.ask(plain(USER, PASSWORD)), /^235 /)
  })
  test('a line with a single dot ends its message, and what follows cannot become a second one', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    // It doubles no dots: this body is what somebody wrote into a forum.
    client.send(
      [
        `From: ${FROM}`,
        'Subject: quoted',
        '',
        'first line',
        '.',
        'RSET',
        `MAIL FROM:<${FROM}>`,
        'RCPT TO:<victim@dest.example>',
        'DATA',
        `From: ${FROM}`,
        'Subject: injected',
        '',
        'spam',
        '.',
        '',
      ].join('\r\n'),
    )
    const said = await client.rest()
    assert.match(said, /^250 2\.0\.0 Ok: queued as/)
    assert.match(said, /\r\n421 4\.7\.0 [^\r]*single dot[^\r]*\r\n$/)
    const queued = await it.queued()
    assert.equal(queued.length, 1)
    assert.equal(queued[0]?.recipients[0]?.address, TO)
  })
  test('ordinary text after such a dot ends the connection at its first line', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    assert.match(await client.ask(`From: ${FROM}\r\n\r\nfirst\r\n.`), /^250 /)
    client.send('and so on\r\n')
    assert.match(await client.rest(), /^421 4\.7\.0 /)
    assert.equal((await it.queued()).length, 1)
  })
  test('a recipient that is refused gets 550 and nothing else', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    await client.ask(`MAIL FROM:<${FROM}>`)
    for (const wrong of ['<user@>', '<no-at>', '<a b@dest.example>', '<user@-bad-.example>']) {
      assert.match(await client.ask(`RCPT TO:${wrong}`), /^550 5\.1\.3 /, wrong)
    }
    assert.match(await client.ask(`RCPT TO:<${TO}>`), /^250 /)
  })
})

suite('MyBB', () => {
  test('a Subject folded with a bare LF arrives as one field', async () => {
    await using it = await startThroughRelay()
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    client.send(
      `From: ${FROM}\r\nSubject: =?UTF-8?B?w6TDtsO8?=\n =?UTF-8?B?w5/DtsO8?=\r\nTo: ${TO}\r\n\r\nhello\r\n.\r\n`,
    )
    assert.match(await client.reply(), /^250 /)
    const [message] = await it.mx.waitFor(1)
    assert.match(
      message?.content.toString() ?? '',
      /Subject: =\?UTF-8\?B\?w6TDtsO8\?=\r\n =\?UTF-8\?B\?w5\/DtsO8\?=\r\nTo: /,
    )
  })
  test('its answers are 250 and nothing else', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    assert.match(await client.ask(`MAIL FROM:<${FROM}>`), /^250 /)
    assert.match(await client.ask(`RCPT TO:<${TO}>`), /^250 /)
  })
})

suite('SMF', () => {
  test('RSET between mails on one connection, and it leaves without reading the answer to QUIT', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    for (let times = 0; times < 3; times++) {
      await client.askAll(`MAIL FROM: <${FROM}>`, `RCPT TO: <${TO}>`, 'DATA')
      assert.match(await client.ask(`From: ${FROM}\r\nSubject: ${times}\r\n\r\nhello\r\n.`), /^250 /)
      assert.match(await client.ask('RSET'), /^250 /)
    }
    client.send('QUIT\r\n')
    client.destroy()
    assert.equal((await it.queued()).length, 3)
  })
})

suite('PHPMailer and Symfony Mailer', () => {
  test('STARTTLS is not offered where login is allowed without TLS, so that a self-signed certificate hurts nobody', async () => {
    await using it = await startTestRelay()
    using client = await it.connect({ port: it.plain })
    const hello = await client.ask('EHLO x')
    assert.doesNotMatch(hello, /STARTTLS/)
    assert.match(hello, /AUTH PLAIN LOGIN/)
    assert.match(await client.ask('STARTTLS'), /^502 /)
  })
  test('8-bit content without BODY=8BITMIME is taken', async () => {
    await using it = await startThroughRelay()
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA')
    client.send(
      `From: ${FROM}\r\nSubject: 8bit\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\näöü\r\n.\r\n`,
    )
    assert.match(await client.reply(), /^250 /)
    const [message] = await it.mx.waitFor(1)
    assert.ok(message)
  })
})

suite('Nodemailer', () => {
  test('pipelined recipients are answered in order, in one packet', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    client.send(
      `MAIL FROM:<${FROM}>\r\nRCPT TO:<a@dest.example>\r\nRCPT TO:<bad>\r\nRCPT TO:<b@dest.example>\r\nDATA\r\n`,
    )
    const codes: string[] = []
    for (let replies = 0; replies < 5; replies++) codes.push((await client.reply()).slice(0, 3))
    assert.deepEqual(codes, ['250', '250', '550', '250', '354'])
    assert.match(await client.ask(`From: ${FROM}\r\n\r\nhello\r\n.`), /^250 /)
    assert.deepEqual(
      (await it.queued())[0]?.recipients.map(recipient => recipient.address),
      ['a@dest.example', 'b@dest.example'],
    )
  })
})

suite('login', () => {
  test('LOGIN with the user name in the first line', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.equal(await client.ask(`AUTH LOGIN ${base64(USER)}`), `334 ${base64('Password:')}`)
    assert.match(await client.ask(base64(PASSWORD)), /^235 /)
  })
  test('PLAIN with `=` as initial response', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.equal(await client.ask('AUTH PLAIN ='), '334 ')
    assert.match(await client.ask(plain(USER, PASSWORD)), /^235 /)
  })
  test('the user name counts in any case', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER.toUpperCase(), PASSWORD)}`), /^235 /)
  })
  test('AUTH is offered on one line, and no more once logged in', async () => {
    await using it = await startTestRelay()
    using client = await it.connect()
    assert.match(await client.ask('EHLO x'), /\n250-AUTH PLAIN LOGIN\n/)
    await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
    assert.doesNotMatch(await client.ask('EHLO x'), /AUTH/)
    assert.match(await client.ask('AUTH LOGIN'), /^503 /)
  })
  test('XOAUTH2 is offered with a verifier, and only then', async () => {
    await using it = await startTestRelay(
      {},
      {
        verifyToken: async ({ user, token }) =>
          token === 'good' ? { name: user, senders: ['*@abc.mail'] } : undefined,
      },
    )
    using client = await it.connect()
    assert.match(await client.ask('EHLO x'), /AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER/)
    const xoauth2 = (token: string): string => base64(`user=${USER}\x01auth=Bearer ${token}\x01\x01`)
    assert.match(await client.ask(`AUTH XOAUTH2 ${xoauth2('bad')}`), /^535 /)
    assert.match(await client.ask(`AUTH XOAUTH2 ${xoauth2('good')}`), /^235 /)
  })
})
