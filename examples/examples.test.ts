/** Every example runs as its header says, against a DNS server and a mail host on loopback. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createMailer } from '@postrider/core'
import { type DnsServer, type FakeMx, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { createTransport } from 'nodemailer'
import { type Child, type Ended, startNode, startProgram } from '../test/support/child.ts'
import { startDevInbox } from '../test/support/dev-inbox.ts'
import { tempFolder } from '../test/support/folder.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../test/support/postgres.ts'

const DENY_NETWORK = join(import.meta.dirname, '../test/support/deny-network.ts')
const PROGRAM = join(import.meta.dirname, '../packages/cli/bin/postrider.js')
const VITEST = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const FROM = 'me@sender.test'
const TO = 'you@dest.test'
const postgres = findPostgres()

suite('examples', () => {
  const folder = tempFolder()
  let mx: FakeMx
  let dns: DnsServer

  before(async () => {
    mx = await startFakeMx()
    dns = await startDnsServer({
      'dest.test': { MX: ['10 mx.dest.test'] },
      'mx.dest.test': { A: ['127.0.0.1'] },
      'smarthost.example.net': { A: ['192.0.2.25'] },
    })
  })
  after(async () => {
    await mx.close()
    await dns.close()
  })

  function start(name: string, args: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Child {
    const env = {
      POSTRIDER_HOSTNAME: 'out.sender.test',
      POSTRIDER_DNS_SERVERS: dns.server,
      POSTRIDER_DELIVERY_PORT: String(mx.port),
      POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
      POSTRIDER_QUEUE_PATH: join(folder, `${name}.db`),
      POSTRIDER_PREFLIGHT: 'off',
      ...more,
    }
    return startNode(join(import.meta.dirname, `${name}.ts`), {
      args,
      env,
      cwd: folder,
      nodeOptions: ['--import', DENY_NETWORK],
    })
  }

  async function run(...example: Parameters<typeof start>): Promise<Ended> {
    const ended = await start(...example).ended()
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`)
    return ended
  }

  test('01 sends one message and tells how it ended', async () => {
    const { stdout } = await run('01-send-one', [FROM, TO])
    assert.match(stdout, /^queued \w+\nyou@dest\.test: delivered: 250 /)
  })

  test('02 makes a key, and is content when its record is published', async () => {
    const args = ['sender.test']
    const enforce = { POSTRIDER_PREFLIGHT: 'enforce', POSTRIDER_EGRESS_PUBLIC_ADDRESSES: '192.0.2.1' }
    const first = await start('02-dkim', args, enforce).ended()
    assert.equal(first.code, 1, first.stderr)
    const [, name = '', value = ''] = /^publish {2}(\S+) TXT (.*)$/m.exec(first.stdout) ?? []
    assert.match(name, /^postrider\._domainkey\.sender\.test$/)
    const published = await startDnsServer({
      'sender.test': { TXT: ['v=spf1 ip4:192.0.2.1 -all'], A: ['192.0.2.1'] },
      '_dmarc.sender.test': { TXT: ['v=DMARC1; p=reject'] },
      [name]: { TXT: [value] },
    })
    try {
      const { stdout } = await run('02-dkim', args, { ...enforce, POSTRIDER_DNS_SERVERS: published.server })
      assert.match(stdout, /^ok {2}dkim\.matches/m)
      assert.match(stdout, /^ok {2}spf\.covers-egress/m)
    } finally {
      await published.close()
    }
  })

  test('03 tells what happens, in order', async () => {
    const { stdout } = await run('03-watch-facts', [FROM, TO])
    assert.match(stdout, /^1 queued\n[\s\S]*connected to mx\.dest\.test: TLSv1\.3\n[\s\S]*^\d+ delivered\n$/m)
  })

  test('04 loses and doubles nothing, whenever it is told to stop: what was left is delivered by the next start', async () => {
    const before = mx.messages.length
    assert.match((await run('04-graceful-shutdown', [FROM, TO])).stdout, /^closed$/m)
    await using next = await createMailer({
      hostname: 'out.sender.test',
      dns: { servers: [dns.server] },
      delivery: { port: mx.port, allowPrivateAddresses: true },
      queue: { path: join(folder, '04-graceful-shutdown.db') },
      preflight: 'off',
    })
    await next.idle()
    assert.equal(mx.messages.length - before, 1)
  })

  test('05 delivers each message once, whichever worker takes it', { skip: !postgres && NO_POSTGRES }, async t => {
    const server = await startPostgres(postgres as string)
    t.after(() => server.remove())
    const before = mx.messages.length
    const { stdout } = await run('05-two-workers-postgres', [FROM, TO], { DATABASE_URL: await server.database() })
    assert.match(stdout, /^10 of 10 delivered$/m)
    assert.equal(new Set(stdout.match(/(?<=delivered )\w+$/gm)).size, 10)
    assert.equal(mx.messages.length - before, 10)
  })

  test('06 sends mail for one domain through its smarthost', async () => {
    const { stdout } = await run('06-smarthost-for-one-domain')
    assert.match(stdout, /^\S+: smarthost\.example\.net \[192\.0\.2\.25\]:587/)
    assert.match((await run('06-smarthost-for-one-domain', ['dest.test'])).stdout, /: mx\.dest\.test \[127\.0\.0\.1\]/)
  })

  test('07 takes mail from an app and delivers it, and 08 hears of it', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const receiver = start('08-webhooks', [], { SECRET: secret, PORT: '0' })
    const relay = await receiver.says(/listening on port (\d+)/).then(([, port]) =>
      start('07-relay-in-process', [], {
        POSTRIDER_RELAY_LISTEN: '127.0.0.1:0',
        POSTRIDER_RELAY_FOLDER: join(folder, 'relay'),
        POSTRIDER_RELAY_ACCOUNTS_0_NAME: 'forum',
        POSTRIDER_RELAY_ACCOUNTS_0_PASSWORD: 'a long one',
        POSTRIDER_RELAY_ACCOUNTS_0_SENDERS: '*@sender.test',
        POSTRIDER_RELAY_WEBHOOKS: JSON.stringify([{ url: `http://127.0.0.1:${port}/`, secret, events: ['delivered'] }]),
      }),
    )
    try {
      const [, port] = await relay.says(/listening on 127\.0\.0\.1:(\d+)/)
      const transport = createTransport({
        host: '127.0.0.1',
        port: Number(port),
        requireTLS: true,
        tls: { rejectUnauthorized: false },
        auth: { user: 'forum', pass: 'a long one' },
      })
      await transport.sendMail({ from: FROM, to: TO, subject: 'Hello', text: 'It works.\n' })
      await relay.says(/delivered to you@dest\.test: 250/)
      await receiver.says(/message\.delivered you@dest\.test: 250/)
    } finally {
      const [ended, told] = [await relay.stop(), await receiver.stop()]
      assert.deepEqual([ended.code, told.code], [0, 0], ended.stderr + told.stderr)
    }
  })

  test('10 moves from Resend to `postrider serve` by one variable', async t => {
    const cwd = tempFolder(t)
    const env = {
      POSTRIDER_HOSTNAME: 'out.sender.test',
      POSTRIDER_DNS_SERVERS: dns.server,
      POSTRIDER_DELIVERY_PORT: String(mx.port),
      POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
      POSTRIDER_QUEUE_PATH: join(cwd, 'queue.db'),
      POSTRIDER_PREFLIGHT: 'off',
      POSTRIDER_RELAY_LISTEN: '127.0.0.1:0',
      POSTRIDER_RELAY_SENDERS: '*@sender.test',
      POSTRIDER_RELAY_HTTP_LISTEN: '127.0.0.1:0/plain',
    }
    const program = (args: readonly string[]): Child =>
      startProgram(process.execPath, { args: [PROGRAM, ...args], env, cwd })
    assert.equal((await program(['user', 'add', 'app', '--generate']).ended()).code, 0)
    const made = await program(['key', 'add', 'app', '--account', 'app', '--json']).ended()
    assert.equal(made.code, 0, made.stderr)
    const { key } = JSON.parse(made.stdout) as { readonly key: string }
    const relay = program(['serve'])
    t.after(() => relay.stop())
    const base = await listeningForHttp(relay)
    const app = { RESEND_BASE_URL: base, RESEND_API_KEY: key }
    const refused = await start('10-resend-app', ['x@elsewhere.test', TO], app).ended()
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^validation_error: Sender <x@elsewhere\.test> is not allowed/)
    const { stdout } = await run('10-resend-app', [FROM, TO], app)
    assert.match(stdout, /^sent [0-9a-f-]{36}\n$/)
    await mx.waitFor(1)
    assert.match((await program(['key', 'list']).ended()).stdout, /app +app +send +any +any +never +\d{4}-/)
    const { code, stderr } = await relay.stop(60_000)
    assert.equal(code, 0, stderr)
  })

  test('11 tests with Vitest what an app sends', async t => {
    const { url, child } = await startDevInbox()
    t.after(() => child.stop())
    // Packages of this repository are loaded by Node as they are written, as it loads what was installed.
    const config = join(folder, 'vitest.config.mjs')
    const test = '{ testTimeout: 20_000, server: { deps: { external: [/packages.core/] } } }'
    const ssr = `{ resolve: { conditions: ['@postrider/source', 'node', 'module-sync'] } }`
    await writeFile(
      config,
      `export default { root: ${JSON.stringify(import.meta.dirname)}, ssr: ${ssr}, test: ${test} }`,
    )
    const env = { POSTRIDER_DEV_URL: url, NODE_OPTIONS: '--conditions=@postrider/source' }
    const args = [VITEST, 'run', '--config', config, '--reporter', 'verbose', '11-vitest']
    const ended = await startProgram(process.execPath, { args, env, cwd: folder }).ended()
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`)
    assert.match(ended.stdout, /2 passed/)
  })

  test('a webhook that somebody else has signed is not taken', async () => {
    const receiver = start('08-webhooks', [], { SECRET: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0', PORT: '0' })
    const [, port] = await receiver.says(/listening on port (\d+)/)
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })
    assert.equal(answer.status, 401)
    await receiver.stop()
  })
})

async function listeningForHttp(relay: Child): Promise<string> {
  for (let tries = 0; tries < 5000; tries++) {
    const place = /listening for HTTP on (127\.0\.0\.1:\d+)/.exec(relay.stderr())?.[1]
    if (place !== undefined) return `http://${place}`
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`it does not listen:\n${relay.stderr()}`)
}
