/** An app that uses Nodemailer moves over by its transport alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postrider } from '@postrider/core/nodemailer'
import nodemailer from 'nodemailer'
import { openWorld } from '../support/world.ts'

test('sendMail gives what Nodemailer users expect, and the message arrives without Bcc', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  assert.equal(await transport.verify(), true)
  const info = await transport.sendMail({
    from: '"Me" <me@sender.test>',
    to: 'you@dest.test, Two <two@dest.test>',
    bcc: 'secret@dest.test',
    subject: 'Grüße',
    text: 'It works.',
    attachments: [{ filename: 'a.txt', content: 'attached' }],
  })
  assert.deepEqual(info.envelope, {
    from: 'me@sender.test',
    to: ['you@dest.test', 'two@dest.test', 'secret@dest.test'],
  })
  assert.deepEqual(info.accepted, info.envelope.to)
  assert.match(info.messageId, /^<.+@.+>$/)
  assert.match(info.response, /^250 2\.0\.0 Ok: queued as [0-9A-Z]{20}$/)
  assert.equal((await info.receipt.settled()).delivered, true)
  const [message] = world.mx[0]?.messages ?? []
  assert.equal(message?.recipients.length, 3)
  assert.doesNotMatch(message?.content.toString() ?? '', /secret@dest\.test/)
})

test('an envelope of its own is honoured', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  await transport.sendMail({
    from: 'me@sender.test',
    to: 'list@dest.test',
    subject: 'Hello',
    text: 'It works.',
    envelope: { from: 'bounces@sender.test', to: ['you@dest.test'] },
  })
  const [message] = (await world.mx[0]?.waitFor(1)) ?? []
  assert.equal(message?.from, 'bounces@sender.test')
  assert.deepEqual(
    message?.recipients.map(({ address }) => address),
    ['you@dest.test'],
  )
})

test('what is refused is the error of sendMail, with its code', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  await assert.rejects(transport.sendMail({ from: 'me@sender.test', subject: 'to nobody', text: 'x' }), {
    code: 'invalid-draft',
  })
})

test('idempotencyKey, notBefore, priority and tags of a message are ours', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  const notBefore = new Date(Date.now() + 3_600_000)
  const ours = { idempotencyKey: 'order-1', notBefore, priority: 'high', tags: { of: 'order-1' } } as const
  const message = { from: 'me@sender.test', to: 'you@dest.test', text: 'x', html: '<p>x' }
  const { receipt } = await transport.sendMail({ ...message, ...ours })
  const entry = await world.mailer.queue.show(receipt.id)
  assert.deepEqual([entry.priority, entry.tags, entry.dueAt], ['high', ours.tags, notBefore.getTime()])
  const again = await transport.sendMail({ ...message, ...ours })
  assert.deepEqual([again.receipt.id, again.receipt.duplicate], [receipt.id, true])
  await assert.rejects(transport.sendMail({ ...message, ...ours, text: 'another' }), { code: 'duplicate-key' })
  await assert.rejects(transport.sendMail({ ...message, notBefore: 'tomorrow' } as never), { code: 'invalid-option' })
})

test('a recipient that is no address is named, and the others are sent to; with none left it is an error', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  const message = { from: 'me@sender.test', subject: 'x', text: 'x' }
  const info = await transport.sendMail({ ...message, to: ['you@dest.test', 'bob@dest..test'] })
  assert.deepEqual([info.accepted, info.rejected], [['you@dest.test'], ['bob@dest..test']])
  assert.match(info.rejectedErrors?.[0]?.message ?? '', /"bob@dest\.\.test", wanted an address: .*empty label/)
  await assert.rejects(transport.sendMail({ ...message, to: 'bob@dest..test' }), {
    code: 'invalid-address',
    rejected: ['bob@dest..test'],
  })
})

test('a recipient that Nodemailer drops without a word is named too', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  const message = { from: 'me@sender.test', subject: 'x', text: 'x' }
  const dropped: readonly (readonly [to: unknown, rejected: readonly string[]])[] = [
    ['you@dest.test, nobody', ['nobody']],
    ['Jane Doe, you@dest.test', ['Jane Doe']],
    ['Jane Doe <>, you@dest.test', ['Jane Doe <>']],
    ['you@dest.test two@dest.test', ['two@dest.test']],
    ['<you@dest.test> <two@dest.test>', ['two@dest.test']],
    ['friends: you@dest.test, nobody;', ['nobody']],
    [
      ['you@dest.test', 'nobody', { name: 'Nobody', address: '' }],
      ['nobody', 'Nobody'],
    ],
    // What is only written otherwise is there.
    ['"You, there" <YOU@Dest.Test>, undisclosed-recipients:;', []],
    ['"q q"@dest.test, Me (it is I) <you@dest.test>, a b@dest.test', []],
    ['a@b@dest.test', []],
  ]
  for (const [to, rejected] of dropped) {
    const info = await transport.sendMail({ ...message, to } as never)
    assert.deepEqual(info.rejected, rejected, JSON.stringify(to))
    assert.equal(info.rejectedErrors?.length ?? 0, rejected.length)
  }
  const copies = await transport.sendMail({ ...message, to: 'you@dest.test', cc: 'carol', bcc: ['dave'] })
  assert.deepEqual(copies.rejected, ['carol', 'dave'])
  assert.match(copies.rejectedErrors?.[1]?.message ?? '', /^bcc: found "dave", wanted an address: it has no @$/)
  await assert.rejects(transport.sendMail({ ...message, to: 'nobody' }), {
    code: 'invalid-address',
    rejected: ['nobody'],
  })
  await assert.rejects(
    transport.sendMail({ ...message, to: 'you@dest.test', envelope: { from: 'me@sender.test', to: 'nobody' } }),
    {
      rejected: ['nobody'],
    },
  )
})

test('verify asks names and preflight', async () => {
  await using world = await openWorld({ options: { preflight: 'enforce' } })
  const transport = nodemailer.createTransport(postrider(world.mailer))
  await assert.rejects(transport.verify(), { code: 'not-cleared' })
})

test('the dsn option of a message goes with its envelope and each recipient (RFC 3461)', async () => {
  await using world = await openWorld()
  const transport = nodemailer.createTransport(postrider(world.mailer))
  const message = {
    from: 'me@sender.test',
    to: ['you@dest.test', 'two@dest.test'],
    subject: 'Hello',
    text: 'It works.',
  }
  await transport.sendMail({
    ...message,
    dsn: { id: 'order 1', return: 'headers', notify: ['failure', 'delay'], recipient: 'me@sender.test' },
  })
  await transport.sendMail({ ...message, dsn: { notify: 'never' } } as typeof message)
  const [first, second] = (await world.mx[0]?.waitFor(2)) ?? []
  assert.match(first?.fromParameters ?? '', /RET=HDRS ENVID=order\+201/)
  for (const { parameters } of first?.recipients ?? [])
    assert.equal(parameters, 'NOTIFY=FAILURE,DELAY ORCPT=rfc822;me@sender.test')
  assert.deepEqual(
    second?.recipients.map(({ parameters }) => parameters),
    ['NOTIFY=NEVER', 'NOTIFY=NEVER'],
  )
})

test('a transport made from options opens its own mailer, and close ends it', async () => {
  await using world = await openWorld()
  await world.mailer.close()
  const transport = nodemailer.createTransport(
    postrider(
      {
        hostname: 'out.sender.test',
        preflight: 'off',
        queue: { path: ':memory:' },
        delivery: { port: world.mx[0]?.port ?? 0, allowPrivateAddresses: true },
      },
      { resolver: world.dns },
    ),
  )
  const info = await transport.sendMail({
    from: 'me@sender.test',
    to: 'you@dest.test',
    subject: 'Hello',
    text: 'It works.',
  })
  assert.equal((await info.receipt.settled()).delivered, true)
  transport.close()
  const late = transport.sendMail({ from: 'me@sender.test', to: 'you@dest.test', subject: 'Hello', text: 'It works.' })
  await assert.rejects(late, { code: 'closed' })
})

test('wrong options are the error of verify and of sendMail, and the next call tries again', async () => {
  const transport = nodemailer.createTransport(
    postrider({ hostname: 'out.sender.test', queue: { path: '/nowhere/queue.db' } }),
  )
  await assert.rejects(transport.verify(), { code: 'queue-unavailable' })
  await assert.rejects(transport.sendMail({ from: 'a@b.test', to: 'c@d.test', text: 'x' }), {
    code: 'queue-unavailable',
  })
})
