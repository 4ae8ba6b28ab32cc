import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer } from '../api/create-mailer.ts'
import type { Mailer } from '../api/mailer.ts'
import type { MailerOptions } from '../config/options.ts'
import type { QueueId } from '../model/queue-id.ts'
import { openSqliteQueue, type QueueStore } from '../queue/index.ts'
import { printReturnAddress } from '../report/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { feedbackReport } from '../testing/feedback-report.ts'

const SECRET = 'a secret of the tests alone'
const DOMAIN = 'bounces.a.example'
const SENDER = 'me@a.example'

interface World extends AsyncDisposable {
  readonly mailer: Mailer
  readonly store: QueueStore
  accept(how?: { readonly from?: string | null; readonly passOn?: 'sender' | 'nobody' }): Promise<string>
  /** What waits for the sender, oldest first. */
  passed(): Promise<readonly { readonly from: string; readonly to: string; readonly text: string }[]>
}

async function world(returnPath: MailerOptions['returnPath'] = { passOn: 'sender' }): Promise<World> {
  const clock = new FakeClock(Date.UTC(2026, 0, 5, 12))
  const store = await openSqliteQueue({ path: ':memory:', clock })
  const options: MailerOptions = {
    hostname: 'mail.a.example',
    preflight: 'off',
    queue: { path: ':memory:' },
    returnPath: { domain: DOMAIN, keys: [SECRET], ...returnPath },
  }
  const mailer = await createMailer(options, { store, clock, deliver: false, resolver: createFakeDns({}) })
  return {
    mailer,
    store,
    accept: async ({ from = SENDER, ...rest } = {}) => {
      const raw = Buffer.from('From: me@a.example\r\nMessage-ID: <1@a.example>\r\nSubject: x\r\n\r\nhello\r\n')
      return (await mailer.accept(raw, { from, to: ['you@b.example', 'she@b.example'] }, rest)).id
    },
    passed: async () => {
      const all = (await store.list({})).filter(({ recipients }) => recipients[0]?.address === SENDER)
      return Promise.all(
        all.map(async ({ id, from, recipients }) => ({
          from,
          to: recipients.map(({ address }) => address).join(),
          text: Buffer.from((await store.read(id)) ?? '').toString(),
        })),
      )
    },
    [Symbol.asyncDispose]: () => mailer.close(),
  }
}

function tagged(id: string, recipient = 0, purpose: 'bounce' | 'unsubscribe' | 'feedback' = 'bounce'): string {
  const keys = { domain: DOMAIN, keys: [Buffer.from(SECRET)] }
  return printReturnAddress({ purpose, id: id as QueueId, recipient }, keys)
}

const status = (action: string, above = ''): Buffer =>
  Buffer.from(
    `${above}Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.b.example\r\nTo: <x@y.example>\r\nSubject: Delivery\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt is ${action}.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.b.example\r\n\r\nFinal-Recipient: rfc822; you@b.example\r\nAction: ${action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n--b--\r\n`,
  )
const vacation = Buffer.from(
  'From: you@b.example\r\nTo: me@a.example\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n',
)

suite('what comes back to a return address', () => {
  test('goes on to the sender, from nobody, as it came below what shows the way, and is in the story', async () => {
    await using it = await world()
    const id = await it.accept()
    const to = tagged(id)
    const taken = await it.mailer.takeReport(status('failed'), { to })
    const [passed, ...more] = await it.passed()
    assert.deepEqual([passed?.from, passed?.to, more.length], ['', SENDER, 0])
    const rest = status('failed').toString().replace('Return-Path: <>\r\n', '')
    assert.match(
      passed?.text ?? '',
      /^Received: by mail\.a\.example \(Postrider\) id [0-9A-Z]{20};\r\n\t.*\r\nDelivered-To: b1-/,
    )
    assert.equal(passed?.text.slice(-rest.length), rest)
    const on = taken.recipients[0]?.passedOn
    assert.ok(on)
    const { lines, facts } = await it.mailer.explain(id)
    assert.ok(facts.some(({ fact }) => fact.kind === 'returned' && fact.passedOn === on))
    assert.ok(lines.some(({ text }) => text.endsWith(`It was passed on to the sender as message ${on}.`)))
  })
  test('keeps the octets that its writer signed, and is 7-bit where nobody signed it', async () => {
    await using it = await world()
    const id = await it.accept()
    const eightBit = (above: string): Buffer =>
      Buffer.from(status('failed', above).toString().replace('It is failed.', 'Unzustellbar: Empfänger unbekannt.'))
    const signed = eightBit('DKIM-Signature: v=1; d=mx.b.example; s=x; h=from; bh=; b=\r\n')
    await it.mailer.takeReport(signed, { to: tagged(id) })
    await it.mailer.takeReport(eightBit(''), { to: tagged(id, 1) })
    const [kept, converted] = await it.passed()
    const rest = signed.toString().replace('Return-Path: <>\r\n', '')
    assert.equal(kept?.text.slice(-rest.length), rest)
    assert.match(converted?.text ?? '', /^[\x00-\x7f]+$/)
    assert.match(converted?.text ?? '', /Empf=C3=A4nger/)
  })
  test('goes on once for each recipient and kind, however often it comes', async () => {
    await using it = await world()
    const id = await it.accept()
    for (let again = 0; again < 5; again++) {
      await it.mailer.takeReport(status('delayed'), { to: tagged(id) })
      await it.mailer.takeReport(status('failed'), { to: tagged(id) })
      await it.mailer.takeReport(vacation, { to: tagged(id) })
      await it.mailer.takeReport(status('failed'), { to: tagged(id, 1) })
    }
    assert.equal((await it.passed()).length, 4)
  })
  test('is for the operator alone where it is a complaint, an unsubscribing mail, or not proven', async () => {
    await using it = await world()
    const id = await it.accept()
    await it.mailer.takeReport(
      feedbackReport({ original: 'Message-ID: <1@a.example>\r\n', recipient: 'you@b.example' }),
      {
        to: tagged(id, 0, 'feedback'),
      },
    )
    await it.mailer.takeReport(vacation, { to: tagged(id, 0, 'unsubscribe') })
    const traces = Buffer.concat([status('failed'), Buffer.from(`X-Queue-Id: ${id}\r\n`)])
    await it.mailer.takeReport(traces)
    assert.deepEqual(await it.passed(), [])
  })
  test('never breeds: not for nobody, not again through here, and not what went round for long', async () => {
    await using it = await world({ passOn: 'sender', use: 'ours' })
    const ofNobody = await it.accept({ from: null })
    await it.mailer.takeReport(status('failed'), { to: tagged(ofNobody) })
    const id = await it.accept()
    await it.mailer.takeReport(status('failed', `Delivered-To: ${tagged(id).toUpperCase()}\r\n`), { to: tagged(id) })
    await it.mailer.takeReport(status('failed', 'Received: by x.example\r\n'.repeat(50)), { to: tagged(id) })
    const loop = await it.accept({ from: `other@${DOMAIN}` })
    await it.mailer.takeReport(status('failed'), { to: tagged(loop) })
    assert.equal((await it.store.list({})).length, 3, 'the three that were accepted')
  })
  test('goes to whom the options or the message say', async () => {
    await using silent = await world({})
    const id = await silent.accept()
    await silent.mailer.takeReport(status('failed'), { to: tagged(id) })
    assert.deepEqual(await silent.passed(), [], 'a program hears of it by facts')
    const asked = await silent.accept({ passOn: 'sender' })
    await silent.mailer.takeReport(status('failed'), { to: tagged(asked) })
    assert.equal((await silent.passed()).length, 1)
    await using telling = await world()
    const quiet = await telling.accept({ passOn: 'nobody' })
    await telling.mailer.takeReport(status('failed'), { to: tagged(quiet) })
    assert.deepEqual(await telling.passed(), [])
  })
  test('is not told and goes to nobody when somebody was taken out of the message', async () => {
    await using it = await world()
    for (const person of [SENDER, 'she@b.example']) {
      const id = await it.accept()
      await it.mailer.queue.cancel(id as QueueId)
      assert.equal((await it.mailer.messages.erase(person)).messages >= 1, true)
      const before = (await it.mailer.explain(id)).facts.length
      assert.deepEqual((await it.mailer.takeReport(status('failed'), { to: tagged(id) })).recipients, [])
      assert.equal((await it.mailer.explain(id)).facts.length, before)
    }
    assert.deepEqual(await it.store.list({}), [])
  })
})
