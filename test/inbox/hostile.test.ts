/** Mail that wants to run, to fetch or to be posted from: how it is answered to a browser. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailReader } from '@postrider/core'
import nodemailer from 'nodemailer'
import { captured } from '../../packages/relay/src/inbox/captured.ts'
import { htmlAnswer } from '../../packages/relay/src/inbox/harmless.ts'
import { wholeMessage } from '../../packages/relay/src/inbox/whole-message.ts'
import { startInboxWorld } from './world.ts'

const HTML = `<script>parent.x=1</script><svg onload=x()></svg><meta http-equiv=refresh content="0;url=https://evil.example">
<form action=https://evil.example><input></form><style>@import url(https://evil.example/a.css)</style><img src=https://evil.example/p.png>
<img src="cid:pic@x"><img src="cid:svg@x">`

test('html is shown as it is, in a sandbox without an origin that may fetch nothing; parts are only saved', {
  timeout: 60_000,
}, async () => {
  await using world = await startInboxWorld()
  const smtp = nodemailer.createTransport({ host: '127.0.0.1', port: world.smtpPort, ignoreTLS: true })
  await smtp.sendMail({
    from: 'a@example.com',
    to: 'b@example.com',
    subject: '<b>x</b>',
    html: HTML,
    attachments: [
      { filename: 'p.png', content: 'png', cid: 'pic@x' },
      { filename: 's.svg', content: '<svg onload=x()>', cid: 'svg@x' },
      { filename: '../../x"\r\n.html', content: '<script>', contentType: 'text/html' },
    ],
  })
  const { body } = await world.ask('GET', '/v1/inbox/wait?to=b@example.com')
  for (const path of [`/v1/inbox/${body.id}/html`, `/view/${body.id}.html`]) {
    const response = await fetch(`${world.url}${path}`)
    const policy = response.headers.get('content-security-policy') ?? ''
    // Neither allow-scripts nor allow-same-origin, and no address at all but data.
    assert.match(policy, /^sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; /)
    assert.match(policy, /base-uri 'none'; form-action 'none'; frame-ancestors 'self'$/)
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    const html = await response.text()
    assert.ok(html.includes('<script>parent.x=1</script>'), 'what is tested is shown unchanged')
    assert.ok(html.includes('<img src="data:image/png;base64,'))
    assert.ok(html.includes('cid:svg@x'), 'no image that may hold a script is put in')
  }
  for (const { part } of body.attachments) {
    const response = await fetch(`${world.url}/v1/inbox/${body.id}/parts/${part}`)
    assert.equal(response.headers.get('content-type'), 'application/octet-stream')
    assert.equal(response.headers.get('content-disposition'), 'attachment')
    assert.match(response.headers.get('content-security-policy') ?? '', /^sandbox;/)
    await response.arrayBuffer()
  }
})

const GENEROUS_MS = 5000

async function within<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const began = performance.now()
  const done = await work()
  const took = performance.now() - began
  assert.ok(took < GENEROUS_MS, `${what}: ${took} ms`)
  return done
}

const repeated = (text: string, length: number): string => text.repeat(length / text.length)

test('no message takes long to be read, whatever is repeated in it', { timeout: 120_000 }, async () => {
  const { readHeaders } = await mailReader()
  const envelope = { id: 'x', at: 0, from: '', recipients: [], tags: {}, sizeBytes: 0 }
  for (const value of [repeated('<', 50_000), repeated('\\"', 50_000), repeated('"', 50_001), repeated('a<', 50_000)])
    for (const name of ['Message-ID', 'From', 'Cc'])
      await within(`${name}: ${value.slice(0, 4)}`, () =>
        captured(envelope, Buffer.from(`${name}: "${value}\r\n\r\n`), readHeaders),
      )
  for (const piece of ['<', '<style', '<style>a</styl', 'code-', 'code A-'])
    for (const type of ['html', 'plain']) {
      const text = repeated(piece, piece === '<' ? 4_000_000 : 400_000)
      await within(`${type} of ${piece}`, () => wholeMessage(Buffer.from(`Content-Type: text/${type}\r\n\r\n${text}`)))
    }
})

test('an image that is shown many times makes no page of gigabytes', async () => {
  const image = Buffer.alloc(900_000, 1).toString('base64').replace(/.{76}/g, '$&\r\n')
  const page = (times: number): Buffer =>
    Buffer.from(
      `Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${'<img src="cid:x">'.repeat(times)}\r\n` +
        `--b\r\nContent-Type: image/png\r\nContent-ID: <x>\r\nContent-Transfer-Encoding: base64\r\n\r\n${image}\r\n--b--\r\n`,
    )
  const shown = async (times: number): Promise<string> => htmlAnswer(await wholeMessage(page(times))).body
  assert.ok((await shown(2)).length > 2_000_000)
  assert.ok((await shown(250)).length <= 9 * 1024 * 1024)
})
