/**
 * Never an open relay: who may do what, as a matrix over listener, login and network.
 */
import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { connectRaw, plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, type TestRelay, USER } from '../testing/test-relay.ts'

const SENDERS = ['board@abc.mail', 'ceo@bank.example', ''] as const

const closed = await startTestRelay({ relay: { trustedNetworks: ['192.0.2.0/24'] } })
const open = await startTestRelay({ relay: { trustedNetworks: ['127.0.0.0/8'] } })
after(() => Promise.all([closed[Symbol.asyncDispose](), open[Symbol.asyncDispose]()]))

interface Attempt {
  readonly at: TestRelay
  readonly login: boolean
  readonly tls: boolean
  readonly sender: string
}

/** The codes of MAIL and RCPT. */
async function codes({ at, login, tls, sender }: Attempt): Promise<string> {
  using client = await at.connect(tls ? { port: at.tls, tls } : { port: at.plain })
  await client.ask('EHLO x')
  if (login) await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
  const mail = await client.ask(`MAIL FROM:<${sender}>`)
  const rcpt = await client.ask('RCPT TO:<anyone@elsewhere.example>')
  return `${mail.slice(0, 3)} ${rcpt.slice(0, 3)}`
}

suite('open relay', () => {
  for (const tls of [false, true]) {
    for (const sender of SENDERS) {
      const how = `${tls ? 'with' : 'without'} TLS from <${sender}>`
      test(`a stranger ${how} may nothing`, async () => {
        assert.equal(await codes({ at: closed, login: false, tls, sender }), '530 503')
      })
      test(`a host of a trusted network ${how} may relay`, async () => {
        assert.equal(await codes({ at: open, login: false, tls, sender }), '250 250')
      })
      test(`a user ${how} may relay as itself only`, async () => {
        const own = sender !== 'ceo@bank.example'
        assert.equal(await codes({ at: closed, login: true, tls, sender }), own ? '250 250' : '550 503')
      })
    }
  }
  test('a wrong password, an unknown user and an empty password may nothing', async () => {
    await using it = await startTestRelay()
    for (const [user, password] of [
      [USER, 'wrong'],
      ['nobody@abc.mail', PASSWORD],
      [USER, ''],
      ['', ''],
    ] as const) {
      using client = await it.connect()
      await client.ask('EHLO x')
      assert.match(await client.ask(`AUTH PLAIN ${plain(user, password)}`), /^5/)
      assert.match(await client.ask('MAIL FROM:<board@abc.mail>'), /^530 /)
    }
  })
  test('a user that may use every MAIL FROM of its domain may not use another From', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    for (const from of [
      'From: ceo@bank.example',
      'From: board@abc.mail, ceo@bank.example',
      'From: board@abc.mail\r\nFrom: ceo@bank.example',
      'From: board@abc.mail\nFrom: ceo@bank.example',
      'From: board@abc.mail\rFrom: ceo@bank.example',
      'From: "board@abc.mail" <ceo@bank.example>',
      'From: board@abc.mail <ceo@bank.example>',
      'From: <board@abc.mail> <ceo@bank.example>',
      'From: Friends: board@abc.mail, ceo@bank.example;',
      'FROM : ceo@bank.example',
      'From:\r\n ceo@bank.example',
      'From: (board@abc.mail) ceo@bank.example',
      'From: board@abc.mail.bank.example',
      'From: board@xabc.mail',
    ]) {
      await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<a@dest.example>', 'DATA')
      assert.match(await client.ask(`${from}\r\nSubject: x\r\n\r\nhello\r\n.`), /^55[04] /, from)
    }
    await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<a@dest.example>', 'DATA')
    assert.match(await client.ask('Subject: no author\r\n\r\nhello\r\n.'), /^55[04] /)
    assert.deepEqual(await it.queued(), [])
  })
  for (const networks of [
    ['0.0.0.0/0'],
    ['0.0.0.0/1', '128.0.0.0/1'],
    ['::/0'],
    ['8.0.0.0/8'],
    ['2000::/3'],
    ['::ffff:0:0/96'],
  ]) {
    test(`a list of trusted networks like ${networks.join(', ')} is refused at start`, async () => {
      await assert.rejects(startTestRelay({ relay: { trustedNetworks: networks } }), error => {
        assert.ok(MailerError.is(error))
        assert.equal(error.code, 'invalid-option')
        assert.equal(error.where, 'relay.trustedNetworks')
        return true
      })
    })
  }
  test('a PROXY header of a stranger makes nobody trusted', async () => {
    await using it = await startTestRelay({
      relay: { listen: ['127.0.0.1:0/plain/proxy'], proxies: ['192.0.2.1'], trustedNetworks: ['10.0.0.0/8'] },
    })
    using client = await connectRaw({ port: it.plain })
    await client.reply()
    assert.match(await client.ask('PROXY TCP4 10.0.0.1 10.0.0.2 1 2'), /^500 /)
    await client.ask('EHLO x')
    assert.match(await client.ask('MAIL FROM:<a@b.example>'), /^530 /)
  })
  test('a PROXY header of a listed proxy tells who the client is', async () => {
    await using it = await startTestRelay({
      relay: {
        listen: ['127.0.0.1:0/plain/proxy'],
        proxies: ['127.0.0.1'],
        trustedNetworks: ['10.0.0.0/8', '127.0.0.1'],
      },
    })
    using stranger = await connectRaw({ port: it.plain })
    stranger.send('PROXY TCP4 198.51.100.7 127.0.0.1 4711 587\r\n')
    await stranger.reply()
    await stranger.ask('EHLO x')
    assert.match(await stranger.ask('MAIL FROM:<a@b.example>'), /^530 /)
    await stranger.ask('QUIT')
    using friend = await connectRaw({ port: it.plain })
    friend.send('PROXY TCP4 10.0.0.1 127.0.0.1 4711 587\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\n')
    await friend.reply()
    await friend.reply()
    assert.match(await friend.reply(), /^250 /)
    await stranger.rest()
    assert.equal(it.log.find(line => line.event === 'session')?.address, '198.51.100.7')
  })
  test('a listed proxy without a header is let go', async () => {
    await using it = await startTestRelay({ relay: { listen: ['127.0.0.1:0/plain/proxy'], proxies: ['127.0.0.1'] } })
    using client = await connectRaw({ port: it.plain })
    client.send('EHLO x\r\n')
    assert.equal(await client.rest(), '')
  })
})
