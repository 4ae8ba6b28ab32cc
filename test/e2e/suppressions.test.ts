/** The addresses that are not mailed, as their owner sees them: in the terminal, in the program, and in a queue of before. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, type TestContext, test } from 'node:test'
import { createMailer, type SuppressionEntry } from '@postrider/core'
import { createFakeDns, FakeClock } from '@postrider/core/testing'
import { migrate } from '../../packages/core/src/queue/migrate.ts'
import { MIGRATIONS } from '../../packages/core/src/queue/sqlite/thread/migrations.ts'
import { runScript } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { type Said, type Typed, type } from '../support/terminal.ts'
import { DRAFT, openWorld } from '../support/world.ts'

function terminal(t: TestContext): { cwd: string; run: (line: string, more?: Partial<Typed>) => Promise<Said> } {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.sender.test\npreflight: off\nqueue: { path: q.db }\n')
  return { cwd, run: (line, more) => type(line, { cwd, ...more }) }
}

const entries = ({ out }: Said): readonly SuppressionEntry[] =>
  out
    .trim()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as SuppressionEntry)

suite('postrider suppressions', () => {
  test('adds with a reason, lists page by page, and lifts', async t => {
    const { run } = terminal(t)
    assert.equal((await run('suppressions list')).out, 'no address is suppressed\n')
    const added = await run('suppressions add b@dest.test A@dest.test', { flags: { note: 'asked by phone' } })
    assert.deepEqual([added.code, added.out], [0, 'added: 2 addresses\n'])
    const listed = entries(await run('suppressions list', { json: true }))
    assert.deepEqual(
      listed.map(({ address, origin, rule, note }) => [address, origin, rule, note]),
      [
        ['A@dest.test', 'manual', 'operator.suppressed', 'asked by phone'],
        ['b@dest.test', 'manual', 'operator.suppressed', 'asked by phone'],
      ],
    )
    const page = await run('suppressions list', { flags: { limit: '1', after: 'A@dest.test' } })
    assert.match(page.out, /^b@dest\.test +manual +\S+ \S+ +lifted +asked by phone$/m)
    assert.doesNotMatch(page.out, /^A@dest/m)
    assert.equal((await run('suppressions remove a@dest.test')).out, 'removed: 1 address\n')
    const again = await run('suppressions remove a@dest.test')
    assert.deepEqual([again.code, again.err], [65, 'postrider: a@dest.test was not suppressed\n'])
    await assert.rejects(run('suppressions list', { flags: { origin: 'spite' } }), /--origin: found "spite"/)
    await assert.rejects(run('suppressions add nobody'), { code: 'invalid-address' })
  })

  test('an export is taken in elsewhere as it was, by CSV and by JSON lines', async t => {
    const { run } = terminal(t)
    const csv =
      'email,reason,origin,until\r\na@dest.test,"said ""no"", twice",complaint,2100-01-01T00:00:00Z\r\nb@dest.test,,,\r\n'
    assert.equal((await run('suppressions import -', { stdin: csv })).out, 'added: 2 addresses\n')
    const all = entries(await run('suppressions export', { json: true }))
    assert.deepEqual(
      all.map(({ address, origin, note, until }) => [address, origin, note, new Date(until).getUTCFullYear()]),
      [
        ['a@dest.test', 'complaint', 'said "no", twice', 2100],
        ['b@dest.test', 'manual', undefined, 9999],
      ],
    )
    for (const json of [false, true]) {
      const { out } = await run('suppressions export', { json })
      const other = terminal(t)
      assert.equal((await other.run('suppressions import -', { stdin: out })).code, 0)
      const since = (list: readonly SuppressionEntry[]) => list.map(entry => ({ ...entry, since: 0 }))
      assert.deepEqual(since(entries(await other.run('suppressions export', { json: true }))), since(all))
    }
    assert.equal(entries(await run('suppressions export', { json: true, flags: { origin: 'complaint' } })).length, 1)
  })

  test('lines that are wrong are told with their number and left out; the others count', async t => {
    const { cwd, run } = terminal(t)
    writeFileSync(join(cwd, 'list.txt'), 'a@dest.test\nnobody\n\n{"address": 5}\nb@dest.test')
    const { code, out, err } = await run('suppressions import list.txt', { flags: { days: '30' } })
    assert.deepEqual([code, out], [65, 'added: 2 addresses\n'])
    assert.equal(
      err,
      'postrider: list.txt:2: it has no @\npostrider: list.txt:4: found no address\npostrider: 2 lines were left out\n',
    )
  })

  test('a list of many addresses is taken in and given out in little memory', async t => {
    const { cwd } = terminal(t)
    const code = `
      const { type } = await import(${JSON.stringify(join(import.meta.dirname, '../support/terminal.ts'))})
      const { Readable } = await import('node:stream')
      async function* lines() { for (let n = 0; n < 100_000; n++) yield 'user' + n + '@dest.test\\n' }
      const { take, give } = await import(${JSON.stringify(join(import.meta.dirname, '../../packages/cli/src/command/suppression-file.ts'))})
      let bytes = 0
      const out = { interactive: false, write: text => { bytes += text.length } }
      const context = { out, err: out, json: false, env: {}, cwd: process.cwd(), stdin: Readable.from(lines(), { objectMode: false }), now: Date.now }
      const signal = new AbortController().signal
      await take({ args: ['-'], flags: {} }, context, signal)
      await give({ args: [], flags: {} }, context, signal)
      process.stdout.write(JSON.stringify({ bytes }))`
    const { code: exit, stdout, stderr } = await runScript(code, { cwd, nodeOptions: ['--max-old-space-size=40'] })
    assert.equal(exit, 0, stderr)
    assert.ok((JSON.parse(stdout) as { bytes: number }).bytes > 100_000 * 60)
  })
})

suite('mailer.suppressions', () => {
  test('an address that is added is not mailed, and its sender is told why', async () => {
    await using world = await openWorld()
    await world.mailer.suppressions.add({ address: 'you@dest.test', note: 'asked by phone' })
    const outcome = await (await world.mailer.send(DRAFT)).settled()
    const [recipient] = outcome.recipients
    assert.deepEqual([recipient?.state, recipient?.code], ['bounced', 'suppressed'])
    assert.match(recipient?.detail ?? '', /on the list of those that are not mailed: asked by phone/)
    assert.equal(await world.mailer.suppressions.remove('You@dest.test'), true)
    assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
  })

  test('a bounce stands in the list with the message that led to it', async () => {
    await using world = await openWorld({
      hosts: [{ answer: ({ verb }) => (verb === 'RCPT' ? '550 5.1.1 no such user' : undefined) }],
    })
    const { id, settled } = await world.mailer.send(DRAFT)
    await settled()
    const [entry] = await world.mailer.suppressions.list({ origin: 'bounce' })
    assert.deepEqual([entry?.address, entry?.messageId, entry?.note], ['you@dest.test', id, undefined])
    assert.deepEqual(await world.mailer.suppressions.find('YOU@dest.test'), entry)
  })

  test('what is asked wrongly is refused, and nothing is written', async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 1))
    const options = { hostname: 'mail.a.example', preflight: 'off', queue: { path: ':memory:' } } as const
    await using mailer = await createMailer(options, { clock, deliver: false, resolver: createFakeDns({}) })
    const list = mailer.suppressions
    const wrong: readonly (() => Promise<unknown>)[] = [
      () => list.add({ address: 'a@b.example', until: clock.now() }),
      () => list.add({ address: 'a@b.example', until: Number.NaN }),
      () => list.add({ address: 'a@b.example', note: 'x'.repeat(501) }),
      () => list.add({ address: 'a@b.example', origin: 'spite' as never }),
      () => list.list({ limit: 0 }),
      () => list.list({ origin: 'spite' as never }),
    ]
    for (const ask of wrong) await assert.rejects(ask, { name: 'MailerError', code: 'invalid-option' })
    await assert.rejects(
      list.addMany([{ address: 'a@b.example' }, { address: 'nobody' }]),
      /^MailerError: entry 2\.address: found "nobody"/,
    )
    assert.deepEqual(await list.list(), [])
  })
})

suite('a queue of before suppressions were a list', () => {
  test('keeps them, with their origin and the time since when', async t => {
    const folder = tempFolder(t)
    const path = join(folder, 'q.db')
    const db = new DatabaseSync(path)
    const old = MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(step => step.includes('suppression_origin')),
    )
    migrate({
      name: path,
      version: 0,
      migrations: old,
      apply: (sql, version) => db.exec(`${sql}; PRAGMA user_version = ${version}; PRAGMA application_id = 0x50737452`),
    })
    const day = 86_400_000
    const until = Date.now() + day
    const put = db.prepare('INSERT INTO suppression (address, until, json) VALUES (?, ?, ?)')
    const failure = (code: string, rule: string) => ({
      code,
      rule,
      scope: 'recipient',
      permanence: 'permanent',
      stage: 'rcpt',
      detail: 'gone',
      suppress: true,
    })
    const address = (local: string) => ({ local, domain: 'dest.test' })
    for (const [local, code, rule] of [
      ['gone', 'user-unknown', 'rfc5321.550'],
      ['angry', 'complained', 'feedback.complained'],
    ] as const)
      put.run(
        `${local}@dest.test`,
        until,
        JSON.stringify({ address: address(local), failure: failure(code, rule), until }),
      )
    db.close()
    await using mailer = await createMailer(
      { hostname: 'mail.a.example', preflight: 'off', queue: { path } },
      { deliver: false, resolver: createFakeDns({}) },
    )
    const found = await mailer.suppressions.list()
    assert.deepEqual(
      found.map(({ address, origin, since, until }) => [address, origin, (until - since) / day]),
      [
        ['angry@dest.test', 'complaint', 365],
        ['gone@dest.test', 'bounce', 30],
      ],
    )
    assert.ok(readFileSync(path).length > 0)
  })
})
