import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Attachment } from '../model/draft.ts'
import { base, leaves, make, options, refuses } from './compose.fixture.ts'
import { compose } from './compose.ts'

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
