import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { readMailReport } from './read-mail-report.ts'

const mail = (header: string, body: string): Buffer => Buffer.from(`${header}\n\n${body}`.replaceAll('\n', '\r\n'))
const read = (header: string, body: string) => readMailReport(mail(header, body))
const DAEMON = 'Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: me@a.example\nSubject: failure notice'

function recipients(header: string, body: string) {
  const report = read(header, body)
  assert.equal(report.kind, 'returned', JSON.stringify(report))
  return report.kind === 'returned' ? report.recipients : []
}

const status = (fields: string, words = 'It could not be delivered.') =>
  [
    'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\nFrom: <>\nSubject: x',
    `--b\nContent-Type: text/plain\n\n${words}\n--b\nContent-Type: message/delivery-status\n\n${fields}\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <1@a.example>\nTo: you@b.example\n--b--`,
  ] as const

suite('a delivery status notification (RFC 3464)', () => {
  test('names each recipient, what was done, what was said and by whom', () => {
    const [one, two] = recipients(
      ...status(
        'Reporting-MTA: dns; out.example\n\nFinal-Recipient: rfc822; <You@b.example>\nOriginal-Recipient: rfc822;first@b.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.b.example\nDiagnostic-Code: smtp; 550 5.1.1 No such user (in reply to RCPT TO command)\n\nFinal-Recipient: rfc822; third@c.example\nAction: delayed\nStatus: 4.4.1',
      ),
    )
    assert.deepEqual(one, {
      address: 'You@b.example',
      original: 'first@b.example',
      action: 'failed',
      status: { class: 5, subject: 1, detail: 1 },
      reply: { code: 550, enhanced: { class: 5, subject: 1, detail: 1 }, lines: ['No such user'] },
      diagnostic: '550 5.1.1 No such user',
      host: 'mx.b.example',
      stage: 'rcpt',
    })
    assert.deepEqual([two?.address, two?.action, two?.host], ['third@c.example', 'delayed', 'out.example'])
  })
  test('may have addresses in UTF-8 (RFC 6533 §3)', () => {
    const [one] = recipients(...status('Final-Recipient: utf-8; gr\\x{FC}n@b.example\nAction: failed\nStatus: 5.1.1'))
    assert.equal(one?.address, 'grün@b.example')
  })
  test('may leave the reply to the words beside it', () => {
    const words =
      '<you@b.example>: host mx.b.example[192.0.2.1] said: 552 5.2.2 mailbox full (in reply to RCPT TO\n    command)'
    const [one] = recipients(...status('Final-Recipient: rfc822; you@b.example\nAction: failed\nStatus: 5.0.0', words))
    assert.deepEqual([one?.reply?.code, one?.host, one?.stage], [552, 'mx.b.example', 'rcpt'])
  })
  test('of success is no failure', () => {
    const [one] = recipients(...status('Final-Recipient: rfc822; you@b.example\nAction: delivered\nStatus: 2.0.0'))
    assert.equal(one?.action, 'delivered')
  })
  test('that wants the sender approved is a challenge', () => {
    const report = read(
      ...status(
        'Final-Recipient: rfc822; you@b.example\nAction: failed\nStatus: 4.7.0\nDiagnostic-Code: X-Notice; Sender not pre-approved.',
      ),
    )
    assert.deepEqual([report.kind, 'what' in report && report.what], ['auto-reply', 'challenge'])
  })
})

suite('the words of a mail server', () => {
  test('name who could not be reached, and not whom the returned message names', () => {
    const [one, ...more] = recipients(
      DAEMON,
      'Hi. This is the qmail-send program.\n\n<you@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <me@a.example>\nTo: <third@c.example>\nMessage-ID: <1@a.example>\n\n<fourth@d.example>: hello',
    )
    assert.deepEqual([one?.address, one?.reply?.code, one?.stage, more.length], ['you@b.example', 550, 'rcpt', 0])
  })
  test('may name several, each with its own reason', () => {
    const found = recipients(
      DAEMON,
      '   ----- The following addresses had permanent fatal errors -----\n<you@b.example>\n<third@c.example>\n\n   ----- Transcript of session follows -----\n... while talking to mx.b.example.:\n>>> RCPT To:<you@b.example>\n<<< 550 5.1.1 User unknown\n550 5.1.1 <you@b.example>... User unknown\n552 5.2.2 <third@c.example>... Mailbox full',
    )
    assert.deepEqual(
      found.map(({ address, reply }) => [address, reply?.code]),
      [
        ['you@b.example', 550],
        ['third@c.example', 552],
      ],
    )
  })
  test('count only where a mail server seems to have written them', () => {
    assert.equal(read('From: you@b.example\nTo: me@a.example\nSubject: hello', '<you@b.example>: 550 no').kind, 'other')
  })
})

suite('what says nothing of an address', () => {
  const kinds: readonly (readonly [what: string, header: string, body: string, kind: string])[] = [
    ['an absence', 'From: you@b.example\nAuto-Submitted: auto-replied\nSubject: Away', 'Back on Monday', 'auto-reply'],
    ['an absence without a mark', 'From: you@b.example\nSubject: Automatische Antwort: Hallo', 'Weg', 'auto-reply'],
    [
      'a challenge',
      'From: you@b.example\nSubject: Re: x',
      'This account is protected by X. Please click the link.',
      'auto-reply',
    ],
    ['an unsubscribing mail', 'From: you@b.example\nSubject: unsubscribe', '', 'unsubscribe'],
    ['Apple’s button', 'From: you@b.example\nX-Apple-Unsubscribe: true\nSubject: x', '', 'unsubscribe'],
    ['a letter', 'From: you@b.example\nSubject: your order', 'It came broken.', 'other'],
  ]
  for (const [what, header, body, kind] of kinds)
    test(`${what} is ${kind}`, () => assert.equal(read(header, body).kind, kind))
  test('a receipt (RFC 8098) is one', () => {
    const report = read(
      'From: you@b.example\nContent-Type: multipart/report; boundary=b\nSubject: read',
      '--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; you@b.example\nOriginal-Message-ID: <1@a.example>\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--',
    )
    assert.equal(report.kind, 'auto-reply')
    if (report.kind !== 'auto-reply') return
    assert.deepEqual(
      [report.what, report.from, report.about?.traces.messageId],
      ['read', 'you@b.example', '<1@a.example>'],
    )
  })
})

suite('what would be too much', () => {
  const quick = (bytes: Buffer) => {
    const before = process.memoryUsage.rss()
    const start = performance.now()
    const report = readMailReport(bytes)
    assert.ok(performance.now() - start < 10_000, `${performance.now() - start} ms`)
    assert.ok(process.memoryUsage.rss() - before < 300e6)
    return report
  }
  const many = (count: number, text: string) => text.repeat(count)

  test('a gzip or a zip of 200 MB of nothing is given up at the bound', () => {
    const zeros = Buffer.alloc(200 * 1024 * 1024)
    const zip = (data: Buffer): Buffer => {
      const head = Buffer.alloc(31)
      head.writeUInt32LE(0x04034b50, 0)
      head.writeUInt16LE(8, 8)
      head.writeUInt16LE(1, 26)
      return Buffer.concat([head, data])
    }
    for (const packed of [gzipSync(zeros), zip(deflateRawSync(zeros))]) {
      const report = quick(packed)
      assert.match('because' in report ? report.because : '', /unpacked/)
    }
  })
  test('MIME within MIME 10,000 deep', () => {
    let text = ''
    for (let depth = 0; depth < 10_000; depth++)
      text += `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`
    quick(Buffer.from(text))
  })
  test('XML 100,000 deep, and with a million rows', () => {
    const head = '<feedback><policy_published><domain>a.example</domain></policy_published>'
    quick(Buffer.from(`${head}${many(100_000, '<x>')}`))
    const report = quick(Buffer.from(`${head}${many(300_000, '<record><row><source_ip>1</source_ip></row></record>')}`))
    assert.ok(report.kind === 'dmarc' && report.report.rows.length === 50_000)
  })
  const lines: readonly (readonly [what: string, text: string])[] = [
    ['a header of 20 MB', `From: MAILER-DAEMON@b.example\nX: ${many(2_000_000, 'abcdefghij')}`],
    ['a header that is all fields', many(500_000, 'From: MAILER-DAEMON@b.example\n')],
    ['a text of dashes', `${DAEMON}\n\n${many(1_000_000, '-')}`],
    ['a text of spaces', `${DAEMON}\n\n${many(3_000_000, ' ')}x`],
    ['a text of numbers', `${DAEMON}\n\n${many(1_000_000, '550 ')}`],
    ['a text of addresses', `${DAEMON}\n\n${many(100_000, '<you@b.example>: \n')}`],
    ['a text of at signs', `${DAEMON}\n\n${many(1_000_000, 'a@')}`],
    ['HTML that is never closed', `${DAEMON}\nContent-Type: text/html\n\n${many(200_000, '<style>')}`],
    [
      'a status of recipients',
      `Content-Type: message/delivery-status\n\n${many(200_000, 'Final-Recipient: rfc822; a@b.example\n\n')}`,
    ],
  ]
  for (const [what, text] of lines)
    test(`${what} is read in the time of its length`, () => void quick(Buffer.from(text)))

  test('whatever the octets are, reading them ends and does not throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), bytes => void readMailReport(bytes)))
    const word = fc.constantFrom(
      ...'From: |To: |Subject: |Content-Type: multipart/report; boundary=b|--b|\n|\n\n|message/delivery-status|Final-Recipient: rfc822; |a@b.example|<a@b.example>:|550 5.1.1 |Action: failed|Status: 5.0.0|MAILER-DAEMON|message/rfc822|{|<feedback>|<record>|=?utf-8?q?=|failure notice|unsubscribe|Diagnostic-Code: smtp; '.split(
        '|',
      ),
      '\u0000',
      '\u00ff',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), words => void readMailReport(Buffer.from(words.join('')))),
      { numRuns: 500 },
    )
  })
})
