import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { resolveOptions } from '@postrider/core'
import { type Certificate, makeAuthority, makeCertificate } from '@postrider/core/testing'
import { findAliases, loadRelayConfig, resolveRelayOptions } from '@postrider/relay'
import { type Checkup, type Finding, finding } from './finding.ts'
import {
  checkAliases,
  checkCertificate,
  checkConfigFile,
  checkDisk,
  checkDmarcSeen,
  checkInterface,
  checkKeyFiles,
  checkSecretFiles,
  checkWebhooks,
  lint,
  select,
  unknownWords,
} from './index.ts'

const HOST = 'mail.example.com'
const NOW = Date.now()
const DAY = 86_400_000

suite('the certificate that clients see', () => {
  const authority = makeAuthority()
  const shown = ({ cert }: Certificate): { certificate: string; source: string } => ({
    certificate: cert,
    source: 'x.crt',
  })
  const judged = (certificate: Certificate, now = NOW): { level: string; found: string } =>
    checkCertificate(shown(certificate), { hostname: HOST, now, authorities: [authority.cert] })

  test('of a known authority for this host is fine', () => {
    assert.equal(judged(makeCertificate({ names: [HOST], issuer: authority })).level, 'ok')
    assert.equal(judged(makeCertificate({ names: ['*.example.com'], issuer: authority })).level, 'ok')
  })

  test('that is self-signed is refused by PHP clients', () => {
    const { level, found } = judged(makeCertificate({ names: [HOST] }))
    assert.equal(level, 'warn')
    assert.match(found, /self-signed; PHP clients refuse it/)
  })

  test('for another host, run out, or running out is told with name and day', () => {
    assert.match(
      judged(makeCertificate({ names: ['www.example.com'], issuer: authority })).found,
      /not for mail\.example\.com/,
    )
    const old = makeCertificate({ names: [HOST], issuer: authority, notAfter: new Date(NOW + 3 * DAY) })
    assert.deepEqual([judged(old).level, judged(old, NOW + 4 * DAY).level], ['warn', 'fail'])
    assert.match(judged(old).found, /expires on \d{4}-\d\d-\d\d/)
  })

  test('without the certificate in between names the one that is missing', () => {
    const between = makeCertificate({ names: ['Between'], issuer: authority, ca: true })
    const leaf = makeCertificate({ names: [HOST], issuer: between })
    assert.match(judged(leaf).found, /the chain ends at .*Between/)
    assert.equal(judged({ ...leaf, cert: `${leaf.cert}\n${between.cert}` }).level, 'ok')
  })

  test('of an authority that nobody knows is told', () => {
    const strange = makeCertificate({ names: [HOST], issuer: makeAuthority('Nobody') })
    assert.match(judged(strange).found, /Nobody, which clients do not know/)
  })

  test('that is not there yet will be a self-signed one', () => {
    assert.equal(checkCertificate(undefined, { hostname: HOST, now: NOW }).level, 'warn')
  })
})

suite('the files of this host', () => {
  test('a key that others may read is told, with the command that mends it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-files-'))
    try {
      const [mine, open] = [join(folder, 'mine.pem'), join(folder, 'open.pem')]
      for (const file of [mine, open]) await writeFile(file, 'key', { mode: 0o600 })
      await chmod(open, 0o644)
      const [first, second, third] = await checkKeyFiles([mine, open, join(folder, 'gone.pem')])
      assert.deepEqual([first?.level, second?.level, third?.level], ['ok', 'warn', 'unknown'])
      assert.match(second?.found ?? '', /mode 644, everyone on this machine may read it/)
      assert.equal(second?.fix, `chmod 600 ${open}`)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a file that holds the password of a route is told when strangers may read it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-files-'))
    const file = join(folder, 'smarthost.password')
    const route = 'routes: [{ domain: "*", host: smart.test, login: { user: a, passwordFile: smarthost.password } }]\n'
    await writeFile(join(folder, 'postrider.yaml'), `hostname: ${HOST}\n${route}`)
    await writeFile(file, 'horse-battery\n')
    const judged = async (mode: number): Promise<readonly Finding[]> => {
      await chmod(file, mode)
      const { options } = await loadRelayConfig({ env: {}, cwd: folder })
      return checkSecretFiles(options.routes.flatMap(({ passwordFile }) => passwordFile ?? []))
    }
    try {
      const [told, ...others] = await judged(0o644)
      assert.deepEqual([told?.id, told?.level, others], ['config.permissions', 'warn', []])
      assert.match(told?.found ?? '', /smarthost\.password: mode 644, everyone on this machine has access/)
      assert.match(told?.fix ?? '', new RegExp(`^chmod o= ${file}$`, 'm'))
      assert.equal((await judged(0o640))[0]?.level, 'ok')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('a configuration that strangers may read is told when it holds a secret, by its key, with the command that mends it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-files-'))
    const file = join(folder, 'postrider.yaml')
    const judged = async (text: string, mode: number): Promise<Finding> => {
      await writeFile(file, `hostname: ${HOST}\n${text}`)
      await chmod(file, mode)
      return checkConfigFile(await loadRelayConfig({ env: {}, cwd: folder }))
    }
    try {
      const account = 'relay: { accounts: [{ name: a, password: horse-battery }] }\n'
      const told = await judged(account, 0o644)
      assert.equal(told.level, 'warn')
      assert.match(told.found, /mode 644, everyone .* relay\.accounts\.0\.password$/)
      assert.ok(!JSON.stringify(told).includes('horse'))
      assert.match(told.fix ?? '', new RegExp(`^chmod o= ${file}$`, 'm'))
      assert.equal((await judged(account, 0o640)).level, 'ok')
      assert.equal((await judged('', 0o644)).level, 'ok')
      const route = 'routes: [{ domain: "*", host: smart.test, login: { user: a, password: horse } }]\n'
      assert.equal((await judged(route, 0o604)).level, 'warn')
      const queue = (user: string): string => `queue: { url: "postgres://${user}@db.test/mail" }\n`
      assert.deepEqual(
        [(await judged(queue('a:horse'), 0o644)).level, (await judged(queue('a'), 0o644)).level],
        ['warn', 'ok'],
      )
      assert.equal((await checkConfigFile({})).level, 'ok')
      await rm(file)
      assert.equal((await checkConfigFile({ file, secretKeys: ['relay.admin.token'] })).level, 'unknown')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('the disk is that of the queue file; a folder that is not there is unknown, not full', async () => {
    assert.equal((await checkDisk(undefined)).level, 'ok')
    assert.equal((await checkDisk('/nowhere/at/all')).level, 'unknown')
  })
})

suite('names that take mail of anybody', () => {
  test('are postmaster and abuse at least; what is wrong with their file is told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postrider-aliases-'))
    const file = join(folder, 'aliases')
    const judged = async (text: string): Promise<Finding> => {
      await writeFile(file, text)
      const returnPath = { domain: 'bounces.example.com', keys: ['a secret of sixteen and more'] }
      const inbound = { listen: ['127.0.0.1:2525'], aliasesFile: file }
      return checkAliases(async () =>
        findAliases(await resolveRelayOptions({ hostname: HOST, returnPath, relay: { inbound } })),
      )
    }
    try {
      assert.equal((await judged('postmaster: abuse\nabuse: me@example.net\n')).level, 'ok')
      const some = await judged('postmaster: me@example.net\n')
      assert.deepEqual([some.level, some.found], ['warn', '1 name; nobody takes mail to abuse@bounces.example.com'])
      const wrong = await judged('postmaster: root\n')
      assert.equal(wrong.level, 'fail')
      assert.match(wrong.found, /aliases:1: found root, a name that no line has/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

suite('the web interface', () => {
  test('has somebody who can log in and administer', () => {
    const admin = { role: 'admin', hasPassword: true } as const
    assert.equal(checkInterface([admin, { role: 'see', hasPassword: false }]).level, 'ok')
    for (const users of [[], [{ ...admin, hasPassword: false }], [{ ...admin, role: 'operate' as const }]]) {
      const { level, fix } = checkInterface(users)
      assert.equal(level, 'warn')
      assert.match(fix ?? '', users.length === 0 ? /user add/ : /user reset/)
    }
  })
})

suite('the configuration', () => {
  const findings = async (options: object): Promise<readonly string[]> => {
    const config = await resolveRelayOptions({ hostname: HOST, queue: { path: '/srv/postrider/queue.db' }, ...options })
    return lint({ options: config.options, relay: config.relay, warnings: [] }).flatMap(each =>
      each.level === 'ok' ? [] : [each.found],
    )
  }

  test('with its defaults holds no trap', async () => {
    assert.deepEqual(await findings({}), [])
    const { options } = await resolveOptions({ hostname: HOST, queue: { path: '/srv/q.db' } }, { cwd: '/' })
    assert.equal(lint({ options, warnings: [] })[0]?.level, 'ok')
  })

  test('with a queue in a database the path of the file is no trap', async () => {
    assert.deepEqual(await findings({ queue: { path: '/tmp/queue.db', url: 'postgres://localhost/mail' } }), [])
  })

  for (const [name, options, found] of [
    ['an open relay', { relay: { trustedNetworks: ['0.0.0.0/0'] } }, /trustedNetworks: 0\.0\.0\.0\/0/],
    ['passwords in plain text over the network', { relay: { listen: ['0.0.0.0:25/plain'] } }, /relay\.listen/],
    ['a password in the file', { relay: { accounts: [{ name: 'a', password: 'b' }] } }, /plain text/],
    ['an open admin server', { relay: { admin: { listen: '0.0.0.0:8025' } } }, /without a token/],
    ['no preflight', { preflight: 'off' }, /preflight: off/],
    ['a queue that does not survive', { queue: { path: '/tmp/q.db' } }, /queue\.path/],
    ['verified TLS everywhere', { tls: { minimum: 'verified' } }, /tls\.minimum/],
    ['giving up after an hour', { delivery: { retry: { expireAfterMs: 3_600_000 } } }, /expireAfterMs/],
    ['an impatient final dot', { delivery: { timeouts: { finalDotMs: 1000 } } }, /finalDotMs/],
    ['mail into this network', { delivery: { allowPrivateAddresses: true } }, /allowPrivateAddresses/],
  ] as const) {
    test(`with ${name} is told as a trap, and only that`, async () => {
      const told = await findings(options)
      assert.equal(told.length, 1)
      assert.match(told[0] ?? '', found)
    })
  }

  test('plain text logins on loopback are no trap', async () => {
    assert.deepEqual(await findings({ relay: { listen: ['127.0.0.1:25/plain', '[::1]:25/plain'] } }), [])
  })
})

suite('the selection of checks', () => {
  const state = (['queue.age', 'queue.held', 'disk.space'] as const).map(id =>
    finding(id, { level: id === 'disk.space' ? 'fail' : 'ok', found: '', wanted: '' }),
  )
  const all: Checkup = { schema: 1, at: '', senders: [], state, worst: 'fail' }
  const ids = (only: string[], skip: string[]): string[] => select(all, { only, skip }).state.map(({ id }) => id)

  test('takes ids, families and beginnings, and judges what is left', () => {
    assert.deepEqual(ids(['queue'], []), ['queue.age', 'queue.held'])
    assert.deepEqual(ids(['queue.h*'], []), ['queue.held'])
    assert.deepEqual(ids([], ['queue.age', 'disk']), ['queue.held'])
    assert.equal(select(all, { only: ['queue'], skip: [] }).worst, 'ok')
  })

  test('a family is no part of a word', () => {
    assert.deepEqual(ids(['que'], []), [])
    assert.deepEqual(unknownWords(['que', 'queue', 'disk.s*'], ['queue.age', 'disk.space']), ['que'])
  })
})

suite('endpoints of webhooks', () => {
  const state = {
    id: 'x',
    endpoint: 'https://x.example',
    from: 'store',
    format: 'resend',
    events: [],
    parked: 0,
  } as const
  const judged = (more: object): readonly (readonly [string, string | undefined])[] =>
    checkWebhooks([{ ...state, dropped: [], ...more }], NOW).map(({ level, fix }) => [level, fix] as const)

  test('are nothing to speak of where there are none, and fine while they take their events', () => {
    assert.deepEqual(checkWebhooks([], NOW), [])
    assert.deepEqual(judged({}), [['ok', undefined]])
    assert.deepEqual(judged({ failingSince: NOW - DAY / 2 }), [['ok', undefined]])
  })
  test('that stopped themselves or fail for a day are a warning, with what mends it', () => {
    assert.deepEqual(judged({ stopped: { at: NOW - DAY, because: 'gone' } }), [['warn', 'postrider webhooks start x']])
    assert.deepEqual(judged({ failingSince: NOW - DAY - 1 }), [['warn', 'postrider webhooks test x']])
  })
  test('that somebody stopped, or that missed something, are a note', () => {
    assert.deepEqual(judged({ stopped: { at: NOW, because: 'operator' } }), [['note', 'postrider webhooks start x']])
    const dropped = [{ after: '0', through: '9', count: 3, because: 'age' }]
    assert.deepEqual(judged({ dropped }), [['note', 'postrider webhooks replay x']])
  })
})

suite('what receivers report', () => {
  test('cannot be read: that is told, and no other check is lost', async () => {
    const broken = { dmarc: () => Promise.reject(new Error('the queue file is damaged')) }
    const [one, ...more] = await checkDmarcSeen(broken)
    assert.deepEqual(
      [one?.id, one?.level, one?.found, more],
      ['dmarc.seen', 'unknown', 'the queue file is damaged', []],
    )
  })
})
