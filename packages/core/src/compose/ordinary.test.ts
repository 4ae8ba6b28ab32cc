/**
 * The direct composer against nodemailer: the same draft, the same octets.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Draft } from '../model/draft.ts'
import { makeEnvelope, readParties } from './envelope.ts'
import { extraHeaders } from './headers.ts'
import type { Ingredients } from './ingredients.ts'
import { render, renderWithNodemailer } from './mime.ts'
import { renderOrdinary } from './ordinary.ts'

const ingredients = (draft: Draft): Ingredients => ({
  draft,
  parties: readParties(draft),
  parts: [],
  headers: extraHeaders(draft),
  messageId: '<id@example.com>',
  date: new Date(Date.UTC(2026, 10, 21, 12, 30, 15)),
})

const base: Draft = { from: 'Alice <alice@example.com>', to: 'bob@example.net', subject: 'Hello', text: 'Hi' }

const withoutBoundary = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/--_NmP-[0-9a-f]{16}-Part_1/g, 'BOUNDARY')

async function same(draft: Draft): Promise<void> {
  const [written, expected] = await Promise.all([render(ingredients(draft)), renderWithNodemailer(ingredients(draft))])
  assert.equal(withoutBoundary(written), withoutBoundary(expected))
}

/** Mostly the first, so that whole drafts are ordinary often enough. */
const mostly = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: unusual })

const name = mostly(
  fc.constantFrom('', 'Bob', 'Bob Miller', 'Miller, Bob', "O'Neil", 'B. "Bobby" Miller', 'a\\b'),
  fc.oneof(
    fc.constantFrom('Zoë', 'Борис', '=?x?=', 'a@b'),
    fc.string({
      maxLength: 60,
      unit: fc.constantFrom('a', 'B', ' ', '.', '"', '\\', ',', '<', 'é', '漢', '=', '?', '_', '🎉'),
    }),
  ),
)
const address = mostly(
  fc.constantFrom(
    'bob@example.net',
    'b.o+b=x@sub.example.co.uk',
    `${'x'.repeat(60)}@${'long-label.'.repeat(6)}example.net`,
    'bob@_x.example',
    "!#$%&'*+-/=?^_`{|}~@example.net",
  ),
  fc.constantFrom(
    '"b o b"@example.net',
    'zoe@bücher.example',
    'ärger@example.com',
    'δοκιμή@example.net',
    'bob@[192.0.2.1]',
    'bob@[IPv6:2001:db8::1]',
    'bob@example.1a',
    'bob@a--b.example',
  ),
)
const mailbox = fc.record({ name, address })
const value = fc.oneof(
  fc
    .array(
      fc.constantFrom('word', 'Größe', 'a', '"quoted"', '=?utf-8?Q?a?=', '=?', '?=', 'x'.repeat(80), ':', '漢字'),
      {
        maxLength: 30,
      },
    )
    .map(words => words.join(' ')),
  fc.string({ maxLength: 200, unit: fc.constantFrom('a', ' ', '-', 'ü', '"', '=', '?', '~', '!') }),
)
const text = fc
  .array(
    fc.constantFrom(
      'a',
      'word ',
      '.',
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      'ü',
      '漢',
      '🎉',
      '\ud800',
      '=',
      ' ',
      '\t',
      '\x7f',
      '\x0c',
      '\v',
      '\u2028',
      'From ',
      'x'.repeat(75),
      'x'.repeat(76),
      '='.repeat(77),
      'y'.repeat(1200),
    ),
    { maxLength: 25 },
  )
  .map(pieces => pieces.join(''))

const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 4 })

const draft: fc.Arbitrary<Draft> = fc.record(
  {
    from: mailbox,
    to: some(mailbox),
    cc: some(mailbox),
    replyTo: some(mailbox),
    subject: value.map(one => one.replace(/ +/g, ' ').trim()),
    text,
    html: text,
    inReplyTo: fc.constantFrom('<a@example.com>', `<${'i'.repeat(90)}@example.com>`),
    references: fc.array(fc.constantFrom('<a@example.com>', `<${'r'.repeat(50)}@example.com>`), { maxLength: 5 }),
    headers: fc.dictionary(
      fc.constantFrom(
        'X-One',
        'x-one',
        'X-MyID',
        'Feedback-ID',
        'Auto-Submitted',
        'Content-Features',
        'List-Id',
        'Sender',
        'OTP-Token',
      ),
      fc.oneof(value, fc.array(value, { maxLength: 2 })),
      { maxKeys: 3 },
    ),
    listUnsubscribe: fc.constantFrom(
      { url: 'https://example.com/u?a=1' },
      { url: `https://example.com/${'u'.repeat(90)}`, mailto: 'out@example.com' },
    ),
  },
  { requiredKeys: ['from'] },
)

/** Whether the draft is one that compose() lets through. */
function isValid(given: Draft): boolean {
  try {
    makeEnvelope(given, readParties(given), 100)
    extraHeaders(given)
    return true
  } catch {
    return false
  }
}

suite('ordinary messages', () => {
  test('any draft of text and html is written as nodemailer writes it, to the octet', async () => {
    await fc.assert(fc.asyncProperty(draft.filter(isValid), same), { numRuns: 500 })
  })

  test('a text beyond 128 KiB is encoded as nodemailer encodes it', () =>
    same({ ...base, text: 'short line\n'.repeat(13_000) }))

  test('plain drafts never need nodemailer', () => {
    const plain: readonly Draft[] = [
      base,
      { ...base, html: '<p>Grüße</p>', cc: ['"Miller, Bob" <bob@example.net>'], replyTo: 'help@example.com' },
      { ...base, subject: 'word '.repeat(40).trim(), text: '', headers: { 'X-Mailer': 'none' } },
      { from: 'alice@example.com', bcc: 'bob@example.net', html: '<p>x</p>', references: ['<a@example.com>'] },
    ]
    for (const one of plain) assert.ok(renderOrdinary(ingredients(one), undefined))
  })

  test('a subject outside ASCII needs its encoder, and another shape needs nodemailer whole', () => {
    const encode = (): string => '=?UTF-8?Q?Gr=C3=B6=C3=9Fe?='
    assert.equal(renderOrdinary(ingredients({ ...base, subject: 'Größe' }), undefined), undefined)
    assert.match(
      renderOrdinary(ingredients({ ...base, subject: 'Größe' }), encode)?.toString() ?? 'nothing',
      /^Subject: =\?UTF-8\?Q\?Gr=C3=B6=C3=9Fe\?=\r$/m,
    )
    assert.equal(renderOrdinary(ingredients({ ...base, calendar: { content: 'x' } }), encode), undefined)
    assert.equal(
      renderOrdinary(ingredients({ ...base, alternatives: [{ contentType: 'text/x', content: 'x' }] }), encode),
      undefined,
    )
  })
})
