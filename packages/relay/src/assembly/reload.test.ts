/**
 * Another configuration for a relay that runs, while sessions are open.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { connect } from 'node:tls'
import { generateDkimKey, MailerError } from '@postrider/core'
import { createFakeDns, makeAuthority, makeCertificate } from '@postrider/core/testing'
import { type RelayConfig, type RelayOptions, resolveRelayOptions } from '../config/options.ts'
import { startHook } from '../testing/hook.ts'
import { plain, type RawClient } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, type TestRelay, USER } from '../testing/test-relay.ts'
import { startThroughRelay } from '../testing/through.ts'

const FROM = 'board@abc.mail'

async function send(client: RawClient, subject: string, from = FROM): Promise<string> {
  await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
  return client.ask(`From: ${from}\r\nSubject: ${subject}\r\n\r\nhello\r\n.`)
}

/** What a test relay has, with other settings. */
function changed({ folder }: TestRelay, { relay, ...options }: RelayOptions = {}): Promise<RelayConfig> {
  return resolveRelayOptions({
    hostname: 'mail.abc.mail',
    queue: { path: join(folder, 'queue.db') },
    preflight: 'off',
    ...options,
    relay: {
      listen: ['127.0.0.1:0/plain', '127.0.0.1:0', '127.0.0.1:0/tls'],
      senders: ['*@abc.mail'],
      accounts: [{ name: USER, password: PASSWORD }],
      ...relay,
    },
  })
}

async function dkim(selector: string) {
  const { pem } = await generateDkimKey({ domain: 'abc.mail', selector, algorithm: 'ed25519-sha256' })
  return { domain: 'abc.mail', selector, privateKey: pem }
}

suite('a reload', () => {
  test('takes new accounts and limits without dropping a session', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    const accounts = [{ name: 'new@abc.mail', password: 'new', senders: ['*@abc.mail'] }]
    await it.relay.reload(await changed(it, { limits: { messageBytes: 500 }, relay: { accounts } }))
    assert.match(await send(client, 'still here'), /^250 /)
    assert.match(await client.ask(`MAIL FROM:<${FROM}> SIZE=501`), /^552 /)
    using other = await it.connect()
    await other.ask('EHLO x')
    assert.match(await other.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`), /^535 /)
    assert.match(await other.ask(`AUTH PLAIN ${plain('new@abc.mail', 'new')}`), /^235 /)
  })
  test('takes larger limits too', async () => {
    await using it = await startTestRelay({ limits: { messageBytes: 50, recipients: 1 } })
    using client = await it.login()
    assert.match(await client.ask(`MAIL FROM:<${FROM}> SIZE=51`), /^552 /)
    await it.relay.reload(await changed(it, { limits: { messageBytes: 50_000, recipients: 3 } }))
    await client.askAll(
      `MAIL FROM:<${FROM}> SIZE=20000`,
      'RCPT TO:<a@dest.example>',
      'RCPT TO:<b@dest.example>',
      'DATA',
    )
    assert.match(await client.ask(`From: ${FROM}\r\n\r\n${'x'.repeat(70)}\r\n.`), /^250 /)
  })
  test('signs with new DKIM keys from the next message on, in a session that was open before', async () => {
    await using it = await startThroughRelay({ dkim: [await dkim('one')] })
    using client = await it.login()
    await send(client, 'first')
    await it.relay.reload(await changed(it, { dkim: [await dkim('two')] }))
    await send(client, 'second')
    const messages = await it.mx.waitFor(2)
    const selectors = messages.map(({ content }) => {
      const text = content.toString()
      return [/^Subject: (\w+)/m.exec(text)?.[1], /^DKIM-Signature:(?:.*\r\n[ \t])*?.*\bs=(\w+)/m.exec(text)?.[1]]
    })
    assert.deepEqual(Object.fromEntries(selectors), { first: 'one', second: 'two' })
  })
  test('makes a key for a domain that is new, and says what to publish', async () => {
    const resolver = createFakeDns({
      'new.example': { TXT: 'v=spf1 ip4:192.0.2.7 -all' },
      '_dmarc.new.example': { TXT: 'v=DMARC1; p=reject' },
    })
    await using it = await startTestRelay({}, { resolver })
    const { told } = await it.relay.reload(await changed(it, { relay: { domains: ['new.example'] } }))
    assert.match(told.join('\n'), /postrider\._domainkey\.new\.example\. IN TXT "v=DKIM1;/)
    assert.doesNotMatch(told.join('\n'), /could not be found out/, 'the resolver that was handed in is asked')
    assert.doesNotMatch(told.join('\n'), /_dmarc/, 'what stands there stays')
    const again = await it.relay.reload()
    assert.deepEqual(again.told, [])
  })
  test('with a key that cannot be used changes nothing, and says so', async () => {
    await using it = await startThroughRelay({ dkim: [await dkim('one')] })
    const broken = {
      domain: 'abc.mail',
      selector: 'two',
      privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
    }
    const config = await changed(it, { dkim: [broken], relay: { accounts: [{ name: 'new', password: 'new' }] } })
    await assert.rejects(it.relay.reload(config), error => MailerError.is(error) && error.code === 'invalid-key')
    assert.match(String(it.log.find(line => line.event === 'reload-refused')?.problem), /private key/)
    using client = await it.login()
    await send(client, 'still')
    const [message] = await it.mx.waitFor(1)
    assert.match(message?.content.toString() ?? '', /\bs=one;/)
  })
  test('with a certificate that cannot be read changes nothing', async () => {
    await using it = await startTestRelay()
    const missing = { certificateFile: join(it.folder, 'none.crt'), privateKeyFile: join(it.folder, 'none.key') }
    const config = await changed(it, { relay: { certificates: [missing], accounts: [] } })
    await assert.rejects(it.relay.reload(config), /relay\.certificates: .*none\.crt cannot be read \(ENOENT\)/)
    using client = await it.login()
    assert.match(await client.ask('NOOP'), /^250 /)
  })
  test('takes how a foreign From is replaced, networks, and what the Received line shows', async () => {
    await using it = await startThroughRelay()
    const relay = { rewriteFrom: FROM, trustedNetworks: ['127.0.0.1'], trace: { client: true } }
    await it.relay.reload(await changed(it, { relay }))
    using client = await it.login()
    assert.match(await send(client, 'rewritten', 'jo@elsewhere.example'), /^250 /)
    const [message] = await it.mx.waitFor(1)
    const text = message?.content.toString() ?? ''
    assert.match(text, /^From: <board@abc\.mail>\r\n/m)
    assert.match(text, /^Received: from forum \(\[127\.0\.0\.1\]\)/m)
    using stranger = await it.connect()
    await stranger.ask('EHLO x')
    assert.match(await stranger.ask('MAIL FROM:<any@where.example>'), /^250 /)
  })
  test('counts mail to test addresses as long as the mailer delivers it, whatever is configured meanwhile', async () => {
    const relay = {
      accounts: [{ name: USER, password: PASSWORD, senders: ['*@abc.mail'], limits: { recipientsPerMinute: 1 } }],
    }
    await using it = await startTestRelay({ delivery: { testAddresses: false }, relay })
    const { needsRestart } = await it.relay.reload(await changed(it, { relay }))
    assert.ok(needsRestart.includes('delivery.testAddresses'))
    using client = await it.login()
    await client.ask(`MAIL FROM:<${FROM}>`)
    assert.match(await client.ask('RCPT TO:<delivered@postrider.test>'), /^250 /)
    assert.match(await client.ask('RCPT TO:<delivered@postrider.test>'), /^45\d /)
  })
  test('takes how many failed logins ban an address', async () => {
    await using it = await startTestRelay()
    await it.relay.reload(await changed(it, { relay: { ban: { failures: 1 } } }))
    using client = await it.connect()
    await client.ask('EHLO x')
    assert.match(await client.ask(`AUTH PLAIN ${plain(USER, 'wrong')}`), /^535 /)
    assert.match(await (await it.connect()).rest(), /^$/)
    assert.equal(it.log.findLast(line => line.event === 'login-failed')?.bannedForMs, 60_000)
  })
  test('names what needs a restart in its log line, once more when it is asked again', async () => {
    await using it = await startTestRelay()
    const other = await changed(it, {
      hostname: 'other.abc.mail',
      queue: { path: join(it.folder, 'other.db') },
      relay: { listen: ['127.0.0.1:0'], limits: { bodiesMemoryBytes: 1_000_000 }, admin: { listen: '127.0.0.1:0' } },
    })
    const wanted = ['hostname', 'queue.path', 'relay.listen', 'relay.admin', 'relay.limits.bodiesMemoryBytes']
    for (let times = 0; times < 2; times++) {
      const { needsRestart } = await it.relay.reload(other)
      assert.deepEqual(
        wanted.filter(name => !needsRestart.includes(name)),
        [],
      )
      const line = it.log.findLast(({ event }) => event === 'reload')
      assert.equal(line?.level, 'warn')
      assert.deepEqual(line?.needsRestart, needsRestart)
      assert.match(String(line?.message), /needs a restart: hostname, .*relay\.listen/)
    }
    const { needsRestart } = await it.relay.reload(await changed(it))
    assert.deepEqual(needsRestart, [])
    assert.equal(it.log.findLast(({ event }) => event === 'reload')?.level, 'info')
  })
  test('shows a new certificate to new sessions, by name where there are several, and keeps the old sessions', async () => {
    await using it = await startTestRelay()
    using old = await it.connect({ port: it.tls, tls: true })
    const authority = makeAuthority('Authority')
    const folder = join(it.folder, 'certificates')
    for (const name of ['mail.abc.mail', 'smtp.other.example']) {
      const { cert, key } = makeCertificate({ names: [name], issuer: authority })
      await writeFile(join(folder, `${name}.crt`), cert)
      await writeFile(join(folder, `${name}.key`), key)
    }
    await it.relay.reload()
    for (const name of ['mail.abc.mail', 'smtp.other.example'])
      assert.equal(await shown(it.tls, name, authority.cert), `DNS:${name}`)
    assert.match(await old.ask('NOOP'), /^250 /)
  })
  test('takes certificates from other files', async () => {
    await using it = await startTestRelay()
    const authority = makeAuthority('Authority')
    const { cert, key } = makeCertificate({ names: ['mail.abc.mail'], issuer: authority })
    const [certificateFile, privateKeyFile] = [join(it.folder, 'named.crt'), join(it.folder, 'named.key')]
    await writeFile(certificateFile, cert)
    await writeFile(privateKeyFile, key)
    await it.relay.reload(await changed(it, { relay: { certificates: [{ certificateFile, privateKeyFile }] } }))
    assert.equal(await shown(it.tls, 'mail.abc.mail', authority.cert), 'DNS:mail.abc.mail')
  })
  test('tells other webhooks from then on, and none of those that are gone', async () => {
    await using one = await startHook()
    await using two = await startHook()
    await using it = await startThroughRelay({ relay: { webhooks: [one.options] } })
    using client = await it.login()
    await send(client, 'first')
    await one.waitFor(1)
    await assert.rejects(
      it.relay.reload(await changed(it, { relay: { webhooks: [{ ...two.options, secret: 'whsec_*' }] } })),
      error => MailerError.is(error) && error.where === 'relay.webhooks.0.secret',
    )
    await send(client, 'second')
    await one.waitFor(2)
    await it.relay.reload(await changed(it, { relay: { webhooks: [two.options] } }))
    await send(client, 'third')
    await two.waitFor(1)
    assert.equal(one.told.length, 2)
  })
})

async function shown(port: number, servername: string, ca: string): Promise<string | undefined> {
  const socket = connect({ host: '127.0.0.1', port, ca, servername })
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
  })
  const names = socket.getPeerX509Certificate()?.subjectAltName
  socket.destroy()
  return names
}
