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

  test('html alone gets a text part that says the same, where that is wanted and no text is given', async () => {
    const html = '<p>Dear <b>Bob</b>, <a href="https://a.example/">look</a></p>'
    const kinds = async (
      more: object,
      withOptions?: object,
    ): Promise<readonly (readonly [string | undefined, string])[]> =>
      leaves(await make(more, withOptions)).map(({ type, content }) => [type, content.toString().trim()])
    const wanted = { textFromHtml: true }
    const said = ['text/plain', 'Dear Bob, look <https://a.example/>'] as const
    assert.deepEqual(await kinds({ text: undefined, html }, wanted), [said, ['text/html', html]])
    assert.deepEqual(await kinds({ text: 'mine', html }, wanted), [
      ['text/plain', 'mine'],
      ['text/html', html],
    ])
    assert.deepEqual(await kinds({ text: '', html }, wanted), [['text/html', html]])
    assert.deepEqual(await kinds({ text: undefined, html }), [['text/html', html]])
    assert.deepEqual(await kinds({ text: undefined, html: '<img src="cid:x">' }, wanted), [
      ['text/html', '<img src="cid:x">'],
    ])
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

  test('the octets of an attachment arrive as they were, whatever its type and however they were given', async () => {
    const piece = fc.oneof(fc.constantFrom('\n', '\r', '\r\n', 'a;b', ' ', '.', '\0', 'ü'), fc.string())
    const given: Record<string, (octets: Buffer) => Pick<Attachment, 'content' | 'encoding'>> = {
      octets: octets => ({ content: octets }),
      array: octets => ({ content: new Uint8Array(octets) }),
      stream: octets => ({ content: Readable.from([octets]) }),
      base64: octets => ({ content: octets.toString('base64'), encoding: 'base64' }),
      hex: octets => ({ content: octets.toString('hex'), encoding: 'hex' }),
      latin1: octets => ({ content: octets.toString('latin1'), encoding: 'latin1' }),
      text: octets => ({ content: octets.toString('utf8') }),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 20 }).map(pieces => pieces.join('')),
        fc.constantFrom('text/csv', 'text/csv; charset=utf-16le', 'text/html', 'application/json', 'image/svg+xml'),
        fc.constantFrom('utf8' as const, 'utf16le' as const),
        fc.constantFrom('text', undefined),
        async (words, contentType, charset, text) => {
          const octets = Buffer.from(words, charset)
          for (const [how, give] of Object.entries(given)) {
            if (how === 'text' && charset !== 'utf8') continue
            const attachment = { filename: 'x.csv', contentType, ...give(octets) }
            const found = leaves(await make({ text, attachments: [attachment] })).at(-1)
            assert.deepEqual(found?.content, octets, `${how} as ${contentType}`)
          }
        },
      ),
      { numRuns: 50 },
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
