import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer } from '../api/create-mailer.ts'
import type { Mailer } from '../api/mailer.ts'
import { MailerError } from '../model/error.ts'
import type { Fact } from '../model/fact.ts'
import { openSqliteQueue, type QueueStore } from '../queue/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { type FeedbackReportOptions, feedbackReport } from '../testing/feedback-report.ts'

const MINUTE = 60_000
const DAY = 86_400_000

interface World extends AsyncDisposable {
  readonly mailer: Mailer
  readonly store: QueueStore
  readonly clock: FakeClock
  readonly told: Fact[]
  /** The bytes of a message that is accepted now, and its id. */
  accept(
    to: readonly string[],
    more?: { readonly received?: boolean; readonly date?: string },
  ): Promise<{ id: string; text: string }>
}

async function world(): Promise<World> {
  const clock = new FakeClock(Date.UTC(2026, 0, 5, 12))
  const store = await openSqliteQueue({ path: ':memory:', clock })
  const options = { hostname: 'mail.a.example', preflight: 'off', queue: { path: ':memory:' } } as const
  const mailer = await createMailer(options, { store, clock, deliver: false, resolver: createFakeDns({}) })
  const told: Fact[] = []
  mailer.on('*', fact => told.push(fact))
  let count = 0
  return {
    mailer,
    store,
    clock,
    told,
    accept: async (to, { received = false, date } = {}) => {
      const header = `From: me@a.example\r\n${date === undefined ? '' : `Date: ${date}\r\n`}Message-ID: <${++count}@a.example>\r\n`
      const prepend = (id: string) => `Received: by mail.a.example (Postrider) with ESMTPSA id ${id};\r\n\tnow\r\n`
      const envelope = { from: 'me@a.example', to }
      const options = { account: 'forum', ...(received ? { prepend } : {}) }
      const { id } = await mailer.accept(Buffer.from(`${header}Subject: x\r\n\r\nhello\r\n`), envelope, options)
      return { id, text: (await store.read(id))?.toString() ?? '' }
    },
    [Symbol.asyncDispose]: () => mailer.close(),
  }
}

const report = (original: string, more: Partial<FeedbackReportOptions> = {}): Buffer =>
  feedbackReport({ original, ...more })

suite('a feedback report', () => {
  test('becomes a durable fact of its message, and the recipient is not mailed any more', async () => {
    await using it = await world()
    const { id, text } = await it.accept(['Reader@b.example'])
    await it.clock.advance(MINUTE)
    const answer = await it.mailer.feedback(report(text))
    assert.deepEqual(answer, { type: 'abuse', result: 'complained', messageId: id, recipient: 'Reader@b.example' })
    const facts = (await it.store.history(id as never)).map(({ fact }) => fact)
    assert.deepEqual(
      facts.map(({ kind }) => kind),
      ['queued', 'complained', 'suppressed'],
    )
    assert.deepEqual(facts[1], {
      kind: 'complained',
      messageId: id,
      at: it.clock.now(),
      account: 'forum',
      recipient: 'Reader@b.example',
      feedback: 'abuse',
      reporter: 'TestFBL/1',
    })
    assert.deepEqual(
      it.told.map(({ kind }) => kind),
      ['queued', 'complained', 'suppressed'],
    )
    const suppression = await it.mailer.suppression('reader@b.example')
    assert.equal(suppression?.failure.code, 'complained')
    assert.equal(suppression?.until, it.clock.now() + 365 * DAY)
    const story = await it.mailer.explain(id)
    assert.match(
      story.lines.map(line => line.text).join('\n'),
      /Reader@b\.example called it spam: a feedback report \(abuse\) came from TestFBL\/1\./,
    )
  })
  test('counts once, however often it is fed', async () => {
    await using it = await world()
    const { id, text } = await it.accept(['reader@b.example'])
    await it.mailer.feedback(report(text))
    const again = await Promise.all([1, 2, 3].map(() => it.mailer.feedback(report(text))))
    assert.deepEqual(
      again.map(({ result }) => result),
      ['known', 'known', 'known'],
    )
    assert.equal((await it.store.history(id as never)).length, 3)
  })
  test('suppresses nobody where that is not wanted', async () => {
    await using it = await world()
    const { text } = await it.accept(['reader@b.example'])
    assert.equal((await it.mailer.feedback(report(text), { suppress: false })).result, 'complained')
    assert.equal(await it.mailer.suppression('reader@b.example'), undefined)
  })
  test('is about the recipient it names, in any case of letters', async () => {
    await using it = await world()
    const { text } = await it.accept(['one@b.example', 'Two@b.example'])
    const fields = { type: 'fraud', recipient: 'two@B.example' }
    assert.equal((await it.mailer.feedback(report(text, fields))).recipient, 'Two@b.example')
    assert.equal(await it.mailer.suppression('one@b.example'), undefined)
  })
  test('that hides the recipient is about the only one, or about nobody', async () => {
    await using it = await world()
    const fields = { recipient: 'redacted-7f3a@isp.example' }
    const one = await it.accept(['one@b.example'])
    assert.equal((await it.mailer.feedback(report(one.text, fields))).recipient, 'one@b.example')
    const many = await it.accept(['two@b.example', 'three@b.example'])
    assert.deepEqual(await it.mailer.feedback(report(many.text, fields)), {
      type: 'abuse',
      result: 'unknown-recipient',
      messageId: many.id,
    })
    assert.equal((await it.store.history(many.id as never)).length, 1)
  })
  test('finds its message by the queue id in our Received line, whatever else was taken out', async () => {
    await using it = await world()
    const { id, text } = await it.accept(['reader@b.example'], {
      received: true,
      date: 'Thu, 01 Jan 1970 00:00:00 +0000',
    })
    const [received = ''] = /^Received: by mail.a.example[\s\S]*?now$/m.exec(text) ?? []
    assert.equal((await it.mailer.feedback(report(`${received}\r\nSubject: x\r\n\r\n`))).messageId, id)
  })
  test('finds it by its Message-ID when it was accepted soon after it was written, and not otherwise', async () => {
    await using it = await world()
    const soon = await it.accept(['reader@b.example'], { date: 'Mon, 05 Jan 2026 11:55:00 +0000' })
    assert.equal((await it.mailer.feedback(report(soon.text))).messageId, soon.id)
    const late = await it.accept(['reader@b.example'], { date: 'Mon, 05 Jan 2026 10:00:00 +0000' })
    assert.equal((await it.mailer.feedback(report(late.text))).result, 'unknown-message')
    const signed = `DKIM-Signature: v=1; d=a.example; s=s; t=${it.clock.now() / 1000}; b=x\r\n${late.text}`
    assert.equal((await it.mailer.feedback(report(signed))).messageId, late.id)
  })
  test('about a message that we do not know changes nothing: anyone can write one', async () => {
    await using it = await world()
    const { text } = await it.accept(['reader@b.example'])
    const forged = text.replace(/Message-ID: <\d+@/, 'Message-ID: <other@')
    const fields = { recipient: 'reader@b.example' }
    assert.deepEqual(await it.mailer.feedback(report(forged, fields)), { type: 'abuse', result: 'unknown-message' })
    assert.equal(await it.mailer.suppression('reader@b.example'), undefined)
  })
  test('that is no complaint changes nothing', async () => {
    await using it = await world()
    const { id, text } = await it.accept(['reader@b.example'])
    for (const type of ['not-spam', 'auth-failure', 'opt-out'])
      assert.deepEqual(await it.mailer.feedback(report(text, { type })), {
        type,
        result: 'no-complaint',
      })
    assert.equal((await it.store.history(id as never)).length, 1)
  })
  test('what is no report is refused', async () => {
    await using it = await world()
    await assert.rejects(
      it.mailer.feedback(Buffer.from('Subject: x\r\n\r\nhello')),
      error => MailerError.is(error) && error.code === 'invalid-message',
    )
  })
})
