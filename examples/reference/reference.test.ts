/** The examples of docs/reference, each run as a program, against a DNS server and a mail host on loopback. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type DnsServer, type FakeMx, startDnsServer, startFakeMx } from '@postrider/core/testing'
import { startResendWorld } from '../../test/resend/world.ts'
import { type Ended, startNode } from '../../test/support/child.ts'
import { tempFolder } from '../../test/support/folder.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../../test/support/postgres.ts'

const DENY_NETWORK = join(import.meta.dirname, '../../test/support/deny-network.ts')

/** What each says, from its first line on. */
const SAYS: Readonly<Record<string, RegExp>> = {
  mailer: /^true true\nyou@dest\.test delivered\n1 taken back\nneeds a restart: queue.cards\n$/,
  message: /^ada@dest\.test\nada@dest\.test\n$/,
  queue: /^true waiting\n[\s\S]*delivered[\s\S]*\n1 message in the history\n$/,
  suppressions: /^bounced .+\ngone@dest\.test manual asked by phone\ntrue 0\n$/,
  options: /^0 messages wait\nout\.sender\.test\ninvalid-option\n$/,
  facts: /^heard: you@dest\.test 250 .+\nread: queued\nread: delivered\n$/,
  errors: /^invalid-address to "?nobody"? .+\nbounced user-unknown 550 5\.1\.1 .+\n$/,
  checks: /^(?:\w+ spf\.\S+ .+\n)+mx\.dest\.test 127\.0\.0\.1\n$/,
  records: /^mail2026\._domainkey\.sender\.test v=DKIM1; k=rsa; p=\n\[ true, true \]\ntrue\n$/,
  seams: /^(?:(?:info|warn): .+\n)+[\s\S]*^postrider\S* 1$/m,
  reports: /^true\ncomplaint\n$/,
  testing: /^0\nsomeone@user\.test\n$/,
  nodemailer: /^you@dest\.test 250 2\.0\.0 Ok: queued as\ndelivered\n$/,
  language: /^zh-TW\n\S.*\n信箱\S*\nno such remedy\n$/,
  relay: /^takes mail at 127\.0\.0\.1:\d+\ndelivered\n$/,
}
const BY_THEMSELVES = ['http', 'postgres', 'reference.test']
const postgres = findPostgres()

suite('an example of the reference', { concurrency: 2 }, () => {
  let mx: FakeMx
  let refusing: FakeMx
  let dns: DnsServer

  before(async () => {
    mx = await startFakeMx()
    refusing = await startFakeMx({
      address: '127.0.0.2',
      port: mx.port,
      answer: ({ verb }) => (verb === 'RCPT' ? '550 5.1.1 No such user here' : undefined),
    })
    dns = await startDnsServer({
      'dest.test': { MX: ['10 mx.dest.test'] },
      'mx.dest.test': { A: ['127.0.0.1'] },
      'refuses.test': { MX: ['10 mx.refuses.test'] },
      'mx.refuses.test': { A: ['127.0.0.2'] },
      'sender.test': { TXT: ['v=spf1 -all'], MX: ['10 mx.dest.test'] },
    })
  })
  after(async () => {
    await mx.close()
    await refusing.close()
    await dns.close()
  })

  async function run(name: string, folder: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const env = {
      POSTRIDER_HOSTNAME: 'out.sender.test',
      POSTRIDER_DNS_SERVERS: dns.server,
      POSTRIDER_DELIVERY_PORT: String(mx.port),
      POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true',
      POSTRIDER_QUEUE_PATH: join(folder, 'queue.db'),
      POSTRIDER_PREFLIGHT: 'off',
      ...more,
    }
    const program = join(import.meta.dirname, `${name}.ts`)
    const ended = await startNode(program, { env, cwd: folder, nodeOptions: ['--import', DENY_NETWORK] }).ended()
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`)
    return ended
  }

  test('there is one for every line of this table, and a line for every one', () => {
    const found = readdirSync(import.meta.dirname).map(name => name.replace(/\.ts$/, ''))
    assert.deepEqual(found.sort(), [...Object.keys(SAYS), ...BY_THEMSELVES].sort())
  })

  for (const [name, says] of Object.entries(SAYS))
    test(`says what its page lets expect: ${name}`, async t => {
      const folder = tempFolder(t)
      const relay = {
        POSTRIDER_RELAY_LISTEN: '127.0.0.1:0',
        POSTRIDER_RELAY_FOLDER: join(folder, 'relay'),
        POSTRIDER_RELAY_SENDERS: '*@sender.test',
      }
      assert.match((await run(name, folder, name === 'relay' ? relay : {})).stdout, says)
    })

  test('sends, looks and takes back over HTTP', async t => {
    await using world = await startResendWorld()
    const found = await run('http', tempFolder(t), { RELAY_URL: world.url, RELAY_KEY: await world.makeKey() })
    assert.match(found.stdout, /^someone@dest\.example waiting\ntrue\ninvalid_option\n$/)
  })

  test('keeps its queue in PostgreSQL', { skip: !postgres && NO_POSTGRES }, async t => {
    const server = await startPostgres(postgres as string)
    t.after(() => server.remove())
    const { stdout } = await run('postgres', tempFolder(t), { DATABASE_URL: await server.database() })
    assert.equal(stdout, 'delivered\n')
  })
})
