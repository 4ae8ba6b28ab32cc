/**
 * An alias that is an endpoint: its mail is posted while its sender waits, in the form that programs for Postmark read.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { createFakeDns } from '@postrider/core/testing'
import { Webhook } from 'standardwebhooks'
import { currentOf } from '../assembly/context.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { startThroughRelay } from '../testing/through.ts'
import { INBOUND, LISTEN, mxOf, RETURN } from './inbound.fixture.ts'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const ZONE = {
  'good.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
  '_dmarc.good.example': { TXT: ['v=DMARC1; p=reject'] },
  'bank.example': { TXT: ['v=spf1 -all'] },
  '_dmarc.bank.example': { TXT: ['v=DMARC1; p=reject'] },
} as const

interface Posted {
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what is posted is compared field by field
  readonly body: any
}

interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly posted: readonly Posted[]
  status: number
}

/** Reads as a receiver of Postmark's webhook does: JSON, and one of its statuses. */
async function startReceiver(): Promise<Receiver> {
  const posted: Posted[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8')
      posted.push({ headers: request.headers as Record<string, string>, text, body: JSON.parse(text) })
      response.writeHead(receiver.status).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/inbound?key=hidden`,
    posted,
    status: 200,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return receiver
}

const startPosting = (url: string) =>
  startThroughRelay(
    {
      returnPath: RETURN,
      relay: {
        listen: LISTEN,
        domains: ['abc.mail'],
        inbound: { listen: [INBOUND], aliases: [{ name: 'reply', webhook: { url, secret: SECRET } }] },
      },
    },
    { resolver: createFakeDns(ZONE as never) },
  )
type Test = Awaited<ReturnType<typeof startPosting>>

async function bring(it: Test, to: string, mail: string, from = 'ann@good.example'): Promise<string> {
  using client = await mxOf(it)
  await client.ask(`MAIL FROM:<${from}>`)
  const answer = await client.ask(`RCPT TO:<${to}>`)
  if (!answer.startsWith('250')) return answer
  await client.ask('DATA')
  return await client.ask(`${mail.replaceAll('\n', '\r\n')}\r\n.`)
}

const REPLY = `From: "Doe, Ann" <ann@good.example>
To: Forum <reply+4711@abc.mail>, bob@x.example
Cc: =?utf-8?q?J=C3=BCrgen?= <j@x.example>
Subject: =?utf-8?b?5Zue6KaG?=
Date: Mon, 5 Jan 2026 12:00:00 +0000
Message-ID: <1@good.example>
In-Reply-To: <0@abc.mail>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Yes, please.

On Sun, 4 Jan 2026 at 10:00, Forum <reply@abc.mail> wrote:
> Do you want it?
--b
Content-Type: image/png; name=dot.png
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=dot.png
Content-ID: <dot@x>

iVBORw0KGgo=
--b--`

suite('mail to an alias that is an endpoint', () => {
  test('is posted in the form of Postmark, signed, and taken when the endpoint took it', async () => {
    await using receiver = await startReceiver()
    await using it = await startPosting(receiver.url)
    assert.match(await bring(it, 'Reply+4711@abc.mail', REPLY), /^250 2\.0\.0 Taken as [0-9a-f-]{36}/)
    const [{ headers, text, body }] = receiver.posted as [Posted]
    const verified = new Webhook(SECRET).verify(text, headers)
    assert.deepEqual(verified, body)
    assert.equal(headers['webhook-id'], body.MessageID)
    const { Headers, Attachments, FromFull, ToFull, CcFull, ...rest } = body
    assert.deepEqual(FromFull, { Email: 'ann@good.example', Name: 'Doe, Ann', MailboxHash: '' })
    assert.deepEqual(ToFull, [
      { Email: 'reply+4711@abc.mail', Name: 'Forum', MailboxHash: '4711' },
      { Email: 'bob@x.example', Name: '', MailboxHash: '' },
    ])
    assert.deepEqual(CcFull, [{ Email: 'j@x.example', Name: 'Jürgen', MailboxHash: '' }])
    assert.deepEqual(
      [rest.From, rest.FromName, rest.OriginalRecipient, rest.MailboxHash, rest.Subject],
      ['ann@good.example', 'Doe, Ann', 'Reply+4711@abc.mail', '4711', '回覆'],
    )
    assert.match(rest.TextBody, /^Yes, please\.\r?\n\r?\nOn Sun/)
    assert.equal(rest.StrippedTextReply, 'Yes, please.')
    assert.deepEqual(Attachments, [
      { Name: 'dot.png', Content: 'iVBORw0KGgo=', ContentType: 'image/png', ContentLength: 8, ContentID: 'dot@x' },
    ])
    assert.equal(Headers[0].Name, 'Authentication-Results')
    assert.match(Headers[0].Value, /spf=pass .*dmarc=pass/)
    assert.deepEqual(Headers.find(({ Name }: { Name: string }) => Name === 'Message-ID').Value, '<1@good.example>')
    assert.equal((await it.relay.mailer.queue.counts()).messages, 0, 'nothing is kept here')
    assert.ok(!JSON.stringify(it.log).includes('hidden'), 'the path of an endpoint is its secret')
  })
  test('stays with its sender until the endpoint takes it, and has the same id then', async () => {
    await using receiver = await startReceiver()
    await using it = await startPosting(receiver.url)
    receiver.status = 500
    assert.match(await bring(it, 'reply@abc.mail', REPLY), /^451 4\.3\.0 /)
    receiver.status = 200
    assert.match(await bring(it, 'reply@abc.mail', `Received: by other.example\n${REPLY}`), /^250 /)
    const [first, second] = receiver.posted
    assert.equal(first?.body.MessageID, second?.body.MessageID)
    assert.match(await bring(it, 'reply@abc.mail', REPLY.replace('Yes', 'No')), /^250 /)
    assert.notEqual(receiver.posted[2]?.body.MessageID, first?.body.MessageID)
  })
  for (const [status, reply] of [
    [204, /^250 /],
    [403, /^550 5\.7\.1 /],
    [410, /^550 5\.7\.1 /],
    [404, /^451 4\.3\.0 /],
    [429, /^451 4\.3\.0 /],
    [302, /^451 4\.3\.0 /],
  ] as const)
    test(`is answered as its endpoint answers ${status}`, async () => {
      await using receiver = await startReceiver()
      await using it = await startPosting(receiver.url)
      receiver.status = status
      assert.match(await bring(it, 'reply@abc.mail', REPLY), reply)
      assert.equal(receiver.posted.length, 1)
    })
  test('is for later where nobody listens, and is not posted where DMARC has it refused or nobody can read it', async () => {
    await using receiver = await startReceiver()
    await using it = await startPosting(receiver.url)
    const forged = REPLY.replace('ann@good.example', 'it@bank.example')
    assert.match(await bring(it, 'reply@abc.mail', forged, 'x@plain.example'), /^550 5\.7\.1 .*DMARC/)
    assert.match(await bring(it, 'replies@abc.mail', REPLY), /^550 5\.1\.1 /)
    assert.match(await bring(it, 'reply@other.example', REPLY), /^550 5\.1\.1 /)
    assert.equal(receiver.posted.length, 0)
    await using gone = await startPosting('http://127.0.0.1:9/')
    assert.match(await bring(gone, 'reply@abc.mail', REPLY), /^451 4\.3\.0 /)
  })
})

test('an alias is people or an endpoint, and not both or none', async () => {
  const of = (alias: object): Promise<unknown> =>
    resolveRelayOptions({
      hostname: 'mail.abc.mail',
      relay: { inbound: { aliases: [{ name: 'a', ...alias } as never] } },
    })
  const webhook = { url: 'https://x.example/', secret: SECRET }
  await of({ webhook })
  await of({ to: ['me@x.example'] })
  for (const wrong of [{}, { to: [] }, { to: ['me@x.example'], webhook }])
    await assert.rejects(of(wrong), /wanted a name with either to or webhook/)
})

test('a secret that cannot be read is refused at the start, not when mail comes', async () => {
  const inbound = { aliases: [{ name: 'a', webhook: { url: 'https://x.example/', secret: 'whsec_!' } }] }
  const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { inbound } })
  await assert.rejects(currentOf(config), /relay\.inbound\.aliases\.secret: found a secret that cannot be read/)
})
