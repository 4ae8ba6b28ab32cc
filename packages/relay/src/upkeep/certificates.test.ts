import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, type TestContext, test } from 'node:test'
import { type Logger, MailerError } from '@postrider/core'
import { type Certificate, FakeClock, makeAuthority, makeCertificate } from '@postrider/core/testing'
import { type RelayOptions, resolveRelayOptions } from '../config/options.ts'
import { Certificates } from './certificates.ts'

const DAY = 86_400_000
const POLL_MS = 60_000
const authority = makeAuthority('Authority')

interface World {
  readonly clock: FakeClock
  readonly folder: string
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  readonly certificates: Certificates
  configure(relay?: RelayOptions['relay']): ReturnType<typeof resolveRelayOptions>
  /** Writes a pair into the folder that is watched. */
  put(name: string, pair: Certificate): void
  /** Waits until the files were looked at once more. */
  looked(): Promise<void>
}

async function world(t: TestContext): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'postrider-certificates-'))
  const clock = new FakeClock()
  const lines: Readonly<Record<string, unknown>>[] = []
  const add = (fields: Readonly<Record<string, unknown>>): void => void lines.push(fields)
  const logger: Logger = { debug: add, info: add, warn: add, error: add, child: () => logger }
  const configure: World['configure'] = relay =>
    resolveRelayOptions({
      hostname: 'mail.abc.mail',
      queue: { path: join(folder, 'queue.db') },
      ...(relay === undefined ? {} : { relay }),
    })
  const certificates = new Certificates({ config: await configure(), clock, logger })
  t.after(() => {
    certificates.close()
    rmSync(folder, { recursive: true })
  })
  mkdirSync(join(folder, 'certificates'))
  return {
    clock,
    folder,
    lines,
    certificates,
    configure,
    put: (name, { cert, key }) => {
      writeFileSync(join(folder, 'certificates', `${name}.crt`), cert)
      writeFileSync(join(folder, 'certificates', `${name}.key`), key)
    },
    looked: async () => {
      await clock.advance(POLL_MS)
      await certificates.reload()
    },
  }
}

const issued = (name: string, clock: FakeClock, days: number): Certificate =>
  makeCertificate({
    names: [name],
    issuer: authority,
    notBefore: new Date(clock.now() - DAY),
    notAfter: new Date(clock.now() + days * DAY),
  })
const shownBy = ({ certificates }: World): string => certificates.check(0).detail

suite('the certificates in use', () => {
  test('begin with one that is made, which is told and is valid now', async t => {
    const it = await world(t)
    const told = await it.certificates.open()
    assert.match(told.join(), /Made a self-signed certificate for mail\.abc\.mail: .*self-signed\.crt/)
    assert.equal(it.certificates.check(it.clock.now()).ok, true)
    assert.deepEqual([...(it.certificates.contexts?.byName.keys() ?? [])], ['mail.abc.mail'])
  })
  test('are those found, and then none is made', async t => {
    const it = await world(t)
    it.put('real', issued('mail.abc.mail', it.clock, 90))
    assert.deepEqual(await it.certificates.open(), [])
    assert.match(shownBy(it), /real\.crt, valid to 2026-04-05/)
  })
  test('change when the files do, without a reload, for the handshakes to come', async t => {
    const it = await world(t)
    it.put('real', issued('mail.abc.mail', it.clock, 1))
    await it.certificates.open()
    const before = it.certificates.contexts
    it.put('real', issued('mail.abc.mail', it.clock, 90))
    await it.looked()
    assert.notEqual(it.certificates.contexts, before)
    assert.match(shownBy(it), /valid to 2026-04-05/)
  })
  test('stay as they were when a file is damaged, and the trouble is told once', async t => {
    const it = await world(t)
    it.put('real', issued('mail.abc.mail', it.clock, 90))
    await it.certificates.open()
    const before = it.certificates.contexts
    it.put('real', { cert: '-----BEGIN CERTIFICATE-----\nAA', key: 'x' })
    await it.looked()
    await it.looked()
    assert.equal(it.certificates.contexts, before)
    assert.equal(it.certificates.check(it.clock.now()).ok, true)
    assert.ok(it.lines.filter(line => line.event === 'certificate-problem').length <= 1)
  })
  test('are not ready when the best has run out', async t => {
    const it = await world(t)
    it.put('real', issued('mail.abc.mail', it.clock, 2))
    await it.certificates.open()
    assert.equal(it.certificates.check(it.clock.now()).ok, true)
    await it.clock.advance(3 * DAY)
    assert.equal(it.certificates.check(it.clock.now()).ok, false)
  })
  test('are by default the one for our own name, among several', async t => {
    const it = await world(t)
    it.put('a', issued('other.abc.mail', it.clock, 300))
    it.put('b', issued('*.abc.mail', it.clock, 90))
    await it.certificates.open()
    assert.match(it.certificates.fallback?.source ?? '', /b\.crt$/)
  })
  test('of another configuration are taken when all of them can be read, and before that nothing is changed', async t => {
    const it = await world(t)
    await it.certificates.open()
    const [certificateFile, privateKeyFile] = [join(it.folder, 'named.crt'), join(it.folder, 'named.key')]
    const config = await it.configure({ certificates: [{ certificateFile, privateKeyFile }] })
    await assert.rejects(
      it.certificates.prepare(config),
      error => MailerError.is(error) && error.where === 'relay.certificates',
    )
    const { cert, key } = issued('mail.abc.mail', it.clock, 90)
    writeFileSync(certificateFile, cert)
    writeFileSync(privateKeyFile, key)
    const take = await it.certificates.prepare(config)
    assert.match(shownBy(it), /self-signed\.crt/)
    await take()
    assert.match(shownBy(it), /named\.crt/)
  })
})
