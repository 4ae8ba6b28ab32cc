/** What is forwarded under a seal arrives with a chain of ARC that dkimpy and Mail::DKIM verify, also of two hops. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Mailer } from '@postrider/core'
import { type Lab, useLab } from './lab/lab.ts'
import { labMailer } from './lab/mailer.ts'
import { dkimpyArc, perlArc } from './lab/verifiers.ts'

const CLIENT = { address: '127.0.0.1', helo: 'mail.plain.test' }

let lab: Lab
let mailer: Mailer
before(async () => {
  lab = await useLab()
  mailer = await labMailer(lab)
})
after(async () => {
  await mailer?.close({ withinMs: 2_000 })
})

interface Way {
  readonly id: string
  readonly domain: string
  readonly host: string
}

/** As it arrives, and as whoever forwards it once more would bring it. */
async function forwarded(mail: Uint8Array, { id, domain, host }: Way): Promise<Buffer> {
  const done = await mailer.forward(mail, {
    to: 'postmaster@good.test',
    recipients: [`user@${domain}`],
    operator: 'postmaster@good.test',
    from: 'ann@plain.test',
    client: CLIENT,
    seal: 'good.test',
  })
  assert.equal(done.result, 'forwarded')
  const { bytes } = await lab.arrival(host, id, 60_000)
  const text = bytes.toString('latin1').replaceAll(/\r?\n/g, '\r\n')
  return Buffer.from(text.replace(/^Delivered-To: postmaster@good\.test\r\n/im, ''), 'latin1')
}

const mailOf = (id: string, body: string): Buffer =>
  Buffer.from(
    `From: Ann <ann@plain.test>\r\nTo: postmaster@good.test\r\nSubject: a question\r\nMessage-ID: ${id}\r\nDate: Tue, 1 Dec 2026 12:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}\r\n`,
  )
const opinions = async (mail: Uint8Array): Promise<readonly string[]> => [await dkimpyArc(mail), await perlArc(mail)]

suite('ARC', () => {
  for (const [what, body] of Object.entries({ 'a plain mail': 'hello', 'a mail that is made 7-bit': 'Grüße 日本語' }))
    test(`seals ${what} so that both verifiers believe it, and a second hop adds to it`, async () => {
      const id = `<${what.replaceAll(' ', '-')}@plain.test>`
      const first = await forwarded(mailOf(id, body), { id, domain: 'good.test', host: 'mx1.good.test' })
      assert.deepEqual(await opinions(first), ['pass 1', 'pass'])
      const second = await forwarded(first, { id, domain: 'postfix.test', host: 'mx.postfix.test' })
      assert.deepEqual(await opinions(second), ['pass 2', 'pass'])
      // Neither is content with anything.
      const broken = Buffer.from(second.toString('latin1').replace('Subject: a', 'Subject: no'), 'latin1')
      for (const opinion of await opinions(broken)) assert.match(opinion, /^fail/)
    })
})
