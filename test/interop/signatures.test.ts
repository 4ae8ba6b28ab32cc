/** Every kind of draft reaches exim and Postfix, and dkimpy and OpenDKIM verify both of its signatures. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Draft, Mailer } from '@postrider/core'
import { type Lab, useLab } from './lab/lab.ts'
import { fateOf, labMailer, tell } from './lab/mailer.ts'
import { dkimpy, openDkim, type SignatureOpinion } from './lab/verifiers.ts'

type Content = Omit<Draft, 'to' | 'from'> & { readonly from?: string; readonly local?: string }

const DRAFTS: Readonly<Record<string, Content>> = {
  text: {
    subject: 'Plain words',
    text: 'Hello,\n\n.a line that begins with a dot\nFrom here on\n\ttabs and trailing space \n\n\n',
  },
  'html and attachment': {
    subject: 'Your invoice',
    text: 'See the attachment.',
    html: '<p>See the <b>attachment</b>.</p>',
    attachments: [
      { filename: 'invoice.pdf', content: Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256)) },
      { filename: 'Übersicht.csv', content: 'a;b\n1;2\n' },
    ],
    listUnsubscribe: { url: 'https://good.test/u/1' },
  },
  'UTF-8': {
    subject: 'Grüße aus Köln 🚀 und ein langer Betreff, der gewiss gefaltet werden muss',
    text: 'Schöne Grüße\n日本語\n',
  },
  EAI: { from: 'grüße@good.test', local: 'δοκιμή', subject: 'Διεύθυνση', text: 'με UTF-8 στον φάκελο\n' },
}

const HOSTS = { exim: ['good.test', 'mx1.good.test'], Postfix: ['postfix.test', 'mx.postfix.test'] } as const

const BOTH: readonly SignatureOpinion[] = [
  { result: 'pass', domain: 'good.test', selector: 'ed', algorithm: 'ed25519-sha256' },
  { result: 'pass', domain: 'good.test', selector: 'sel1', algorithm: 'rsa-sha256' },
]

let lab: Lab
let mailer: Mailer
before(async () => {
  lab = await useLab()
  mailer = await labMailer(lab)
})
after(async () => {
  await mailer?.close({ withinMs: 2_000 })
})

const bySelector = (opinions: readonly SignatureOpinion[]): readonly SignatureOpinion[] =>
  [...opinions].sort((a, b) => (a.selector < b.selector ? -1 : 1))

suite('signatures', () => {
  for (const [kind, content] of Object.entries(DRAFTS))
    for (const [server, [domain, host]] of Object.entries(HOSTS))
      test(`a draft of ${kind} arrives at ${server}, and both of its signatures pass there`, async () => {
        const { from = 'Someone <someone@good.test>', local = 'user', ...rest } = content
        const receipt = await mailer.send({ ...rest, from, to: `${local}@${domain}` })
        assert.equal(receipt.clearance.result, 'cleared', JSON.stringify(receipt.clearance.checks))
        const fate = await fateOf(mailer, receipt)
        assert.equal(fate.kind, 'delivered', tell(fate))
        assert.equal(fate.tls?.verified, 'dane', tell(fate))
        const { bytes } = await lab.arrival(host, receipt.messageId)
        assert.deepEqual(bySelector(await dkimpy(bytes)), BOTH)
        if (server === 'Postfix') assert.deepEqual(bySelector(openDkim(bytes)), BOTH)
      })
})
