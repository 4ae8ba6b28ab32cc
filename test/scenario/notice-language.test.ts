/** A sender is told in the language that the configuration has for its domain, in a real notice on a real socket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMailer } from '@postrider/core'
import { createFakeDns, startFakeMx } from '@postrider/core/testing'

test('a notice is in the language of the account that handed the mail in, before that of a domain', async () => {
  await using mx = await startFakeMx({
    answer: ({ verb, address }) =>
      verb === 'RCPT' && address?.startsWith('nobody') ? '550 5.1.1 No such user' : undefined,
  })
  const resolver = createFakeDns({
    'uk.example': { MX: ['10 mx.example'] },
    'dest.example': { MX: ['10 mx.example'] },
    'mx.example': { A: ['127.0.0.1'] },
  })
  await using mailer = await createMailer(
    {
      hostname: 'mail.example',
      queue: { path: ':memory:' },
      preflight: 'off',
      delivery: { port: mx.port, allowPrivateAddresses: true },
      notices: {
        to: 'sender',
        languages: [
          { account: 'shop', domain: 'tw.example', language: 'zh-TW' },
          { account: 'shop', language: 'zh-CN' },
          { domain: '*', language: 'en' },
        ],
      },
    },
    { resolver },
  )
  const raw = Buffer.from('From: a@uk.example\r\nSubject: Hello\r\n\r\nHello.\r\n')
  for (const account of ['shop', 'forum'])
    await mailer.accept(raw, { from: `${account}@uk.example`, to: ['nobody@dest.example'] }, { account })
  const notices = await mx.waitFor(2)
  const textTo = (account: string): string =>
    notices.find(({ recipients }) => recipients[0]?.address === `${account}@uk.example`)?.content.toString() ?? ''
  assert.match(textTo('shop'), /^Subject: =\?utf-8\?B\?/m)
  assert.match(textTo('forum'), /^Subject: Your message could not be delivered\r$/m)
})

test('a notice is in the language of the domain of who gets it, and in English where none is given', async () => {
  await using mx = await startFakeMx({
    answer: ({ verb, address }) =>
      verb === 'RCPT' && address?.startsWith('nobody') ? '550 5.1.1 No such user' : undefined,
  })
  const names = ['tw.example', 'cn.example', 'uk.example', 'dest.example']
  const resolver = createFakeDns({
    ...Object.fromEntries(names.map(name => [name, { MX: ['10 mx.example'] }])),
    'mx.example': { A: ['127.0.0.1'] },
  })
  await using mailer = await createMailer(
    {
      hostname: 'mail.example',
      queue: { path: ':memory:' },
      preflight: 'off',
      delivery: { port: mx.port, allowPrivateAddresses: true },
      notices: {
        to: 'sender',
        languages: [
          { domain: 'tw.example', language: 'zh-TW' },
          { domain: '.tw.example', language: 'zh-TW' },
          { domain: 'cn.example', language: 'zh-CN' },
        ],
      },
    },
    { resolver },
  )
  for (const domain of ['tw.example', 'cn.example', 'uk.example'])
    await mailer.send({ from: `a@${domain}`, to: 'nobody@dest.example', subject: 'Hello', text: 'Hello.' })
  const notices = await mx.waitFor(3)
  const subjectTo = (domain: string): string => {
    const notice = notices.find(({ recipients }) => recipients[0]?.address === `a@${domain}`)
    const [, subject = ''] = /^Subject: (.*)\r$/m.exec(notice?.content.toString() ?? '') ?? []
    const [, encoded] = /^=\?utf-8\?B\?(.*)\?=$/.exec(subject) ?? []
    return encoded === undefined ? subject : Buffer.from(encoded, 'base64').toString()
  }
  assert.deepEqual(['tw.example', 'cn.example', 'uk.example'].map(subjectTo), [
    '您的郵件無法投遞',
    '您的邮件无法投递',
    'Your message could not be delivered',
  ])
})
