import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { printAddress } from '../model/address.ts'
import { header, leaves, make, recipients } from './compose.fixture.ts'

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
