import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { type Domain, printAddress } from '../model/address.ts'
import type { Attachment, Draft } from '../model/draft.ts'
import { MailerError } from '../model/error.ts'
import { type Composed, type ComposeOptions, compose } from './compose.ts'
import { fieldValue } from './inspect.ts'
import { addressTexts } from './mailboxes.ts'
import { type Entity, readStructure } from './structure.ts'

const NOW = Date.UTC(2026, 10, 21, 12, 30, 15)
const options: ComposeOptions = {
  now: NOW,
  hostname: 'mail.example.com' as Domain,
  limits: { messageBytes: 1_000_000, recipients: 5 },
}
const base = { from: 'Alice <alice@example.com>', to: 'bob@example.net', subject: 'Hello', text: 'Hi' } as const

const make = (more: object = {}, withOptions: Partial<ComposeOptions> = {}): Promise<Composed> =>
  compose({ ...base, ...more } as Draft, { ...options, ...withOptions })

async function header(name: string, more: object = {}): Promise<string | undefined> {
  const { message } = await make(more)
  const field = message.fields.find(field => field.name === name)
  return field && fieldValue(message.bytes, field)
}

const recipients = ({ envelope }: Composed): string[] => envelope.recipients.map(({ address }) => printAddress(address))

interface Leaf {
  readonly type: string | undefined
  readonly content: Buffer
  readonly header: string
}

/** The decoded leaves of a message, as any reader would see them. */
function leaves({ message: { bytes, ...message } }: Composed): Leaf[] {
  const walk = (entity: Entity): Leaf[] =>
    entity.parts.length > 0 ? entity.parts.flatMap(walk) : [leaf(bytes, entity)]
  const root = readStructure(bytes, message)
  assert.ok(root, 'the structure of the message can be read')
  return walk(root)
}

function leaf(bytes: Buffer, { start, bodyStart, end, encoding, type }: Entity): Leaf {
  const body = bytes.toString('latin1', bodyStart, end)
  const octets = (text: string): string =>
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  const content =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? octets(body) : body, 'latin1')
  return { type, content, header: bytes.toString('latin1', start, bodyStart) }
}

const refuses = (more: object, code: string, where: string, withOptions: Partial<ComposeOptions> = {}): Promise<void> =>
  assert.rejects(
    () => make(more, withOptions),
    (error: unknown) => {
      assert.ok(MailerError.is(error), String(error))
      assert.deepEqual([error.code, error.where], [code, where])
      assert.ok(error.found && error.wanted && error.fix, 'found, wanted and fix are named')
      return true
    },
  )

suite('compose: header', () => {
  test('From, To, Subject, Date and Message-ID are written', async () => {
    assert.equal(await header('from'), 'Alice <alice@example.com>')
    assert.equal(await header('to'), 'bob@example.net')
    assert.equal(await header('date'), 'Sat, 21 Nov 2026 12:30:15 +0000')
    assert.match((await header('message-id')) ?? '', /^<[\w-]+@example\.com>$/)
  })

  test('Bcc stands in the envelope and nowhere in the message', async () => {
    const composed = await make({ bcc: ['hidden@example.org'] })
    assert.deepEqual(recipients(composed), ['bob@example.net', 'hidden@example.org'])
    assert.equal(composed.message.bytes.includes('hidden'), false)
  })

  test('a message to Bcc alone says so', async () => {
    assert.equal(await header('to', { to: [], bcc: 'hidden@example.org' }), 'Undisclosed recipients:;')
  })

  test('an internationalised domain is written as A-labels, and the message stays ASCII', async () => {
    const composed = await make({ to: 'Zoë <zoe@bücher.example>' })
    assert.deepEqual(recipients(composed), ['zoe@xn--bcher-kva.example'])
    assert.match(
      (await header('to', { to: 'Zoë <zoe@bücher.example>' })) ?? '',
      /^=\?UTF-8\?Q\?.*\?= <zoe@xn--bcher-kva\.example>$/,
    )
    assert.equal(composed.message.smtpUtf8, false)
  })

  test('an internationalised local part makes the header UTF-8 and nothing else', async () => {
    const { message, envelope } = await make({ from: 'ärger@example.com', to: 'δοκιμή@example.net', text: 'grün' })
    assert.deepEqual([message.smtpUtf8, message.eightBit], [true, false])
    assert.equal(printAddress(message.from[0]!), 'ärger@example.com')
    assert.equal(printAddress(envelope.recipients[0]!.address), 'δοκιμή@example.net')
  })

  test('a comma in a display name makes no second recipient', async () => {
    assert.equal(
      await header('to', { to: { name: 'Bob, evil@example.org', address: 'bob@example.net' } }),
      '"Bob, evil@example.org" <bob@example.net>',
    )
  })

  test('List-Unsubscribe with an https URL is one-click (RFC 8058)', async () => {
    const list = { listUnsubscribe: { url: 'https://example.com/u?a=1', mailto: 'out@example.com' } }
    assert.equal(await header('list-unsubscribe', list), '<https://example.com/u?a=1>, <mailto:out@example.com>')
    assert.equal(await header('list-unsubscribe-post', list), 'List-Unsubscribe=One-Click')
  })

  test('List-Unsubscribe with only a mailbox is not one-click (RFC 8058 §3.1)', async () => {
    const list = { listUnsubscribe: { mailto: 'mailto:out@example.com?subject=leave' } }
    assert.equal(await header('list-unsubscribe', list), '<mailto:out@example.com?subject=leave>')
    assert.equal(await header('list-unsubscribe-post', list), undefined)
  })

  test('custom headers keep their spelling, and several values their order', async () => {
    const { message } = await make({ headers: { 'X-MyID': ['one', 'two'], 'X-Grun': 'grün' } })
    const text = message.bytes.toString('latin1', 0, message.bodyStart)
    assert.match(text, /X-MyID: one\r\nX-MyID: two\r\nX-Grun: =\?UTF-8\?Q\?gr=C3=BCn\?=\r\n/)
  })

  test('inReplyTo and references are message ids', async () => {
    const thread = { inReplyTo: 'a@example.com', references: ['<b@example.com>', '<a@example.com>'] }
    assert.equal(await header('in-reply-to', thread), '<a@example.com>')
    assert.equal(await header('references', thread), '<b@example.com> <a@example.com>')
  })

  test('long values are folded into lines of at most 998 octets', async () => {
    const { message } = await make({ subject: 'wörter '.repeat(400), headers: { 'X-Long': 'word '.repeat(400) } })
    assert.ok(message.longestLine <= 998)
  })
})

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

suite('compose: envelope', () => {
  test('an address that stands twice is one recipient; the case of a local part matters', async () => {
    const composed = await make({ to: ['a@example.net', 'A@example.net'], cc: 'a@EXAMPLE.NET', bcc: 'a@example.net' })
    assert.deepEqual(recipients(composed), ['a@example.net', 'A@example.net'])
  })

  test('the reverse-path is From, or what returnPath says, or null', async () => {
    const path = async (more: object): Promise<string | null> => {
      const { envelope } = await make(more)
      return envelope.reversePath && printAddress(envelope.reversePath)
    }
    assert.equal(await path({}), 'alice@example.com')
    assert.equal(await path({ returnPath: 'bounces@example.com' }), 'bounces@example.com')
    assert.equal(await path({ returnPath: null }), null)
  })

  test('requireTls is carried in the envelope (RFC 8689)', async () => {
    assert.equal((await make({ requireTls: true })).envelope.requireTls, true)
    assert.equal((await make()).envelope.requireTls, undefined)
  })
})

suite('compose: content', () => {
  test('text, html, an inline image, an attachment and a calendar are all there, decoded as given', async () => {
    const composed = await make({
      text: 'Grüße\nzwei',
      html: '<p>Grüße <img src="cid:logo"></p>',
      attachments: [
        { filename: 'logo.png', content: Buffer.from([0, 1, 2, 255]), cid: 'logo' },
        { filename: 'naïve.txt', content: 'Text mit ü' },
        { filename: 'bytes.bin', content: new Uint8Array([9, 8, 7]) },
        { filename: 'stream.bin', content: Readable.from([Buffer.from('str'), Buffer.from('eam')]) },
        { filename: 'decoded.bin', content: 'AQID', encoding: 'base64' },
      ],
      calendar: { method: 'REQUEST', content: 'BEGIN:VCALENDAR\nEND:VCALENDAR' },
      alternatives: [{ contentType: 'text/markdown', content: '*ü*' }],
    })
    const found = leaves(composed)
    const content = (type: string): (string | undefined)[] =>
      found.filter(leaf => leaf.type === type).map(leaf => leaf.content.toString())
    assert.deepEqual(content('text/plain'), ['Grüße\r\nzwei', 'Text mit ü'])
    assert.deepEqual(content('text/html'), ['<p>Grüße <img src="cid:logo"></p>'])
    assert.deepEqual(content('text/calendar'), ['BEGIN:VCALENDAR\r\nEND:VCALENDAR'])
    assert.deepEqual(content('text/markdown'), ['*ü*'])
    assert.deepEqual(found.find(leaf => leaf.type === 'image/png')?.content, Buffer.from([0, 1, 2, 255]))
    assert.deepEqual(
      found.filter(leaf => leaf.type === 'application/octet-stream').map(leaf => leaf.content.toString('latin1')),
      ['\x09\x08\x07', 'stream', '\x01\x02\x03'],
    )
    assert.match(
      found.find(leaf => leaf.type === 'image/png')?.header ?? '',
      /Content-ID: <logo>\r\n(?:.*\r\n)*Content-Disposition: inline/,
    )
    assert.deepEqual([composed.message.eightBit, composed.message.smtpUtf8], [false, false])
  })

  test('any text arrives as it was, in 7-bit lines with CRLF', async () => {
    const piece = fc.constantFrom(
      'a',
      'word ',
      '.',
      '\n',
      '\r\n',
      '\r',
      'ü',
      '🎉',
      '=',
      ' ',
      '\t',
      'From ',
      'x'.repeat(1200),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 30 }), async pieces => {
        const text = pieces.join('')
        const composed = await make({ text })
        const { bytes, eightBit, longestLine } = composed.message
        assert.deepEqual([eightBit, longestLine <= 998], [false, true])
        assert.doesNotMatch(bytes.toString('latin1'), /\r(?!\n)|(?<!\r)\n/)
        const lines = text.replace(/\r+\n|\r|\n/g, '\r\n')
        assert.equal(
          leaves(composed)[0]!
            .content.toString()
            .replace(/(?:\r\n)?$/, ''),
          lines.replace(/(?:\r\n)?$/, ''),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('an attached message is embedded as it is when it is 7-bit, converted when it can be, else a file', async () => {
    const types = async (content: string): Promise<(string | undefined)[]> =>
      leaves(await make({ attachments: [{ filename: 'm.eml', contentType: 'message/rfc822', content }] })).map(
        ({ type }) => type,
      )
    assert.deepEqual(await types('Subject: x\n\nplain\n'), ['text/plain', 'message/rfc822'])
    assert.deepEqual(await types('Subject: x\n\ngrün\n'), ['text/plain', 'message/rfc822'])
    assert.deepEqual(await types('Subject: grün\n\nx\n'), ['text/plain', 'application/octet-stream'])
  })

  test('a file is read only when files are allowed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'compose-'))
    try {
      const path = join(folder, 'note.txt')
      await writeFile(path, 'from a file')
      const attachments: Attachment[] = [{ path }]
      await refuses({ attachments }, 'invalid-draft', 'attachments[0].path')
      const found = leaves(await make({ attachments }, { allowFiles: true }))
      assert.equal(found[1]?.content.toString(), 'from a file')
      assert.match(found[1]?.header ?? '', /filename=note\.txt/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a stream that breaks is a wrong draft, with its own error as the cause', async () => {
    const broken = new Error('disk gone')
    const content = new Readable({
      read() {
        this.destroy(broken)
      },
    })
    await assert.rejects(make({ attachments: [{ content }] }), { code: 'invalid-draft', cause: broken })
  })

  test('a stream that never ends is cut off by the signal', async () => {
    const controller = new AbortController()
    const content = new Readable({ read() {} })
    const composing = compose({ ...base, attachments: [{ content }] }, options, controller.signal)
    setImmediate(() => controller.abort())
    await assert.rejects(composing, { code: 'aborted' })
    assert.equal(content.destroyed, true)
  })

  test('an endless stream is stopped at the limit', async () => {
    const content = new Readable({
      read() {
        this.push(Buffer.alloc(65_536))
      },
    })
    await refuses({ attachments: [{ content }] }, 'message-too-large', 'attachments[0]')
    assert.equal(content.destroyed, true)
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
