/**
 * postrider inbound test: a relay that other mail servers come to, and a command beside it that comes as one of them.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { type Clock, type MailerSeams, systemClock } from '@postrider/core'
import { createFakeDns, startFakeMx, type ZoneLiteral } from '@postrider/core/testing'
import { createRelay, type Relay } from '@postrider/relay'
import { tempFolder } from '../support/folder.ts'
import { type Said, type } from '../support/terminal.ts'

const ZONE: ZoneLiteral = {
  'bounces.abc.test': { MX: '10 mail.abc.test' },
  'mail.abc.test': { A: '127.0.0.1' },
}
const SECRET = 'a secret of sixteen and more'

/** The twenty seconds in which what was taken is waited for are over at once. */
const HASTY: Clock = {
  ...systemClock,
  after: (ms, ...rest) => systemClock.after(ms === 20_000 ? 0 : ms, ...rest),
}

interface World extends AsyncDisposable {
  readonly relay: Relay
  /** As the command line writes it, about a queue in this folder. */
  test(options?: {
    readonly zone?: ZoneLiteral
    readonly secret?: string
    readonly port?: number
    readonly queue?: string
    readonly json?: boolean
    readonly clock?: Clock
    /** Of its configuration. */
    readonly more?: readonly string[]
  }): Promise<Said>
}

async function openWorld(folder: string): Promise<World> {
  const returnPath = { domain: 'bounces.abc.test', keys: [SECRET] }
  const seams: MailerSeams = { resolver: createFakeDns(ZONE) }
  const relay = await createRelay(
    {
      hostname: 'mail.abc.test',
      preflight: 'off',
      returnPath,
      queue: { path: join(folder, 'queue.db') },
      relay: { listen: ['127.0.0.1:0'], inbound: { listen: ['127.0.0.1:0/starttls'] } },
    },
    { ...seams, deliver: false },
  )
  const { port } = (await relay.listen()).at(-1)!
  return {
    relay,
    test: async ({
      zone = ZONE,
      secret = SECRET,
      port: asked = port,
      queue = 'queue.db',
      json = false,
      clock,
      more = [],
    } = {}) => {
      const config = [
        'hostname: mail.abc.test',
        `returnPath: { domain: bounces.abc.test, keys: ["${secret}"] }`,
        `queue: { path: ${queue} }`,
        `delivery: { port: ${asked}, allowPrivateAddresses: true }`,
        // By its MX all the same.
        'routes: [{ domain: "*", host: smarthost.test, port: 25 }]',
        ...more,
      ]
      writeFileSync(join(folder, 'postrider.yaml'), `${config.join('\n')}\n`)
      return type('inbound test', {
        cwd: folder,
        json,
        seams: { resolver: createFakeDns(zone), ...(clock && { clock }) },
      })
    },
    [Symbol.asyncDispose]: () => relay.close(),
  }
}

interface Step {
  readonly step: string
  readonly level: string
  readonly found: string
}

suite('postrider inbound test', () => {
  test('says step by step how an answer came to this queue by the MX, and leaves nothing behind', async t => {
    const folder = tempFolder(t)
    await using world = await openWorld(folder)
    const { out, code } = await world.test({ json: true })
    const { steps, nonce, to } = JSON.parse(out) as { steps: Step[]; nonce: string; to: string }
    assert.deepEqual(
      steps.map(({ step, level }) => `${step} ${level}`),
      ['mx ok', 'connection ok', 'tls warn', 'answer ok', 'record ok'],
      out,
    )
    // The certificate that a relay makes for itself.
    assert.equal(code, 1)
    assert.match(to, new RegExp(`^b1-${nonce.toLowerCase()}-0-.{13}@bounces\\.abc\\.test$`))
    assert.match(steps[1]!.found, /^mail\.abc\.test \[127\.0\.0\.1\]$/)
    assert.match(steps[3]!.found, /^250 /)
    const { facts } = await world.relay.mailer.explain(nonce)
    assert.deepEqual(
      facts.map(({ fact }) => fact.kind),
      ['queued', 'held', 'auto-replied', 'cancelled'],
    )
    assert.equal((await world.relay.mailer.queue.counts()).messages, 0)
    const text = (await world.test()).out
    assert.match(text, /^an automatic answer to b1-.*, by its MX:\nok +MX: mail\.abc\.test\nok +connection: /)
    assert.match(text, /warn +TLS: TLSv1\.3, with a certificate that proves nothing: .*\n +fix: give the relay/)
  })
  test('says where it ends: no MX, nobody there, other keys, another host that takes it', async t => {
    const folder = tempFolder(t)
    await using world = await openWorld(folder)
    const last = async (options: Parameters<World['test']>[0]): Promise<readonly [Step, number]> => {
      const { out, code } = await world.test({ ...options, json: true })
      assert.equal((await world.relay.mailer.queue.counts()).messages, 0)
      return [(JSON.parse(out) as { steps: Step[] }).steps.at(-1)!, code]
    }
    const [noMx, code] = await last({ zone: { 'bounces.abc.test': { MX: '0 .' } } })
    assert.deepEqual([noMx.step, noMx.level, code], ['mx', 'fail', 2])
    const mx = await startFakeMx()
    const { port } = mx
    await mx.close()
    const [nobody] = await last({ port })
    assert.deepEqual([nobody.step, nobody.level], ['connection', 'fail'])
    const [refused] = await last({ secret: 'another secret of sixteen' })
    assert.deepEqual([refused.step, refused.level], ['answer', 'fail'])
    assert.match(refused.found, /^550 5\.1\.1 /)
    await using elsewhere = await startFakeMx()
    const [missing] = await last({ port: elsewhere.port, clock: HASTY })
    assert.deepEqual([missing.step, missing.level], ['record', 'fail'])
    const [sent] = elsewhere.messages
    assert.equal(sent?.from, '')
    assert.match(sent?.content.toString() ?? '', /^Auto-Submitted: auto-replied\r$/m)
  })
  test('a TLSA record of another certificate is told as TLS, and what we demand of others is not demanded of us', async t => {
    const folder = tempFolder(t)
    await using world = await openWorld(folder)
    const { port } = world.relay.addresses.at(-1)!
    const signed = Object.fromEntries(
      Object.entries(ZONE).map(([name, records]) => [name, { ...records, authentic: true }]),
    )
    const zone = { ...signed, [`_${port}._tcp.mail.abc.test`]: { TLSA: [`3 1 1 ${'0'.repeat(64)}`], authentic: true } }
    const stepsOf = async (options: Parameters<World['test']>[0]): Promise<readonly Step[]> =>
      (JSON.parse((await world.test({ ...options, json: true })).out) as { steps: Step[] }).steps
    const [, , tls] = await stepsOf({ zone })
    assert.deepEqual([tls?.step, tls?.level], ['tls', 'fail'])
    const strict = await stepsOf({ more: ['tls: { minimum: verified }'] })
    assert.deepEqual(
      strict.map(({ step, level }) => `${step} ${level}`),
      ['mx ok', 'connection ok', 'tls warn', 'answer ok', 'record ok'],
    )
  })
  test('wants a domain of return addresses, and a queue', async t => {
    const cwd = tempFolder(t)
    writeFileSync(join(cwd, 'postrider.yaml'), 'hostname: mail.abc.test\nqueue: { path: none/queue.db }\n')
    await assert.rejects(type('inbound test', { cwd }), /returnPath\.domain/)
    writeFileSync(
      join(cwd, 'postrider.yaml'),
      `hostname: mail.abc.test\nqueue: { path: none/queue.db }\nreturnPath: { domain: bounces.abc.test, keys: ["${SECRET}"] }\n`,
    )
    const { code, err } = await type('inbound test', { cwd })
    assert.deepEqual([code, /none\/queue\.db/.test(err)], [75, true])
  })
})
