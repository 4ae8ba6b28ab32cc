/**
 * The relay as a whole: first start, old settings, stopping, and a message from login to the mail host.
 */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { generateDkimKey, MailerError } from '@postrider/core'
import { createFakeDns, feedbackReport, TEST_RANGES } from '@postrider/core/testing'
import { accountsOf, certificateFolders, loadRelayConfig, resolveRelayOptions, sendersOf } from './config/options.ts'
import { createRelay } from './relay.ts'
import { startHook } from './testing/hook.ts'
import { connectRaw, plain, type RawClient } from './testing/raw-client.ts'
import { PASSWORD, startTestRelay, USER } from './testing/test-relay.ts'
import { startThroughRelay } from './testing/through.ts'
import { prepareFirstStart } from './upkeep/first-start.ts'

const root = await mkdtemp(join(tmpdir(), 'postrider-first-'))
after(() => rm(root, { recursive: true }))
const FROM = 'board@abc.mail'

async function send(client: RawClient, subject: string): Promise<string> {
  await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
  return client.ask(`From: ${FROM}\r\nSubject: ${subject}\r\nBcc: secret@abc.mail\r\n\r\nhello\r\n.`)
}

suite('configuration', () => {
  test('a wrong key and a wrong value are refused with what was wanted', async () => {
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { listens: [] } as never }),
      /relay\.listens.*listen/,
    )
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { listen: ['smtp'] } }),
      /relay\.listen\.0: found "smtp", wanted address:port/,
    )
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { limits: { idleMs: 1000 } } }),
      /idleMs/,
    )
  })
  test('with only the old container’s two variables everything has a value', async () => {
    const config = await loadRelayConfig({ env: { maildomain: 'mail.abc.mail', smtp_user: 'bob:secret' }, cwd: root })
    assert.equal(config.options.hostname, 'mail.abc.mail')
    assert.deepEqual(config.relay.listen, ['[::]:25/starttls/plain', '[::]:587/starttls/plain', '[::]:465/tls'])
    assert.deepEqual(sendersOf(config), ['*@mail.abc.mail', '*@*.mail.abc.mail'])
    assert.ok(certificateFolders(config).includes('/etc/postfix/certs'))
    assert.ok(certificateFolders(config).includes('/etc/postfix/tls'))
    assert.ok(certificateFolders(config).includes('/etc/letsencrypt/live/mail.abc.mail'))
  })
  test('limits of an account’s own leave the others to the relay’s', async () => {
    const config = await resolveRelayOptions({
      hostname: 'mail.abc.mail',
      relay: { accounts: [{ name: 'bob', password: 'x', limits: { messagesPerDay: 5 } }] },
    })
    assert.deepEqual(accountsOf(config)[0]?.limits, { messagesPerDay: 5 })
  })
  test('an account may name a pool that there is', async () => {
    const relay = { accounts: [{ name: 'bob', password: 'x', pool: 'news' }] }
    const egress = { sources: [{ address: '127.0.0.2', pool: 'news' }] }
    const config = await resolveRelayOptions({ hostname: 'mail.example.com', egress, relay })
    assert.equal(accountsOf(config)[0]?.pool, 'news')
    await assert.rejects(
      resolveRelayOptions({ hostname: 'mail.example.com', relay }),
      /relay\.accounts\[0\]\.pool: found news, wanted none: egress\.sources has no pools/,
    )
  })

  test('what accounts may send as follows the domains, then the keys, then the host name', async () => {
    const senders = async (relay: object) => sendersOf(await resolveRelayOptions({ hostname: 'mail.abc.mail', relay }))
    assert.deepEqual(await senders({ senders: ['a@b.example'], domains: ['x.example'] }), ['a@b.example'])
    assert.deepEqual(await senders({ domains: ['x.example'] }), ['*@x.example', '*@*.x.example'])
    assert.deepEqual(await senders({}), ['*@abc.mail', '*@*.abc.mail'])
  })
})

suite('first start', () => {
  const config = (folder: string, domains: readonly string[] = ['abc.mail']) =>
    resolveRelayOptions({ hostname: 'mail.abc.mail', queue: { path: join(folder, 'queue.db') }, relay: { domains } })

  test('a key is made, told with its record, and found again', async () => {
    const folder = join(root, 'first')
    const { config: prepared, told } = await prepareFirstStart(await config(folder), [], {
      resolver: createFakeDns({}),
    })
    const [key] = prepared.options.dkim
    assert.equal(key?.domain, 'abc.mail')
    assert.equal((await stat(key.source)).mode & 0o777, 0o600)
    assert.match(told.join('\n'), /postrider\._domainkey\.abc\.mail\. IN TXT "v=DKIM1; k=rsa; p=[^"]{1,255}" "[^"]+"/)
    assert.match(told.join('\n'), /abc\.mail\. IN TXT "v=spf1 /)
    assert.match(told.join('\n'), /_dmarc\.abc\.mail\. IN TXT/)
    assert.ok(!told.join().includes('PRIVATE KEY'))
    const again = await prepareFirstStart(await config(folder), [])
    assert.deepEqual(again.told, [])
    assert.equal(again.config.options.dkim[0]?.privateKey, key.privateKey)
  })
  test('what is published stays: the SPF record is mended and covers us, the DMARC policy is not lowered', async () => {
    const dns = createFakeDns({
      'abc.mail': { TXT: ['site=1', 'v=spf1 ip:192.0.2.1 include:_spf.a.test -all'] },
      '_spf.a.test': { TXT: 'v=spf1 ip4:192.0.2.7 ~all' },
      '_dmarc.abc.mail': { TXT: 'v=DMARC1; p=reject' },
    })
    const options = {
      hostname: 'mail.abc.mail',
      queue: { path: join(root, 'published', 'queue.db') },
      egress: { publicAddresses: ['203.0.113.5'] },
      relay: { domains: ['abc.mail'] },
    }
    const { told } = await prepareFirstStart(await resolveRelayOptions(options), [], {
      resolver: dns,
      specialRanges: TEST_RANGES,
    })
    const lines = told.join('\n')
    assert.match(lines, /abc\.mail\. IN TXT "v=spf1 ip4:203\.0\.113\.5 ip4:192\.0\.2\.1 include:_spf\.a\.test -all"/)
    assert.match(lines, /in place of: "v=spf1 ip:192\.0\.2\.1 include:_spf\.a\.test -all"/)
    assert.doesNotMatch(lines, /_dmarc/)
  })
  test('what is published and could not be asked for is not made up', async () => {
    const dns = createFakeDns({ 'abc.mail': { fail: 'servfail' }, '_dmarc.abc.mail': { fail: 'timeout' } })
    const { told } = await prepareFirstStart(await config(join(root, 'unasked')), [], { resolver: dns })
    assert.doesNotMatch(told.join('\n'), /v=spf1|DMARC1/)
    assert.match(told.join('\n'), /postrider dns abc\.mail prints/)
  })
  test('no record is said for a name that is an alias, and no key is made for one that can have no record', async () => {
    const dns = createFakeDns({
      '_dmarc.abc.mail': { CNAME: 'abc.dmarc.test' },
      'abc.dmarc.test': {},
      'abc.mail': { TXT: 'v=spf1 -all' },
    })
    const folder = join(root, 'aliased')
    const { told } = await prepareFirstStart(await config(folder), [], { resolver: dns })
    assert.match(told.join('\n'), /^ {2}abc\.dmarc\.test\. IN TXT "v=DMARC1; p=none/m)
    assert.doesNotMatch(told.join('\n'), /_dmarc\.abc\.mail\. IN/)
    const suffix = await prepareFirstStart(await config(join(root, 'suffix'), ['co.uk']), [], { resolver: dns })
    assert.deepEqual(suffix.config.options.dkim, [])
    assert.match(
      suffix.told.join('\n'),
      /^Made no DKIM key for co\.uk: co\.uk is a public suffix.* take a domain of your own$/,
    )
  })
  test('the key of an old container is used, with its selector', async () => {
    const old = join(root, 'domainkeys')
    await mkdir(old)
    const { pem } = await generateDkimKey({ domain: 'abc.mail', selector: 'mail' })
    await writeFile(join(old, 'mail.private'), pem)
    const { config: prepared, told } = await prepareFirstStart(await config(join(root, 'old')), [
      join(root, 'none'),
      old,
    ])
    assert.deepEqual(told, [])
    assert.deepEqual(
      prepared.options.dkim.map(({ selector, source }) => [selector, source]),
      [['mail', join(old, 'mail.private')]],
    )
  })
  test('a key that the configuration names is left alone', async () => {
    const { pem } = await generateDkimKey({ domain: 'abc.mail', selector: 'own' })
    const own = await resolveRelayOptions({
      hostname: 'mail.abc.mail',
      dkim: [{ domain: 'abc.mail', selector: 'own', privateKey: pem }],
      relay: { domains: ['abc.mail'] },
    })
    const { config: prepared, told } = await prepareFirstStart(own, [])
    assert.deepEqual([prepared.options.dkim.length, told], [1, []])
  })
  test('a folder that cannot be written to is said with the fix', async () => {
    const file = join(root, 'a-file')
    await writeFile(file, '')
    await assert.rejects(
      prepareFirstStart(await config(join(file, 'x')), []),
      error => MailerError.is(error) && error.fix !== undefined,
    )
  })
})

suite('a message', () => {
  test('goes from login to the mail host: signed, traced, without Bcc', async () => {
    const folder = join(root, 'signed')
    await using it = await startThroughRelay({ relay: { folder, domains: ['abc.mail'] } })
    assert.match(it.relay.told.join('\n'), /Made a DKIM key for abc\.mail/)
    using client = await it.connect({ port: it.tls, tls: true })
    await client.ask('EHLO forum')
    await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
    assert.match(await send(client, 'signed'), /^250 /)
    const [message] = await it.mx.waitFor(1)
    const text = message?.content.toString() ?? ''
    assert.match(text, /^DKIM-Signature: [\s\S]*d=abc\.mail;[\s\S]*s=postrider;/m)
    assert.match(
      text,
      /^Received: by mail\.abc\.mail \(Postrider\) with ESMTPSA id [0-9A-Z]{20}\r\n\ttls TLS_\w+ \(TLSv1\.3\);\r\n/m,
    )
    assert.match(text, /^Date: /m)
    assert.match(text, /^Message-ID: </m)
    assert.doesNotMatch(text, /Bcc|127\.0\.0\.1|forum\r\n|board@abc\.mail\)/)
  })
  test('a foreign From is replaced where that is configured', async () => {
    await using it = await startThroughRelay({ relay: { rewriteFrom: 'forum@abc.mail' } })
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    const reply = await client.ask('From: Jo <jo@elsewhere.example>\r\n\r\nhello\r\n.')
    const [message] = await it.mx.waitFor(1)
    const text = message?.content.toString() ?? ''
    assert.match(text, /^From: Jo <forum@abc\.mail>\r\nReply-To: jo@elsewhere\.example\r\n/m)
    assert.equal(text.match(/^Received: /gm)?.length, 1)
    assert.equal(/ESMTPA id (\w+)/.exec(text)?.[1], /^250 .*queued as (\w+)$/.exec(reply)?.[1])
  })
  test('a visitor’s address in MAIL FROM is replaced too, as contact forms write it', async () => {
    await using it = await startThroughRelay({ relay: { rewriteFrom: 'forum@abc.mail' } })
    using client = await it.login()
    assert.match(await client.ask('MAIL FROM:<jo@elsewhere.example>'), /^250 /)
    await client.askAll('RCPT TO:<a@dest.example>', 'DATA')
    assert.match(await client.ask('From: Jo <jo@elsewhere.example>\r\n\r\nhello\r\n.'), /^250 /)
    const [message] = await it.mx.waitFor(1)
    assert.equal(message?.from, 'forum@abc.mail')
    assert.match(String(message?.content), /^From: Jo <forum@abc\.mail>\r\nReply-To: jo@elsewhere\.example\r\n/m)
  })
})

suite('a complaint', () => {
  test('of a message that was delivered reaches the webhooks, which tell it unless told otherwise', async () => {
    await using hook = await startHook()
    const { url, secret } = hook.options
    await using it = await startThroughRelay({ relay: { webhooks: [{ url, secret }] } })
    using client = await it.login()
    const [, id] = /queued as (\S+)/.exec(await send(client, 'digest')) ?? []
    const [message] = await it.mx.waitFor(1)
    await hook.waitFor(1)
    await it.relay.mailer.feedback(feedbackReport({ original: message?.content ?? '' }))
    await hook.waitFor(3)
    const told = hook.told.map(body => JSON.parse(body) as { type: string; data: Record<string, unknown> })
    assert.deepEqual(told.map(({ type }) => type).sort(), [
      'message.complained',
      'message.delivered',
      'message.suppressed',
    ])
    assert.deepEqual(told.find(({ type }) => type === 'message.complained')?.data, {
      messageId: id,
      account: USER,
      recipient: 'a@dest.example',
      feedback: 'abuse',
      reporter: 'TestFBL/1',
    })
  })
})

suite('stopping', () => {
  test('a message that is under way is answered, the others hear 421, and nothing new is taken', async () => {
    await using it = await startTestRelay()
    using busy = await it.login()
    using idle = await it.login()
    await busy.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    const closing = it.relay.close({ withinMs: 10_000 })
    assert.match(await idle.rest(), /^421 4\.3\.2 /)
    await assert.rejects(connectRaw({ port: it.plain }), { code: 'ECONNREFUSED' })
    busy.send(`From: ${FROM}\r\n\r\nhello\r\n.\r\n`)
    assert.match(await busy.rest(), /^250 2\.0\.0 Ok: queued as \S+\r\n421 /)
    await closing
    await it.relay.close()
  })
  test('a client that does not finish is cut when the time is up', async () => {
    await using it = await startTestRelay()
    using client = await it.login()
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    await it.relay.close({ withinMs: 50 })
    assert.equal(await client.rest(), '')
  })
  test('what was acknowledged is there after a restart', async () => {
    const folder = join(root, 'restart')
    await mkdir(folder)
    const options = {
      hostname: 'mail.abc.mail',
      preflight: 'off' as const,
      queue: { path: join(folder, 'queue.db') },
      relay: { listen: ['127.0.0.1:0/plain'], trustedNetworks: ['127.0.0.1'] },
    }
    const first = await createRelay(options, { deliver: false })
    const [bound] = await first.listen()
    using client = await connectRaw({ port: bound!.port })
    await client.reply()
    await client.ask('EHLO x')
    const [, id = ''] = /queued as (\S+)/.exec(await send(client, 'kept')) ?? []
    first.destroy()
    await using second = await createRelay(options, { deliver: false })
    assert.equal((await second.mailer.queue.show(id)).id, id)
    assert.equal((await readFile(join(folder, 'certificates/self-signed.crt'), 'utf8')).length > 100, true)
  })
  test('an address that is taken is refused with what to do, and nothing is left listening', async () => {
    await using it = await startTestRelay()
    const taken = `127.0.0.1:${it.plain}`
    await assert.rejects(
      startTestRelay({ relay: { listen: [taken] } }),
      error => MailerError.is(error) && /EADDRINUSE/.test(error.message) && error.found === taken,
    )
  })
})
