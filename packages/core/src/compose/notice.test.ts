import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { FAILURE_CODES } from '../language/failures.ts'
import type { FailureCode } from '../model/failure.ts'
import type { Reply } from '../model/reply.ts'
import { fieldValue } from './inspect.ts'
import {
  cases,
  context,
  due,
  failed,
  fieldsOf,
  GOLDEN,
  greylisted,
  oneFailure,
  render,
  settled,
} from './notice.fixture.ts'
import { renderNotice } from './notice.ts'
import type { NoticeContext } from './notice-context.ts'
import { noticeText } from './notice-text.ts'
import { noticeWords } from './notice-words.ts'
import { readStructure } from './structure.ts'

/** Rendered notices, byte for byte but for CRLF; rewritten when POSTRIDER_UPDATE_GOLDEN is set. */
suite('renderNotice', () => {
  for (const [language, first, words] of [
    ['zh-TW', '您的郵件無法投遞', ['這是 mail.example.com 的郵件系統。', '原因：', '該怎麼做：', '2026年11月21日']],
    ['zh-CN', '您的邮件无法投递', ['这是 mail.example.com 的邮件系统。', '原因：', '该怎么做：', '2026年11月21日']],
  ] as const)
    test(`is in ${language} first, and in English below, where its reader wants that`, async () => {
      const { message } = await renderNotice(oneFailure, { ...context, language })
      const header = message.bytes.subarray(0, message.bodyStart).toString()
      assert.ok(header.includes(`\r\nSubject: =?utf-8?B?${Buffer.from(first).toString('base64')}?=\r\n`), header)
      const text = noticeText(oneFailure, context, await noticeWords(language))
      for (const word of words) assert.ok(text.includes(word), `${word} in\n${text}`)
      assert.match(text, /\r\n-{76}\r\n\r\nThis is the mail system of mail\.example\.com\./)
      const wide = text.split('\r\n').filter(line => line.length + (line.match(/[\u2e80-\uffef]/g)?.length ?? 0) > 78)
      assert.deepEqual(wide, [])
    })

  for (const [name, [notice, job]] of Object.entries(cases)) {
    test(`golden: ${name}`, async () => {
      const text = (await render(notice, job)).message.bytes.toString().replaceAll('\r\n', '\n')
      const file = join(GOLDEN, `${name}.eml`)
      if (process.env.POSTRIDER_UPDATE_GOLDEN) await writeFile(file, text)
      assert.equal(text, await readFile(file, 'utf8'))
    })

    test(`${name} is a 7-bit multipart/report of three parts (RFC 6522)`, async () => {
      const { message } = await render(notice, job)
      const root = readStructure(message.bytes, message)
      assert.equal(root?.type, 'multipart/report')
      assert.match(
        root.parts.map(part => part.type).join(),
        /^text\/plain,message\/(?:global-)?delivery-status,(?:text\/rfc822-headers|message\/rfc822)$/,
      )
      assert.deepEqual([message.eightBit, message.longestLine <= 998], [false, true])
    })
  }

  test('it comes from nobody, and says that it is automatic (RFC 3464 §2, RFC 3834)', async () => {
    const { message, envelope } = await render(oneFailure)
    assert.equal(envelope.reversePath, null)
    assert.deepEqual(envelope.recipients, [{ address: oneFailure.to }])
    const automatic = message.fields.find(field => field.name === 'auto-submitted')
    assert.equal(automatic && fieldValue(message.bytes, automatic), 'auto-replied')
    assert.deepEqual(message.from, [{ local: 'MAILER-DAEMON', domain: 'mail.example.com' }])
  })

  test('the status is the one of the server when it is of the same class', async () => {
    assert.match(await fieldsOf(oneFailure), /\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/)
  })

  test('a final failure never carries the transient status of the last reply', async () => {
    const notice = due(
      'failure',
      settled('bob@example.net', 'bounced', failed('policy-refused', { reply: greylisted })),
    )
    assert.match(await fieldsOf(notice), /\r\nAction: failed\r\nStatus: 5\.7\.1\r\n/)
  })

  test('a message that ran out of time is 4.4.7 (RFC 3463 §3.5)', async () => {
    const notice = due('failure', settled('bob@example.net', 'expired', failed('greylisted', { reply: greylisted })))
    assert.match(await fieldsOf(notice), /\r\nAction: failed\r\nStatus: 4\.4\.7\r\n/)
  })

  test('a sender is not asked to mend what only the postmaster can', async () => {
    const { message } = await render(due('failure', settled('bob@example.net', 'bounced', failed('blocklisted'))))
    assert.match(message.bytes.toString(), /What you can do: show this notice to your postmaster/)
  })

  test('every failure code has a status of the right class for every action', async () => {
    for (const code of Object.keys(FAILURE_CODES) as FailureCode[]) {
      assert.match(
        await fieldsOf(due('failure', settled('b@example.net', 'bounced', failed(code)))),
        /\r\nStatus: 5\.\d\.\d+\r\n/,
      )
      assert.match(
        await fieldsOf(due('delay', settled('b@example.net', 'deferred', failed(code)))),
        /\r\nStatus: 4\.\d\.\d+\r\n/,
      )
    }
  })

  test('ENVID and ORCPT come back as they were given (RFC 3461 §6.3)', async () => {
    const bob = settled('bob@example.net', 'bounced', failed('user-unknown'))
    const notice = due('failure', {
      ...bob,
      recipient: { ...bob.recipient, originalRecipient: 'rfc822;Bob@example.org' },
    })
    const fields = await fieldsOf(notice, { envid: 'QQ314159' })
    assert.match(fields, /^Original-Envelope-Id: QQ314159\r\n/)
    assert.match(
      fields,
      /\r\nOriginal-Recipient: rfc822; Bob@example\.org\r\nFinal-Recipient: rfc822; bob@example\.net\r\n/,
    )
  })

  test('only a delay says until when it is tried', async () => {
    assert.match(await fieldsOf(cases.delay![0]), /\r\nWill-Retry-Until: Thu, 26 Nov 2026 10:00:00 \+0000\r\n/)
    assert.doesNotMatch(await fieldsOf(oneFailure), /Will-Retry-Until/)
  })

  test('the whole message comes back only when it was asked for, is small and 7-bit', async () => {
    const returned = async (
      ret: 'full' | 'headers',
      more: Partial<NoticeContext> = {},
    ): Promise<string | undefined> => {
      const { message } = await render(oneFailure, { ret }, more)
      return readStructure(message.bytes, message)?.parts[2]?.type
    }
    assert.equal(await returned('full'), 'message/rfc822')
    assert.equal(await returned('headers'), 'text/rfc822-headers')
    assert.equal(await returned('full', { returnBytes: 50 }), 'text/rfc822-headers')
    const eightBit = Buffer.from('From: a@example.com\r\n\r\ngrün\r\n')
    assert.equal(await returned('full', { original: eightBit }), 'text/rfc822-headers')
  })

  test('a notice can be written when the message is gone', async () => {
    const { original: _, ...without } = context
    const { message } = await renderNotice(oneFailure, without)
    assert.equal(readStructure(message.bytes, message)?.parts.length, 2)
  })

  test('an original that contains our delimiter does not end the report', async () => {
    const trap = Buffer.from(`From: a@example.com\r\n\r\n--=_report-${context.job.messageId}-0--\r\n`)
    const { message } = await render(oneFailure, { ret: 'full' }, { original: trap })
    assert.equal(readStructure(message.bytes, message)?.parts.length, 3)
  })

  test('whatever a server says, the report has one status per recipient and 7-bit lines', async () => {
    const nasty = fc.array(
      fc.constantFrom('a', ' ', '\r\n', '\n', '\r\n\r\nStatus: 2.0.0\r\n', '\0', 'ü', 'x'.repeat(600), '--'),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(nasty, async pieces => {
        const reply: Reply = { code: 550, lines: [pieces.join('')] }
        const notice = due(
          'failure',
          settled('bob@example.net', 'bounced', failed('refused', { reply, detail: pieces.join('') })),
        )
        const { message } = await render(notice)
        assert.deepEqual([message.eightBit, message.longestLine <= 998], [false, true])
        assert.equal((await fieldsOf(notice)).match(/\r\nStatus: /g)?.length, 1)
      }),
    )
  })
})

test('of a REQUIRETLS message only the header comes back, as safely as it can, with 5.7.30 (RFC 8689 §5)', async () => {
  const verdict = {
    kind: 'failed',
    recipient: 0,
    failure: failed('requiretls-unsupported', { scope: 'host', stage: 'mail' }),
  } as const
  const due = { ...oneFailure, recipients: oneFailure.recipients.map(one => ({ ...one, verdict })) }
  const { message, envelope } = await renderNotice(due, {
    ...context,
    job: { ...context.job, ret: 'full', requireTls: true },
  })
  const text = message.bytes.toString('latin1')
  assert.match(text, /^Status: 5\.7\.30\r$/m)
  assert.match(text, /^Content-Type: text\/rfc822-headers\r$/m)
  assert.doesNotMatch(text, /message\/rfc822\r/)
  assert.deepEqual([envelope.reversePath, envelope.requireTls], [null, true])
})
