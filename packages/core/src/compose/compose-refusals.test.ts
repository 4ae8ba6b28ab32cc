/**
 * What compose() refuses, and what no text in a draft can do to the message.
 */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type Domain, printAddress } from '../model/address.ts'
import type { Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import { type Composed, type ComposeOptions, compose } from './compose.ts'
import { fieldValue } from './inspect.ts'
import { addressTexts } from './mailboxes.ts'
import { readStructure } from './structure.ts'

const options: ComposeOptions = {
  now: Date.UTC(2026, 10, 21),
  hostname: 'mail.example.com' as Domain,
  limits: { messageBytes: 1_000_000, recipients: 5 },
}
const base = { from: 'Alice <alice@example.com>', to: 'bob@example.net', subject: 'Hello', text: 'Hi' } as const
const make = (more: object = {}): Promise<Composed> => compose({ ...base, ...more } as Draft, options)

const refuses = (more: object, code: string, where: string): Promise<void> =>
  assert.rejects(
    () => make(more),
    (error: unknown) => {
      assert.ok(MailerError.is(error), String(error))
      assert.deepEqual([error.code, error.where], [code, where])
      assert.ok(error.found && error.wanted && error.fix, 'found, wanted and fix are named')
      return true
    },
  )

suite('compose: whatever the texts are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          ' ',
          '"',
          '\\',
          ',',
          ';',
          ':',
          '<',
          '>',
          '(',
          '@',
          '=?utf-8?q?',
          '?=',
          '\ud800',
          'ü',
          '🎉',
          '\u2028',
          '\xa0',
          'x'.repeat(80),
        ),
        { maxLength: 30 },
      )
      .map(pieces => pieces.join('')),
  )

  test('no field is added, the author stays alone, the body stays 7-bit, or the draft is refused', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (name, subject, value, filename) => {
        const draft = {
          from: { name, address: 'alice@example.com' },
          to: [{ name: subject, address: 'bob@example.net' }],
          subject,
          headers: { 'X-A': value },
          attachments: [{ filename, content: 'x' }],
        }
        try {
          const { message } = await make(draft)
          const names = message.fields.map(field => field.name).filter(field => field !== 'x-a' && field !== 'subject')
          assert.deepEqual(names, ['from', 'to', 'message-id', 'date', 'mime-version', 'content-type'])
          assert.deepEqual(message.from.map(printAddress), ['alice@example.com'])
          const to = message.fields.find(field => field.name === 'to')!
          assert.deepEqual(addressTexts(fieldValue(message.bytes, to)), ['bob@example.net'])
          assert.deepEqual([message.eightBit, message.smtpUtf8, message.longestLine <= 998], [false, false, true])
          assert.equal(readStructure(message.bytes, message)?.parts.length, 2)
        } catch (error) {
          assert.ok(MailerError.is(error), String(error))
        }
      }),
      { numRuns: 1000 },
    )
  })
})

suite('compose: what is refused', () => {
  const cases: readonly (readonly [string, object, string, string])[] = [
    ['an unknown key', { atachments: [] }, 'invalid-draft', 'atachments'],
    [
      'an unknown key of an attachment',
      { attachments: [{ contents: 'x' }] },
      'invalid-draft',
      'attachments[0].contents',
    ],
    ['a subject that is no string', { subject: 7 }, 'invalid-draft', 'subject'],
    ['text that is no string', { text: { path: '/etc/passwd' } }, 'invalid-draft', 'text'],
    ['html from a URL', { html: { href: 'http://127.0.0.1/' } }, 'invalid-draft', 'html'],
    ['two authors in an array', { from: ['a@example.com', 'b@example.com'] }, 'invalid-draft', 'from'],
    ['two authors in a string', { from: 'a@example.com, b@example.com' }, 'invalid-address', 'from'],
    ['two recipients in a string', { to: 'a@example.com, B <b@example.com>' }, 'invalid-draft', 'to'],
    ['no author', { from: undefined }, 'invalid-draft', 'from'],
    ['no recipient', { to: [] }, 'invalid-draft', 'to'],
    ['an address without @', { to: ['bob'] }, 'invalid-address', 'to[0]'],
    ['an address that is a number', { cc: 7 }, 'invalid-draft', 'cc'],
    ['a wrong returnPath', { returnPath: 'x' }, 'invalid-address', 'returnPath'],
    [
      'more recipients than allowed',
      { to: Array.from({ length: 6 }, (_, n) => `r${n}@example.net`) },
      'too-many-recipients',
      'to, cc, bcc',
    ],
    ['a message larger than allowed', { text: 'x'.repeat(1_000_001) }, 'message-too-large', 'draft'],
    [
      'an attachment larger than allowed',
      { attachments: [{ content: Buffer.alloc(1_000_001) }] },
      'message-too-large',
      'attachments[0]',
    ],
    ['an invalid date', { date: new Date(Number.NaN) }, 'invalid-draft', 'date'],
    ['a header that the draft owns', { headers: { Subject: 'x' } }, 'invalid-header', 'headers["Subject"]'],
    [
      'a header that only the mailer writes',
      { headers: { 'DKIM-Signature': 'x' } },
      'invalid-header',
      'headers["DKIM-Signature"]',
    ],
    ['a header name with a space', { headers: { 'X A': 'x' } }, 'invalid-header', 'headers["X A"]'],
    ['a header name with a colon', { headers: { 'X:A': 'x' } }, 'invalid-header', 'headers["X:A"]'],
    [
      'two of a header that stands once',
      { headers: { 'List-Id': ['a', 'b'] } },
      'invalid-header',
      'headers["List-Id"]',
    ],
    [
      'the same with other spelling',
      { headers: { 'List-Id': 'a', 'list-id': 'b' } },
      'invalid-header',
      'headers["list-id"]',
    ],
    ['a Sender that is no address', { headers: { Sender: 'x' } }, 'invalid-address', 'headers["Sender"]'],
    [
      'a header word that cannot be folded',
      { headers: { 'X-A': 'x'.repeat(2000) } },
      'invalid-header',
      'headers["X-A"]',
    ],
    [
      'List-Unsubscribe twice',
      { headers: { 'List-Unsubscribe': '<https://x.example>' }, listUnsubscribe: { url: 'https://x.example' } },
      'invalid-header',
      'listUnsubscribe',
    ],
    [
      'an http unsubscribe URL',
      { listUnsubscribe: { url: 'http://example.com/' } },
      'invalid-header',
      'listUnsubscribe.url',
    ],
    ['an unsubscribe without target', { listUnsubscribe: {} }, 'invalid-draft', 'listUnsubscribe'],
    ['a message id that is none', { messageId: '<a b@c>' }, 'invalid-header', 'messageId'],
    ['a reference that is none', { references: ['<a>'] }, 'invalid-header', 'references[0]'],
    [
      'a content type that is none',
      { attachments: [{ content: 'x', contentType: 'pdf' }] },
      'invalid-header',
      'attachments[0].contentType',
    ],
    [
      'a multipart as an attachment',
      { attachments: [{ content: 'x', contentType: 'multipart/mixed; boundary=b' }] },
      'invalid-header',
      'attachments[0].contentType',
    ],
    [
      'an encoding that nobody knows',
      { attachments: [{ content: 'x', encoding: 'rot13' }] },
      'invalid-draft',
      'attachments[0].encoding',
    ],
    [
      'content that is an object',
      { attachments: [{ content: { path: '/etc/passwd' } }] },
      'invalid-draft',
      'attachments[0].content',
    ],
    [
      'a calendar method with parameters',
      { calendar: { method: 'X; charset=x', content: '' } },
      'invalid-draft',
      'calendar.method',
    ],
  ]
  for (const [name, more, code, where] of cases) {
    test(`${name}: ${code} at ${where}`, () => refuses(more, code, where))
  }

  const places: readonly (readonly [string, (text: string) => object])[] = [
    ['from', text => ({ from: { name: `A${text}`, address: 'a@example.com' } })],
    ['from', text => ({ from: `a@example.com${text}` })],
    ['to', text => ({ to: [{ name: 'A', address: `a${text}@example.com` }] })],
    ['cc', text => ({ cc: `A${text} <a@example.com>` })],
    ['bcc', text => ({ bcc: `a@example.com${text}` })],
    ['replyTo', text => ({ replyTo: { name: text, address: 'a@example.com' } })],
    ['subject', text => ({ subject: `Hi${text}Bcc: x@example.org` })],
    ['headers', text => ({ headers: { 'X-A': `a${text}b` } })],
    ['headers', text => ({ headers: { [`X-A${text}`]: 'a' } })],
    ['returnPath', text => ({ returnPath: `a@example.com${text}` })],
    ['messageId', text => ({ messageId: `<a@b${text}>` })],
    ['inReplyTo', text => ({ inReplyTo: `<a@b>${text}` })],
    ['references', text => ({ references: [`<a${text}@b>`] })],
    ['attachments', text => ({ attachments: [{ filename: `a${text}`, content: '' }] })],
    ['attachments', text => ({ attachments: [{ contentType: `text/plain${text}`, content: '' }] })],
    ['attachments', text => ({ attachments: [{ cid: `a${text}`, content: '' }] })],
    ['alternatives', text => ({ alternatives: [{ contentType: `text/x${text}`, content: '' }] })],
    ['calendar', text => ({ calendar: { content: '', filename: `a${text}` } })],
    ['calendar', text => ({ calendar: { content: '', method: `REQUEST${text}` } })],
    ['listUnsubscribe', text => ({ listUnsubscribe: { url: `https://example.com/${text}` } })],
    ['listUnsubscribe', text => ({ listUnsubscribe: { mailto: `a@example.com${text}` } })],
  ]
  for (const [index, [field, place]] of places.entries()) {
    for (const char of ['\r', '\n', '\r\n', '\0', '\x1b']) {
      test(`${JSON.stringify(char)} in ${field} (${index}) is refused as invalid-header`, () =>
        assert.rejects(
          () => make(place(char)),
          error => MailerError.is(error) && error.code === 'invalid-header' && (error.where ?? '').startsWith(field),
        ))
    }
  }
})
