/**
 * The life of a relay: whether it is ready from its start to its end, and how long its end waits. Time is the test's.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Logger } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { Prometheus } from '../admin/index.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { createRelay } from '../relay.ts'
import { plain } from '../testing/raw-client.ts'
import { PASSWORD, startTestRelay, type TestRelay, USER } from '../testing/test-relay.ts'
import { Certificates } from '../upkeep/certificates.ts'
import { Disk } from '../upkeep/free-disk.ts'
import { currentOf, type RelayContext } from './context.ts'
import { PublicPart } from './public-part.ts'
import { readinessOf } from './readiness.ts'

const FROM = 'board@abc.mail'
const DAY = 86_400_000
const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }

/** The checks that are not well, by name. */
async function missing({ relay }: Pick<TestRelay, 'relay'>): Promise<Readonly<Record<string, string>>> {
  const { ready, checks } = await relay.readiness()
  const bad = checks.filter(({ ok }) => !ok)
  assert.equal(ready, bad.length === 0)
  return Object.fromEntries(bad.map(({ name, detail }) => [name, detail]))
}

suite('a relay is ready', () => {
  test('when it listens, and no more when it closes', async () => {
    await using it = await startTestRelay({}, { clock: new FakeClock() })
    assert.deepEqual(await missing(it), {})
    await it.relay.close({ withinMs: 0 })
    assert.equal((await missing(it)).listeners, 'not listening')
  })
  test('not before it listens', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'postrider-life-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const relay = await createRelay(
      {
        hostname: 'mail.abc.mail',
        preflight: 'off',
        queue: { path: join(folder, 'queue.db') },
        relay: { listen: ['127.0.0.1:0'] },
      },
      { deliver: false, clock: new FakeClock() },
    )
    assert.deepEqual(await missing({ relay }), { listeners: 'not listening' })
    await relay.close({ withinMs: 0 })
  })
  test('while the disk has room', async t => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    const config = await resolveRelayOptions({
      hostname: 'mail.abc.mail',
      queue: { path: join(it.folder, 'queue.db') },
    })
    const certificates = new Certificates({ config, clock, logger: SILENT })
    await certificates.open()
    const disk = new Disk({ folder: it.folder, leastFreeBytes: () => Number.MAX_SAFE_INTEGER, clock })
    t.after(() => {
      certificates.close()
      disk.close()
    })
    const current = await currentOf(config)
    const context: RelayContext = {
      mailer: it.relay.mailer,
      current,
      clock,
      logger: SILENT,
      metrics: new Prometheus(),
      folder: it.folder,
      capture: undefined,
      publicPart: new PublicPart(current),
    }
    assert.equal((await readinessOf(context, certificates, disk)).ready, true, 'nobody has looked yet')
    await disk.watch()
    const { ready, checks } = await readinessOf(context, certificates, disk)
    assert.equal(ready, false)
    assert.match(checks.find(({ name }) => name === 'disk')?.detail ?? '', /^\d+ MiB free, 128 MiB wanted$/)
  })
  test('while its certificate is valid', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    clock.step(30 * 365 * DAY)
    assert.match((await missing(it)).certificate ?? '', /self-signed\.crt, valid to /)
  })
  test('while its queue answers', async () => {
    await using it = await startTestRelay({}, { clock: new FakeClock() })
    await it.relay.mailer.close({ withinMs: 0 })
    assert.deepEqual(Object.keys(await missing(it)), ['queue'])
  })
})

suite('the end of a relay', () => {
  test('waits for a message that is under way, as long as it was given and no longer', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using busy = await it.login()
    await busy.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    let closed = false
    const closing = it.relay.close({ withinMs: 20_000 }).then(() => {
      closed = true
    })
    await clock.armed(20_000)
    await clock.advance(19_999)
    assert.equal(closed, false)
    await clock.advance(1)
    await busy.rest()
    await closing
    assert.deepEqual(await missing(it).then(Object.keys), ['queue', 'listeners'])
  })
  test('comes at once when nothing is under way, however long it was given', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using idle = await it.login()
    const ended = idle.rest()
    await it.relay.close({ withinMs: 3_600_000 })
    assert.match(await ended, /^421 4\.3\.2 /)
  })
  test('is the same when it is asked for twice, and is cut by destroy', async () => {
    const clock = new FakeClock()
    await using it = await startTestRelay({}, { clock })
    using client = await it.connect()
    await client.ask('EHLO forum')
    await client.ask(`AUTH PLAIN ${plain(USER, PASSWORD)}`)
    await client.askAll(`MAIL FROM:<${FROM}>`, 'RCPT TO:<a@dest.example>', 'DATA')
    it.relay.destroy()
    assert.equal(await client.rest(), '')
    await it.relay.close({ withinMs: 3_600_000 })
    await it.relay.close()
  })
})
