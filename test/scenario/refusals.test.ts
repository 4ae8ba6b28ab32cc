/** Scenarios: what send() and accept() throw: one code for each kind of mistake, and nothing is queued. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import {
  createMailer,
  type Draft,
  generateDkimKey,
  MailerError,
  type MailerErrorCode,
  type SendOptions,
} from '@postrider/core'
import { DRAFT, openWorld } from '../support/world.ts'

const RAW = Buffer.from('From: me@sender.test\r\nSubject: Hello\r\n\r\nHello\r\n')
const ENVELOPE = { from: 'me@sender.test', to: ['you@dest.test'] }

async function codeOf(work: Promise<unknown>): Promise<MailerErrorCode> {
  const error = await work.then(
    () => assert.fail('it was accepted'),
    (thrown: unknown) => thrown,
  )
  assert.ok(MailerError.is(error), String(error))
  assert.notEqual(error.message, '')
  return error.code
}

test('each mistake in a draft has its code, and nothing is queued', async () => {
  await using world = await openWorld({ options: { limits: { recipients: 2, messageBytes: 20_000 } } })
  const wrong: readonly (readonly [
    MailerErrorCode,
    Partial<Record<keyof Draft | 'nonsense', unknown>>,
    SendOptions?,
  ])[] = [
    ['invalid-draft', { to: [] }],
    ['invalid-draft', { nonsense: 1 }],
    ['invalid-draft', { from: ['a@sender.test', 'b@sender.test'] }],
    ['invalid-address', { from: 'a@sender.test, b@sender.test' }],
    ['invalid-address', { to: 'nobody' }],
    ['invalid-address', { returnPath: 'nobody' }],
    ['invalid-header', { subject: 'a\r\nBcc: victim@dest.test' }],
    ['invalid-header', { headers: { 'X-A': 'a\nb' } }],
    ['invalid-header', { headers: { 'X-A\r\nBcc': 'b' } }],
    ['invalid-header', { to: 'you@dest.test\r\nRCPT TO:<victim@dest.test>' }],
    ['invalid-header', { returnPath: 'me@sender.test>\r\nDATA' }],
    ['invalid-header', { from: { name: 'a\0b', address: 'me@sender.test' } }],
    ['invalid-header', { messageId: '<a@b>\r\nX: y' }],
    ['too-many-recipients', { to: ['a@dest.test', 'b@dest.test', 'c@dest.test'] }],
    ['message-too-large', { text: 'x'.repeat(30_000) }],
    ['invalid-draft', { attachments: [{ path: '/etc/hostname' }] }],
    ['invalid-option', {}, { idempotencyKey: '' }],
    ['invalid-option', {}, { notBefore: new Date(Number.NaN) }],
    ['invalid-option', {}, { expiresAt: Date.now() / 1000 + 3600 }],
    ['invalid-option', {}, { notBefore: Date.now() + 7_200_000, expiresAt: Date.now() + 3_600_000 }],
    ['invalid-option', {}, { priority: 'urgent' as 'high' }],
    ['aborted', {}, { signal: AbortSignal.abort() }],
  ]
  for (const [code, fields, options] of wrong) {
    const draft = { ...DRAFT, ...fields } as Draft
    assert.equal(await codeOf(world.mailer.send(draft, options)), code, JSON.stringify([fields, options]))
  }
  assert.equal((await world.mailer.queue.counts()).messages, 0)
})

test('each mistake in ready bytes or their envelope has its code, and nothing is queued', async () => {
  await using world = await openWorld({ options: { limits: { recipients: 2, messageBytes: 20_000 } } })
  const bytes = (text: string): Buffer => Buffer.from(text)
  const to = ['you@dest.test']
  const wrong: readonly (readonly [MailerErrorCode, Buffer, object])[] = [
    ['invalid-message', bytes('Subject: from nobody\r\n\r\nHello\r\n'), ENVELOPE],
    ['invalid-message', bytes('From: \r\n\r\nHello\r\n'), ENVELOPE],
    ['invalid-message', bytes('From: nobody\r\n\r\nHello\r\n'), ENVELOPE],
    ['invalid-message', bytes('From: a@sender.test\r\nFrom: b@sender.test\r\n\r\nHello\r\n'), ENVELOPE],
    ['invalid-message', bytes('From: a@sender.test\r\n\r\nnul \0\r\n'), ENVELOPE],
    ['invalid-message', bytes('just text'), ENVELOPE],
    ['invalid-message', bytes(''), ENVELOPE],
    ['message-too-large', Buffer.concat([RAW, Buffer.alloc(30_000, 'x')]), ENVELOPE],
    ['invalid-draft', RAW, { from: 'me@sender.test', to: [] }],
    ['too-many-recipients', RAW, { from: 'me@sender.test', to: ['a@d.test', 'b@d.test', 'c@d.test'] }],
    ['invalid-address', RAW, { from: 'me', to }],
    ['invalid-address', RAW, { from: null, to: ['you@dest.test\r\nDATA'] }],
    ['invalid-option', RAW, { from: null, to, ret: 'all' }],
    ['invalid-header', RAW, { from: null, to, envid: 'a\r\nb' }],
    ['invalid-option', RAW, { from: null, to, envid: 'x'.repeat(101) }],
    ['invalid-option', RAW, { from: null, to: [{ address: 'you@dest.test', notify: ['never', 'success'] }] }],
    ['invalid-option', RAW, { from: null, to: [{ address: 'you@dest.test', notify: ['sometimes'] }] }],
    ['invalid-header', RAW, { from: null, to: [{ address: 'you@dest.test', originalRecipient: 'rfc822;a\nb' }] }],
  ]
  for (const [code, raw, envelope] of wrong)
    assert.equal(
      await codeOf(world.mailer.accept(raw, envelope as typeof ENVELOPE)),
      code,
      `${raw} ${JSON.stringify(envelope)}`,
    )
  assert.equal((await world.mailer.queue.counts()).messages, 0)
})

test('several authors of a ready message are warned of on the receipt, and of a draft refused', async () => {
  await using world = await openWorld({ options: { preflight: 'warn', egress: { publicAddresses: ['192.0.2.1'] } } })
  const raw = Buffer.from('From: a@sender.test, b@sender.test\r\nSender: a@sender.test\r\n\r\nHello\r\n')
  const { clearance } = await world.mailer.accept(raw, ENVELOPE)
  const check = clearance.checks.find(({ id }) => id === 'message.one-author')
  assert.equal(check?.level, 'warn')
  assert.match(check?.found ?? '', /a@sender\.test, b@sender\.test/)
})

test('not-cleared carries each check with what was found, what was wanted, and the record to publish', async () => {
  const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's' })
  await using world = await openWorld({
    zone: {
      'sender.test': { TXT: 'v=spf1 ip4:198.51.100.1 -all' },
      '_dmarc.sender.test': { TXT: 'v=DMARC1; p=reject' },
    },
    options: {
      preflight: 'enforce',
      egress: { publicAddresses: ['192.0.2.1'] },
      dkim: [{ domain: 'sender.test', selector: 's', privateKey: pem }],
    },
  })
  const refused: unknown[] = []
  world.mailer.on('preflight-refused', fact => refused.push(fact))
  const error = await world.mailer.send(DRAFT).catch((thrown: unknown) => thrown)
  assert.ok(MailerError.is(error))
  assert.equal(error.code, 'not-cleared')
  const checks = Object.fromEntries(error.checks.map(check => [check.id, check]))
  assert.match(
    checks['spf.covers-egress']?.fix ?? '',
    /^sender\.test\. IN TXT "v=spf1 ip4:192\.0\.2\.1 ip4:198\.51\.100\.1 -all"\nin place of: "v=spf1 ip4:198\.51\.100\.1 -all"$/,
  )
  assert.match(checks['dkim.published']?.fix ?? '', /^s\._domainkey\.sender\.test\. IN TXT "v=DKIM1; k=rsa; p=/)
  assert.equal(refused.length, 1)
  assert.equal((await world.mailer.queue.counts()).messages, 0)
})

test('how the public address was found is on the receipt', async () => {
  const ways = [
    [{ egress: { publicAddresses: ['192.0.2.1'] } }, {}, [{ address: '192.0.2.1', foundBy: 'given' }]],
    [{}, { interfaces: () => ['8.8.4.4'] }, [{ address: '8.8.4.4', foundBy: 'interface' }]],
  ] as const
  for (const [options, seams, found] of ways) {
    await using world = await openWorld({ options: { preflight: 'warn', ...options }, seams })
    assert.deepEqual((await world.mailer.send(DRAFT)).clearance.publicAddresses, found)
  }
})

test('a signal ends the wait for DNS and for an attachment, with the reason as the cause', async () => {
  await using world = await openWorld({
    options: { preflight: 'enforce' },
    zone: { 'sender.test': { fail: 'silent' } },
  })
  const reason = new Error('the user went away')
  const inDns = new AbortController()
  const waiting = world.mailer.send(DRAFT, { signal: inDns.signal })
  setImmediate(() => inDns.abort(reason))
  await assert.rejects(waiting, { code: 'aborted', cause: reason })
  const inStream = new AbortController()
  const never = new Readable({ read: () => {} })
  const reading = world.mailer.send({ ...DRAFT, attachments: [{ content: never }] }, { signal: inStream.signal })
  setImmediate(() => inStream.abort(reason))
  await assert.rejects(reading, { code: 'aborted' })
})

test('a queue file of a newer version, a file that is none, and a directory that is not there are refused', async () => {
  const { DatabaseSync } = await import('node:sqlite')
  await using world = await openWorld()
  await world.mailer.close()
  const path = `${world.folder}/queue.db`
  const database = new DatabaseSync(path)
  database.exec('PRAGMA user_version = 999')
  database.close()
  const base = { hostname: 'out.sender.test' }
  assert.equal(await codeOf(createMailer({ ...base, queue: { path } })), 'queue-newer')
  const { writeFileSync } = await import('node:fs')
  writeFileSync(
    `${world.folder}/none.db`,
    'this is no queue, and is longer than a header of sqlite would be '.repeat(20),
  )
  assert.equal(await codeOf(createMailer({ ...base, queue: { path: `${world.folder}/none.db` } })), 'queue-unavailable')
  assert.equal(
    await codeOf(createMailer({ ...base, queue: { path: '/nowhere/at/all/queue.db' } })),
    'queue-unavailable',
  )
})
