import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { type Logger, MailerError } from '@postrider/core'
import { FakeClock, makeCertificate } from '@postrider/core/testing'
import { type AcmeOrder, makeSelfSigned } from '../certificate/index.ts'
import { resolveRelayOptions } from '../config/options.ts'
import { startHook } from '../testing/hook.ts'
import { AcmeRenewal } from './acme-renewal.ts'

const root = await mkdtemp(join(tmpdir(), 'postrider-acme-'))
after(() => rm(root, { recursive: true }))
const nothing = (): void => undefined
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => SILENT }
const DAY = 86_400_000
const LOOK = DAY / 2

/** A renewal in a folder, with an authority that gives certificates for as many days as wanted. */
async function renewal(
  folder: string,
  {
    clock,
    names = ['mail.abc.mail'],
    days = 90,
    fails = false,
  }: {
    readonly clock: FakeClock
    readonly names?: readonly string[]
    readonly days?: number
    readonly fails?: boolean
  },
) {
  const config = await resolveRelayOptions({
    hostname: 'mail.abc.mail',
    queue: { path: join(folder, 'queue.db') },
    relay: { acme: { names, listen: '127.0.0.1:0' } },
  })
  const ordered: (readonly string[])[] = []
  const keys: (string | undefined)[] = []
  const errors: unknown[] = []
  const logger: Logger = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: line => errors.push(line),
    child: () => logger,
  }
  const it = new AcmeRenewal({
    config,
    acme: config.relay.acme!,
    clock,
    logger,
    onNew: async () => undefined,
    order: async ({ names, key: kept }: AcmeOrder) => {
      ordered.push(names)
      keys.push(kept)
      if (fails) throw new Error('too many certificates')
      const notBefore = new Date(clock.now())
      const { cert, key } = makeCertificate({ names, notBefore, notAfter: new Date(clock.now() + days * DAY) })
      return { certificate: cert, privateKey: key }
    },
  })
  it.start()
  const looked = async (): Promise<void> => clock.armed(1)
  await looked()
  return { it, ordered, keys, errors, looked }
}

const folder = (): Promise<string> => mkdtemp(join(root, 'f-'))

suite('a certificate is ordered only when it is due', () => {
  test('not at the next start, and not when it is looked at again', async () => {
    const clock = new FakeClock()
    const place = await folder()
    const first = await renewal(place, { clock })
    assert.deepEqual(first.ordered, [['mail.abc.mail']])
    await clock.advance(LOOK)
    await first.looked()
    await first.it.close()
    const second = await renewal(place, { clock })
    await second.it.close()
    assert.equal(first.ordered.length, 1)
    assert.equal(second.ordered.length, 0)
  })
  test('thirty days before a certificate of ninety ends', async () => {
    const clock = new FakeClock()
    const place = await folder()
    await (await renewal(place, { clock })).it.close()
    await clock.advance(59 * DAY)
    const before = await renewal(place, { clock })
    assert.equal(before.ordered.length, 0)
    await before.it.close()
    await clock.advance(DAY + LOOK)
    const due = await renewal(place, { clock })
    assert.equal(due.ordered.length, 1)
    await due.it.close()
  })
  test('with the key of the one before, which a TLSA record may name (RFC 7671 §5.1)', async () => {
    const clock = new FakeClock()
    const place = await folder()
    const first = await renewal(place, { clock })
    await first.it.close()
    assert.deepEqual(first.keys, [undefined])
    await clock.advance(60 * DAY + LOOK)
    const second = await renewal(place, { clock, names: ['mail.abc.mail', 'mx.abc.mail'] })
    await second.it.close()
    assert.match(second.keys[0] ?? '', /^-----BEGIN (?:EC )?PRIVATE KEY-----/)
  })
  test('the first time with the key that is shown until then, which a TLSA record may name too', async () => {
    const clock = new FakeClock()
    const place = await folder()
    const privateKeyFile = join(place, 'certificates', 'self-signed.key')
    const certificateFile = join(place, 'certificates', 'self-signed.crt')
    await mkdir(join(place, 'certificates'))
    await makeSelfSigned({ names: ['mail.abc.mail'], certificateFile, privateKeyFile, now: clock.now() })
    const first = await renewal(place, { clock })
    await first.it.close()
    assert.equal(first.keys[0]?.trim(), (await readFile(privateKeyFile, 'utf8')).trim())
    // Of another authority, put there by hand: it has a life of its own.
    const other = await folder()
    await mkdir(join(other, 'certificates'))
    const issuer = makeCertificate({ names: ['authority'] })
    const { cert, key } = makeCertificate({ names: ['web.abc.mail'], issuer })
    await writeFile(join(other, 'certificates', 'web.pem'), `${cert}\n${key}`)
    const second = await renewal(other, { clock })
    await second.it.close()
    assert.deepEqual(second.keys, [undefined])
  })
  test('when a third is left of one that lives six days', async () => {
    const clock = new FakeClock()
    const place = await folder()
    await (await renewal(place, { clock, days: 6 })).it.close()
    await clock.advance(3 * DAY)
    const before = await renewal(place, { clock, days: 6 })
    assert.equal(before.ordered.length, 0)
    await before.it.close()
    await clock.advance(1.5 * DAY)
    const due = await renewal(place, { clock, days: 6 })
    assert.equal(due.ordered.length, 1)
    await due.it.close()
  })
  test('when a name is wanted that it has not, and not when one is wanted less', async () => {
    const clock = new FakeClock()
    const place = await folder()
    await (await renewal(place, { clock, names: ['mail.abc.mail', 'smtp.abc.mail'] })).it.close()
    const fewer = await renewal(place, { clock, names: ['SMTP.abc.mail'] })
    assert.equal(fewer.ordered.length, 0)
    await fewer.it.close()
    const more = await renewal(place, { clock, names: ['mail.abc.mail', 'mx.abc.mail'] })
    assert.equal(more.ordered.length, 1)
    await more.it.close()
  })
  test('again after an hour when the authority refused', async () => {
    const clock = new FakeClock()
    const { it, ordered, errors, looked } = await renewal(await folder(), { clock, fails: true })
    await clock.advance(DAY / 24)
    await looked()
    assert.equal(ordered.length, 2)
    assert.equal(errors.length, 2)
    await it.close()
  })
})

suite('a DNS challenge', () => {
  for (const fails of [false, true])
    test(`is set and cleared by the hook${fails ? ', also when the order fails' : ''}`, async () => {
      const clock = new FakeClock()
      await using hook = await startHook()
      const place = await folder()
      const config = await resolveRelayOptions({
        hostname: 'mail.abc.mail',
        queue: { path: join(place, 'queue.db') },
        relay: { acme: { challenge: 'dns-01', dnsHook: hook.options.url } },
      })
      const it = new AcmeRenewal({
        config,
        acme: config.relay.acme!,
        clock,
        logger: SILENT,
        onNew: async () => undefined,
        order: async ({ names, kind, answer }: AcmeOrder) => {
          const clear = await answer({ kind, name: 'mail.abc.mail', token: 't', answer: 'digest' })
          try {
            if (fails) throw new Error('the record was not found')
            const { cert, key } = makeCertificate({ names })
            return { certificate: cert, privateKey: key }
          } finally {
            await clear()
          }
        },
      })
      it.start()
      await clock.armed(1)
      await it.close()
      assert.deepEqual(
        hook.told.map(body => JSON.parse(body)),
        ['set', 'clear'].map(action => ({ action, name: '_acme-challenge.mail.abc.mail', value: 'digest' })),
      )
    })
  test('needs a hook', async () => {
    const config = await resolveRelayOptions({ hostname: 'mail.abc.mail', relay: { acme: { challenge: 'dns-01' } } })
    assert.throws(
      () =>
        new AcmeRenewal({
          config,
          acme: config.relay.acme!,
          clock: new FakeClock(),
          logger: SILENT,
          onNew: async () => undefined,
        }),
      error => MailerError.is(error) && error.where === 'relay.acme.dnsHook',
    )
  })
})

test('a challenge is put where something listens anyway, and taken away', async () => {
  const config = await resolveRelayOptions({
    hostname: 'mail.abc.mail',
    queue: { path: join(await folder(), 'queue.db') },
    relay: { acme: { names: ['mail.abc.mail'] } },
  })
  const answers = new Map<string, string>()
  const seen: (string | undefined)[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const it = new AcmeRenewal({
    config,
    acme: config.relay.acme!,
    clock: new FakeClock(),
    logger: SILENT,
    onNew: async () => resolve(),
    answers,
    order: async ({ names, answer }: AcmeOrder) => {
      const hide = await answer({ kind: 'http-01', name: 'mail.abc.mail', token: 'a', answer: 'a.b' })
      seen.push(answers.get('a'))
      await hide()
      seen.push(answers.get('a'))
      const { cert, key } = makeCertificate({ names })
      return { certificate: cert, privateKey: key }
    },
  })
  it.start()
  await promise
  assert.deepEqual(seen, ['a.b', undefined])
  await it.close()
})
