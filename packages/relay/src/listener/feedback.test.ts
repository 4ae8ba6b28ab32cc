/**
 * The fields by which people answer, in mail that clients submit: what each leads to, by the ways that mailbox providers take.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { generateDkimKey } from '@postrider/core'
import { feedbackReport } from '@postrider/core/testing'
import { resolveRelayOptions } from '../config/options.ts'
import { PASSWORD, USER } from '../testing/test-relay.ts'
import { deliver, INBOUND, LISTEN, mxOf, RETURN, start, submit } from './inbound.fixture.ts'

const { pem } = await generateDkimKey({ domain: 'abc.mail', selector: 's', algorithm: 'ed25519-sha256' })

const startAnswerable = (feedback: { readonly unsubscribeSuppresses?: boolean } = {}) =>
  start({
    dkim: [{ domain: 'abc.mail', selector: 's', privateKey: pem }],
    feedback: {
      senderId: 'acme-mail',
      complaints: true,
      unsubscribeUrl: 'https://links.abc.mail/unsubscribe/',
      ...feedback,
    },
    relay: {
      public: { listen: ['127.0.0.1:0/plain'] },
      accounts: [{ name: USER, password: PASSWORD, feedbackId: 'forum', unsubscribe: 'all' }],
    },
  })

async function fieldsOf(it: Awaited<ReturnType<typeof startAnswerable>>): Promise<Readonly<Record<string, string>>> {
  await submit(it)
  const [sent] = await it.mx.waitFor(1)
  const header = sent!.content
    .toString()
    .split('\r\n\r\n')[0]!
    .replaceAll(/\r\n[ \t]+/g, ' ')
  return Object.fromEntries(header.split('\r\n').map(line => line.split(/: (.*)/s, 2) as [string, string]))
}

function waysOf(fields: Readonly<Record<string, string>>): { readonly page: string; readonly written: string } {
  const form = /^<https:\/\/links\.abc\.mail(\/unsubscribe\/[^>]+)>, <mailto:([^?]+)\?subject=unsubscribe>$/
  const [, page = '', written = ''] = form.exec(fields['List-Unsubscribe'] ?? '') ?? []
  return { page, written }
}

suite('mail of an account that is answerable', () => {
  test('is unsubscribed by one click and by mail, complained of by report, and each is told of its recipient', async () => {
    await using it = await startAnswerable()
    const fields = await fieldsOf(it)
    assert.equal(fields['Feedback-ID'], 'forum:acme-mail')
    const { page, written } = waysOf(fields)
    const kinds: string[] = []
    for (const kind of ['unsubscribed', 'complained', 'suppressed'] as const)
      it.relay.mailer.on(kind, () => kinds.push(kind))

    const { port } = it.relay.publicAddresses[0]!
    const body = 'List-Unsubscribe=One-Click'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const clicked = await fetch(`http://127.0.0.1:${port}${page}`, { method: 'POST', headers, body })
    assert.equal(clicked.status, 200)
    assert.match(await clicked.text(), /You are unsubscribed: this sender sends no more mail to your address/)
    assert.deepEqual(kinds, ['unsubscribed', 'suppressed'])
    const { origin, failure } = (await it.relay.mailer.suppression('gone@dest.example'))!
    assert.deepEqual([origin, failure.rule], ['unsubscribe', 'feedback.unsubscribed'])
    using again = await it.login()
    await again.ask('MAIL FROM:<board@abc.mail>')
    assert.match(
      await again.ask('RCPT TO:<gone@dest.example>'),
      /^550 5\.1\.1 <gone@dest\.example> is not mailed \(the recipient unsubscribed\); refused until /,
    )

    using client = await mxOf(it)
    const wish = 'From: gone@dest.example\r\nSubject: unsubscribe\r\n\r\n.'
    assert.match(await deliver(client, written, wish), /^250 /)
    assert.deepEqual(kinds, ['unsubscribed', 'suppressed'], 'told once, whichever way it came')

    const [complaints = ''] = (fields['CFBL-Address'] ?? '').split(';')
    // RFC 9477 §3.2: the rest may be taken out.
    const original = `CFBL-Feedback-ID: ${fields['CFBL-Feedback-ID']}\r\nMessage-ID: <redacted@x>\r\n`
    const report = `${feedbackReport({ original, recipient: 'redacted@x' })}.`
    assert.match(await deliver(client, complaints, report), /^250 /)
    assert.deepEqual(kinds, ['unsubscribed', 'suppressed', 'complained', 'suppressed'])
    assert.equal((await it.relay.mailer.suppression('gone@dest.example'))?.failure.code, 'complained')
  })
  test('is told of alone where a program acts on it, and the page says no more than that', async () => {
    await using it = await startAnswerable({ unsubscribeSuppresses: false })
    const { page } = waysOf(await fieldsOf(it))
    const { port } = it.relay.publicAddresses[0]!
    assert.match(await (await fetch(`http://127.0.0.1:${port}${page}`)).text(), /no more mail of this kind\?/)
    const clicked = await fetch(`http://127.0.0.1:${port}${page}`, { method: 'POST' })
    assert.match(await clicked.text(), /Your request was passed on to the sender/)
    assert.equal(await it.relay.mailer.suppression('gone@dest.example'), undefined)
  })
  test('that is not known any more is said to be so, and taken by no way', async () => {
    await using sender = await startAnswerable()
    const fields = await fieldsOf(sender)
    const { page, written } = waysOf(fields)
    // The same keys, and no history.
    await using it = await startAnswerable()
    const { port } = it.relay.publicAddresses[0]!
    const clicked = await fetch(`http://127.0.0.1:${port}${page}`, { method: 'POST' })
    assert.equal(clicked.status, 410)
    assert.match(await clicked.text(), /You are not unsubscribed[\s\S]*Use the link in a newer mail/)
    using client = await mxOf(it)
    assert.match(
      await deliver(client, written, 'Subject: unsubscribe\r\n\r\n.'),
      /^550 5\.1\.6 That message is too old/,
    )
    const [complaints = ''] = (fields['CFBL-Address'] ?? '').split(';')
    const original = `CFBL-Feedback-ID: ${fields['CFBL-Feedback-ID']}\r\n`
    const report = `${feedbackReport({ original, recipient: 'redacted@x' })}.`
    assert.match(await deliver(client, complaints, report), /^550 5\.1\.6 /)
  })
  test('takes forged answers from nobody', async () => {
    await using it = await startAnswerable()
    const fields = await fieldsOf(it)
    const [complaints = ''] = (fields['CFBL-Address'] ?? '').split(';')
    using client = await mxOf(it)
    for (const forged of [
      complaints.replace(/^f/, 'u'),
      complaints.replace('-0-', '-1-'),
      complaints.replace(/.@/, '0@'),
    ]) {
      if (forged !== complaints) assert.match(await deliver(client, forged, '.'), /^550 5\.1\.1 /, forged)
    }
  })
})

test('one click leads to the public part where nothing else is said, and only encrypted', async () => {
  const pageOf = async (
    listen: readonly string[],
    feedback = {},
    names = ['links.abc.mail'],
  ): Promise<string | undefined> => {
    const returnPath = { domain: 'bounces.abc.mail', receivedBy: 'other' as const }
    const relay = { public: { listen, names } }
    return (await resolveRelayOptions({ hostname: 'mail.abc.mail', returnPath, feedback, relay })).options.feedback
      .unsubscribeUrl
  }
  assert.equal(await pageOf([]), undefined)
  assert.equal(await pageOf(['127.0.0.1:8080/plain'], {}, []), undefined)
  assert.equal(
    await pageOf(['127.0.0.1:8080/plain']),
    'https://links.abc.mail/unsubscribe/',
    'a name says that a proxy encrypts',
  )
  assert.equal(await pageOf(['0.0.0.0:80/plain', '0.0.0.0:443/tls']), 'https://links.abc.mail/unsubscribe/')
  assert.equal(await pageOf(['0.0.0.0:8443/tls']), 'https://links.abc.mail:8443/unsubscribe/')
  assert.equal(
    await pageOf(['0.0.0.0:443/tls'], {}, ['例え.jp']),
    'https://xn--r8jz45g.jp/unsubscribe/',
    'what stands in a header is ASCII',
  )
  const own = 'https://x.example/u/'
  assert.equal(await pageOf(['0.0.0.0:443/tls'], { unsubscribeUrl: own }), own)
})

test('a reload makes no link to a listener that needs a restart', async () => {
  const options = {
    dkim: [{ domain: 'abc.mail', selector: 's', privateKey: pem }],
    feedback: { unsubscribe: 'all' },
  } as const
  await using it = await start(options)
  const reload = async (listen: readonly string[], feedback = {}): Promise<string> => {
    const given = await resolveRelayOptions({
      ...{ hostname: 'mail.abc.mail', preflight: 'off', returnPath: RETURN, dkim: options.dkim },
      feedback: { ...options.feedback, ...feedback },
      delivery: { port: it.mx.port, allowPrivateAddresses: true },
      queue: { path: `${it.folder}/queue.db` },
      relay: {
        ...{ listen: LISTEN, inbound: { listen: [INBOUND] }, senders: ['*@abc.mail'] },
        ...{ accounts: [{ name: USER, password: PASSWORD }], public: { listen, names: ['links.abc.mail'] } },
      },
    })
    const { needsRestart } = await it.relay.reload(given)
    assert.ok(needsRestart.includes('relay.public.listen'))
    const before = it.mx.messages.length
    await submit(it)
    return (await it.mx.waitFor(before + 1)).at(-1)!.content.toString()
  }
  assert.match(await reload(['127.0.0.1:18443/tls']), /^List-Unsubscribe: <mailto:/m)
  const elsewhere = { unsubscribeUrl: 'https://else.abc.mail/u/' }
  assert.match(await reload(['127.0.0.1:18443/tls'], elsewhere), /^List-Unsubscribe: <https:\/\/else\.abc\.mail\/u\//m)
})
