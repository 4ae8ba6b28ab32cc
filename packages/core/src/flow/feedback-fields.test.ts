import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createMailer } from '../api/create-mailer.ts'
import type { Mailer } from '../api/mailer.ts'
import type { AcceptOptions } from '../api/receipt.ts'
import type { MailerOptions } from '../config/options.ts'
import type { QueueId } from '../model/queue-id.ts'
import { openSqliteQueue } from '../queue/index.ts'
import { generateDkimKey } from '../sign/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { feedbackReport } from '../testing/feedback-report.ts'

const DOMAIN = 'bounces.a.example'
const URL_ROOT = 'https://mail.a.example/unsubscribe/'
const { pem } = await generateDkimKey({ domain: 'a.example', selector: 's', algorithm: 'ed25519-sha256' })
const ALL = {
  senderId: 'acme-mail',
  tags: ['campaign'],
  complaints: true,
  unsubscribe: 'all',
  unsubscribeUrl: URL_ROOT,
} as const

interface World extends AsyncDisposable {
  readonly mailer: Mailer
  /** Its header, unfolded, by name; several of one name in order. */
  header(
    above?: string,
    how?: Given,
  ): Promise<{ readonly id: string; readonly of: (name: string) => readonly string[] }>
}

interface Given extends AcceptOptions {
  readonly from?: string | null
  readonly author?: string
  readonly to?: readonly string[]
}

async function world(feedback: MailerOptions['feedback'] = ALL, more: MailerOptions = {}): Promise<World> {
  const clock = new FakeClock(Date.UTC(2026, 0, 5, 12))
  const store = await openSqliteQueue({ path: ':memory:', clock })
  const options: MailerOptions = {
    hostname: 'mail.a.example',
    preflight: 'off',
    queue: { path: ':memory:' },
    dkim: [{ domain: 'a.example', selector: 's', privateKey: pem }],
    returnPath: { domain: DOMAIN, keys: ['a secret of the tests alone'] },
    feedback,
    ...more,
  }
  const mailer = await createMailer(options, { store, clock, deliver: false, resolver: createFakeDns({}) })
  return {
    mailer,
    header: async (
      above = '',
      { from = 'me@a.example', author = 'me@a.example', to = ['you@b.example'], ...rest } = {},
    ) => {
      const raw = Buffer.from(`From: ${author}\r\nMessage-ID: <1@a.example>\r\n${above}\r\nhello\r\n`)
      const { id } = await mailer.accept(raw, { from, to }, rest)
      const text = Buffer.from((await store.read(id as QueueId)) ?? '').toString()
      const lines = text
        .slice(0, text.indexOf('\r\n\r\n'))
        .replaceAll(/\r\n[ \t]+/g, ' ')
        .split('\r\n')
      return {
        id,
        of: name =>
          lines.flatMap(line => (line.toLowerCase().startsWith(`${name}:`) ? [line.slice(name.length + 2)] : [])),
      }
    },
    [Symbol.asyncDispose]: () => mailer.close(),
  }
}

const FIELDS = ['list-unsubscribe', 'list-unsubscribe-post', 'cfbl-address', 'cfbl-feedback-id', 'feedback-id'] as const

suite('the fields by which people answer', () => {
  test('stand in mail to one recipient, each signed, and each leads back to that message and recipient', async () => {
    await using it = await world()
    const { id, of } = await it.header('', { tags: { campaign: 'spring 2026: x' }, feedbackId: 'forum' })
    const local = '1-[0-9a-z]{20}-0-[0-9a-z]{13}'
    assert.match(
      of('list-unsubscribe').join(),
      new RegExp(`^<${URL_ROOT}(u${local})>, <mailto:(u${local})@${DOMAIN}\\?subject=unsubscribe>$`),
    )
    assert.deepEqual(of('list-unsubscribe-post'), ['List-Unsubscribe=One-Click'])
    assert.match(of('cfbl-address').join(), new RegExp(`^f${local}@${DOMAIN}; report=arf$`))
    assert.equal(of('cfbl-feedback-id').join(), of('cfbl-address').join().split('@')[0])
    assert.deepEqual(of('feedback-id'), ['spring_2026_x:forum:acme-mail'])
    const signed = /h=([^;]+)/.exec(of('dkim-signature').join())?.[1]?.replaceAll(' ', '').split(':') ?? []
    for (const name of FIELDS) assert.ok(signed.includes(name), `${name} in ${signed}`)
    const [, written = ''] = /<mailto:([^?>]+)/.exec(of('list-unsubscribe').join()) ?? []
    const [complained = ''] = of('cfbl-address').join().split(';')
    const left = await it.mailer.takeReport(Buffer.from('Subject: unsubscribe\r\n\r\n'), { to: written })
    assert.deepEqual([left.kind, left.proof, left.messageId], ['unsubscribe', 'valid', id])
    const report = feedbackReport({ original: 'CFBL-Feedback-ID: x\r\n', recipient: 'redacted@b.example' })
    const told = await it.mailer.takeReport(report, { to: complained })
    assert.deepEqual([told.kind, told.proof, told.messageId], ['complaint', 'valid', id])
    const kinds = (await it.mailer.explain(id)).facts.map(({ fact }) => fact.kind)
    assert.deepEqual(kinds.slice(-4), ['unsubscribed', 'suppressed', 'complained', 'suppressed'])
  })
  test('are never beside those that the sender set', async () => {
    await using it = await world()
    const own = 'List-Unsubscribe: <https://x.example/>\r\nCFBL-Address: me@a.example\r\nFeedback-ID: a:b:c:other\r\n'
    const { of } = await it.header(own)
    assert.deepEqual(
      FIELDS.map(name => of(name).join()),
      ['<https://x.example/>', '', 'me@a.example', '', 'a:b:c:other'],
    )
  })
  test('are not where a signature of the sender says that there are none (RFC 6376 §5.4.2)', async () => {
    await using it = await world()
    const signature = (names: string): string =>
      `DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=own;\r\n\th=From:Subject:${names};\r\n\tbh=x; b=y\r\n`
    const { of } = await it.header(signature('List-Unsubscribe:\r\n\t CFBL-Address : feedback-id'))
    assert.deepEqual(
      FIELDS.flatMap(name => of(name)),
      [],
    )
    assert.equal((await it.header(signature('To:List-Id'))).of('list-unsubscribe').length, 1)
  })
  for (const [given, stands] of [
    ['https://počta.cz/u/', 'https://xn--pota-hua.cz/u/'],
    ['https://例え.jp/退订/', 'https://xn--r8jz45g.jp/%E9%80%80%E8%AE%A2/'],
    ['https://MAIL.a.example:443/u/', 'https://mail.a.example/u/'],
  ] as const) {
    test(`stand in ASCII alone, where the page is ${given}`, async () => {
      await using it = await world({ unsubscribe: 'all', unsubscribeUrl: given })
      const [field = ''] = (await it.header()).of('list-unsubscribe')
      assert.ok(field.startsWith(`<${stands}u1-`), field)
      assert.match(field, /^[ -~]+$/)
    })
  }
  test('are in no mail of nobody, and those with an address in none to several, who would share it', async () => {
    await using it = await world()
    const none = await it.header('', { from: null })
    assert.deepEqual(
      FIELDS.flatMap(name => none.of(name)),
      [],
    )
    const two = await it.header('', { to: ['you@b.example', 'she@b.example'] })
    assert.deepEqual(
      FIELDS.flatMap(name => two.of(name)),
      ['acme-mail'],
    )
  })
  test('are in no mail at all unless they are wanted', async () => {
    await using it = await world({})
    const { of } = await it.header('List-Id: <x.a.example>\r\n')
    assert.deepEqual(
      FIELDS.flatMap(name => of(name)),
      [],
    )
  })
  for (const [above, how, has] of [
    ['', {}, false],
    ['List-Id: <news.a.example>\r\n', {}, true],
    ['Precedence: Bulk\r\n', {}, true],
    ['Precedence: first-class\r\n', {}, false],
    ['', { unsubscribe: 'all' }, true],
    ['List-Id: <news.a.example>\r\n', { unsubscribe: 'as-given' }, false],
  ] as const) {
    test(`for lists alone: ${JSON.stringify(above)} with ${JSON.stringify(how)} has ${has ? 'one' : 'none'}`, async () => {
      await using it = await world({ unsubscribe: 'lists' })
      assert.equal((await it.header(above, how)).of('list-unsubscribe').length, has ? 1 : 0)
    })
  }
  test('without a page there is an address to write to, and no promise of one click', async () => {
    await using it = await world({ unsubscribe: 'all' })
    const { of } = await it.header()
    assert.match(of('list-unsubscribe').join(), /^<mailto:u1-[^>]+>$/)
    assert.deepEqual(of('list-unsubscribe-post'), [])
  })
  test('CFBL-Address is where a receiver believes it: the domain of From signs, and it is at or below that (RFC 9477 §3.1)', async () => {
    await using it = await world()
    assert.equal((await it.header('', { author: 'me@a.example' })).of('cfbl-address').length, 1)
    assert.equal(
      (await it.header('', { author: 'me@shop.a.example' })).of('cfbl-address').length,
      0,
      'signed by a.example',
    )
    assert.equal((await it.header('', { author: 'me@c.example' })).of('cfbl-address').length, 0, 'not signed')
    await using elsewhere = await world(ALL, {
      returnPath: { domain: 'bounces.c.example', keys: ['a secret of the tests alone'] },
    })
    assert.equal((await elsewhere.header()).of('cfbl-address').length, 0)
  })
  test('are taken by a reload, and what a caller asks for is checked', async () => {
    await using it = await world({})
    it.mailer.reload(await optionsWith(ALL))
    assert.equal((await it.header()).of('feedback-id').join(), 'acme-mail')
    await assert.rejects(
      it.header('', { unsubscribe: 'some' as never }),
      /unsubscribe: found "some", wanted one of as-given, lists, all/,
    )
    const bad = [
      { senderId: 'four' },
      { senderId: 'a:colon' },
      { unsubscribeUrl: 'http://x.example/' },
      { unsubscribeUrl: 'https://x.example/?a=' },
      { unsubscribeUrl: 'https://x.example/a,b/' },
      { unsubscribeUrl: 'https://x.example/"b/' },
      { unsubscribeUrl: 'https://user:password@x.example/' },
      { unsubscribeUrl: `https://x.example/${'退'.repeat(40)}/` },
    ]
    for (const feedback of bad) await assert.rejects(world(feedback), /feedback\./)
    await assert.rejects(world(ALL, { returnPath: {} }), /feedback\.complaints: found no returnPath\.domain/)
  })
})

async function optionsWith(feedback: MailerOptions['feedback']) {
  const { resolveOptions } = await import('../config/index.ts')
  return resolveOptions(
    {
      hostname: 'mail.a.example',
      queue: { path: ':memory:' },
      dkim: [{ domain: 'a.example', selector: 's', privateKey: pem }],
      returnPath: { domain: DOMAIN, keys: ['a secret of the tests alone'] },
      feedback,
    },
    { cwd: '.' },
  )
}
