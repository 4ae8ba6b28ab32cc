/**
 * Keys that are turned while the relay is killed by SIGKILL in every stage: each stage is taken up where it was, on both stores, and no
 * message is signed with a key whose record is not there.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { createMailer, dkimRecord, generateDkimKey, loadDkimKey } from '@postrider/core'
import { type DnsServer, startDnsServer } from '@postrider/core/testing'
import { loadRelayConfig, openKeyRotations } from '@postrider/relay'
import { createTransport } from 'nodemailer'
import { type Child, startNode } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'
import { findPostgres, NO_POSTGRES, startPostgres } from '../support/postgres.ts'

const CHILD = join(import.meta.dirname, 'rotation-child.ts')
const ACCOUNT = { name: 'forum', password: 'a password of the test', senders: ['*'] }
const DOMAINS = ['one.test', 'two.test']
const DAY = 86_400_000

interface Under {
  readonly env: Readonly<Record<string, string>>
  /** As if it had been looked at last, and had come to its stage, so long ago. */
  age(ms: number): Promise<void>
}

const AGE = 'SET looked = NULL, since = since - '

/** A DNS hook that applies what it is told, once it may. */
async function startHook(zones: readonly DnsServer[]) {
  const asked: string[] = []
  let work: (action: string) => boolean = () => true
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { action, name, value } = JSON.parse(body) as Record<'action' | 'name' | 'value', string>
    asked.push(`${action} ${name}`)
    if (!work(action)) return
    for (const zone of zones) zone.set(name, action === 'set' ? { TXT: [value] } : undefined)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    /** Whoever asks for `action` is killed before it is done. */
    killAt: (action: string, child: () => Child) => {
      work = seen => {
        if (seen !== action) return true
        work = () => true
        child().kill('SIGKILL')
        return false
      }
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function turnThroughCrashes(t: TestContext, { env: store, age }: Under): Promise<void> {
  const keys = await Promise.all(
    DOMAINS.flatMap(domain =>
      (['rsa-sha256', 'ed25519-sha256'] as const).map(async algorithm => {
        const selector = algorithm === 'rsa-sha256' ? 'r' : 'e'
        const { pem } = await generateDkimKey({ domain, selector, algorithm })
        return { domain, selector, privateKey: pem }
      }),
    ),
  )
  const published = Object.fromEntries(
    keys.map(({ privateKey: pem, ...key }) => {
      const { name, value } = dkimRecord(loadDkimKey({ ...key, pem }))
      return [name, { TXT: [value] }]
    }),
  )
  const names = Object.fromEntries(DOMAINS.map(domain => [domain, { NS: ['ns1.host.test', 'ns2.host.test'] }]))
  const hosts = { 'ns1.host.test': { A: '192.0.2.1' }, 'ns2.host.test': { A: '192.0.2.2' } }
  const [resolver, first, second] = await Promise.all([
    startDnsServer({ ...names, ...hosts, ...published }),
    startDnsServer(published),
    startDnsServer(published),
  ])
  const all = [resolver, first, second]
  for (const zone of all) t.after(() => zone.close())
  await using hook = await startHook(all)
  const env = {
    POSTRIDER_HOSTNAME: 'out.one.test',
    POSTRIDER_DNS_SERVERS: resolver.server,
    POSTRIDER_PREFLIGHT: 'off',
    POSTRIDER_DKIM: JSON.stringify(keys),
    POSTRIDER_RELAY_DKIM_ROTATION_DNS_HOOK: hook.url,
    POSTRIDER_RELAY_LISTEN: '127.0.0.1:0',
    POSTRIDER_RELAY_ACCOUNTS: JSON.stringify([ACCOUNT]),
    ...store,
  }
  const config = await loadRelayConfig({ env, cwd: '.' })
  await using rotations = await openKeyRotations(config)
  const stages = async (): Promise<readonly string[]> =>
    (await rotations.list()).map(({ domain, stage }) => `${domain} ${stage}`)
  const told: string[] = []
  let child: Child
  const start = (): void => {
    child = startNode(CHILD, { env, args: [JSON.stringify({ '192.0.2.1': first.server, '192.0.2.2': second.server })] })
    t.after(() => child.kill('SIGKILL'))
  }
  const died = async (): Promise<void> => {
    const { stdout } = await child.ended()
    told.push(...(stdout.match(/^\w+\.test \w+$/gm) ?? []))
  }
  /** Killed in the moment that both domains are in a stage. */
  const runUntil = async (stage: string): Promise<void> => {
    await age(0)
    start()
    let over = false
    // Never rejects: how it ended is asked below.
    void child.ended().then(() => (over = true))
    while ((await stages()).join() !== `one.test ${stage},two.test ${stage}`) {
      assert.ok(!over, `the relay ended before both were in ${stage}`)
      await new Promise(setImmediate)
    }
    child.kill('SIGKILL')
    await died()
  }
  const killedAt = async (action: string): Promise<void> => {
    hook.killAt(action, () => child)
    start()
    await died()
  }
  const selectors = async (): Promise<readonly string[]> => {
    start()
    const [, port] = await child.says(/listening on (\d+)/)
    const id = await submit(Number(port), DOMAINS[0] ?? '')
    child.kill('SIGKILL')
    await died()
    await using mailer = await createMailer(config, { deliver: false })
    const content = (await mailer.queue.content(id))?.toString() ?? ''
    // As if it had been delivered: older mail keeps the record of its key.
    await mailer.queue.cancel({ domain: 'dest.test' })
    return [...content.matchAll(/\bs=(\w+);/g)].map(([, name = '']) => name)
  }

  assert.deepEqual(await selectors(), ['r', 'e'])
  for (const domain of DOMAINS) assert.equal((await rotations.begin(domain, Date.now())).kind, 'begun')
  await killedAt('set')
  assert.deepEqual(await stages(), ['one.test publish', 'two.test publish'])
  await runUntil('retire')
  assert.deepEqual(await selectors(), ['r2', 'e2'])
  assert.ok(!hook.asked.some(line => line.startsWith('clear')), 'while mail may be under way the old records stand')
  await age(8 * DAY)
  await killedAt('clear')
  await age(0)
  await runUntil('done')
  assert.deepEqual(await selectors(), ['r2', 'e2'])
  assert.equal(new Set(told).size, told.length, `each stage is told once at most: ${told.join(', ')}`)
}

async function submit(port: number, domain: string): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    auth: { user: ACCOUNT.name, pass: ACCOUNT.password },
    tls: { rejectUnauthorized: false },
  })
  const { response } = await transport.sendMail({
    from: `me@${domain}`,
    to: 'you@dest.test',
    subject: 'which key',
    text: 'It works.',
  })
  transport.close()
  return /queued as (\w+)/.exec(response)?.[1] ?? response
}

test('keys that are turned survive SIGKILL in every stage, with their state in a file', async t => {
  const folder = tempFolder()
  await turnThroughCrashes(t, {
    env: { POSTRIDER_QUEUE_PATH: join(folder, 'queue.db'), POSTRIDER_RELAY_FOLDER: folder },
    age: async ms => {
      const database = new DatabaseSync(join(folder, 'accounts.db'), { timeout: 5000 })
      database.exec(`UPDATE dkim_rotation ${AGE}${ms}`)
      database.close()
    },
  })
})

const bin = findPostgres()
test('… and with their state in PostgreSQL', { skip: bin === undefined ? NO_POSTGRES : false }, async t => {
  const server = await startPostgres(bin ?? '')
  t.after(() => server.remove())
  const url = await server.database()
  await turnThroughCrashes(t, {
    env: { POSTRIDER_QUEUE_URL: url, POSTRIDER_RELAY_FOLDER: tempFolder() },
    age: async ms => void (await server.query(`UPDATE postrider_relay.dkim_rotation ${AGE}${ms}`, url)),
  })
})
