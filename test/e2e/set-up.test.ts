/**
 * From an empty folder to a green doctor: init, its records published as they were printed, doctor. And init as people use
 * it, at a real terminal.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { loadConfig } from '@postrider/core'
import { makeAuthority, makeCertificate, type NameLiteral, startDnsServer, TEST_RANGES } from '@postrider/core/testing'
import type { Checkup } from '../../packages/cli/src/checkup/index.ts'
import { recordsIn } from '../../packages/cli/src/records/index.ts'
import type { Outside } from '../support/doctor-world.ts'
import { tempFolder } from '../support/folder.ts'
import { LISTS, PTR4, V4 } from '../support/healthy-zone.ts'
import { type Said, type } from '../support/terminal.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')

/** What stands before anyone begins: a registered domain, and a PTR that the provider of the address has set. */
const BEFORE: Readonly<Record<string, NameLiteral>> = {
  ...LISTS,
  'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: ['v=spf1 mx -all', 'site=1'] },
  'mx.example.com': { A: '93.184.216.6' },
  [PTR4]: { PTR: 'mail.example.com' },
  'gmail.com': { MX: '5 mx.google.test' },
}

suite('setting up a host', () => {
  test('from nothing: init, its records published, doctor green; and again without changing anything', async t => {
    const folder = tempFolder(t)
    const zone: Record<string, NameLiteral> = { ...BEFORE }
    await using dns = disposable(await startDnsServer(zone))
    const authority = makeAuthority()
    const certificate = makeCertificate({ names: ['mail.example.com'], issuer: authority })
    mkdirSync(join(folder, 'data/certificates'), { recursive: true })
    writeFileSync(join(folder, 'data/certificates/mail.crt'), certificate.cert)
    writeFileSync(join(folder, 'data/certificates/mail.key'), certificate.key, { mode: 0o600 })
    writeFileSync(join(folder, 'ca.pem'), authority.cert)
    const env = { POSTRIDER_DNS_SERVERS: dns.it.server, POSTRIDER_TLS_CA_FILE: join(folder, 'ca.pem') }
    let policy = ''
    const outside: Outside = {
      probe: async () => ({ greeting: '220 mx.google.test ESMTP' }),
      askMailboxes: async ({ addresses }) => ({
        answers: addresses.map(({ local, domain }) => ({ address: `${local}@${domain}`, code: 250, reply: '250 Ok' })),
      }),
      fetchPolicy: async () => ({ text: policy }),
      tryTls: async () => ({ reached: true }),
      askTime: async () => Date.now(),
    }
    const run = (line: string, flags: Readonly<Record<string, string | boolean | readonly string[]>>): Promise<Said> =>
      type(line, {
        cwd: folder,
        env,
        flags,
        json: flags.json === true,
        seams: { lookout: outside, interfaces: () => [V4], specialRanges: TEST_RANGES },
      })
    const wishes = {
      domain: ['example.com'],
      hostname: 'mail.example.com',
      user: ['forum'],
      folder: './data',
      address: [V4],
      yes: true,
      doctor: false,
    }

    const first = await run('init', wishes)
    assert.equal(first.code, 0)
    assert.match(first.out, /account forum: password \S{32} \(shown only now\)/)
    policy = /serve at \S+:\n((?:; .*\n)+)/.exec(first.out)?.[1]?.replaceAll('; ', '') ?? ''
    for (const { name, type: kind, value } of recordsIn(first.out)) {
      const before = zone[name] ?? {}
      const others = kind === 'TXT' ? [before.TXT ?? []].flat().filter(text => !text.startsWith('v=spf1')) : []
      zone[name] = { ...before, [kind]: kind === 'TXT' ? [...others, value] : value }
      dns.it.set(name, zone[name])
    }
    const { out, code } = await run('doctor', { json: true, skip: ['config', 'dmarc.policy'] })
    const { senders, state } = JSON.parse(out) as Checkup
    const amiss = [...senders.flatMap(({ checks }) => checks), ...state].filter(({ level }) => level !== 'ok')
    assert.deepEqual(amiss, [])
    assert.equal(code, 0)

    const config = readFileSync(join(folder, 'postrider.yaml'), 'utf8')
    const keyFile = join(folder, 'data/keys', readdirSync(join(folder, 'data/keys'))[0]!)
    const key = readFileSync(keyFile, 'utf8')
    assert.equal(statSync(keyFile).mode & 0o777, 0o600)
    const again = await run('init', { ...wishes, hostname: 'other.example.com' })
    assert.match(again.out, /hostname: kept mail\.example\.com/)
    assert.match(again.out, /postrider\.yaml: nothing to change/)
    assert.match(again.out, /account forum: kept/)
    assert.equal(readFileSync(join(folder, 'postrider.yaml'), 'utf8'), config)
    assert.equal(readFileSync(keyFile, 'utf8'), key)
    assert.ok((await run('dns', { missing: true })).out.trim() === '', 'nothing is missing any more')
  })

  test('begins with looking: what is typed wrong, or stands wrong, is refused and nothing is made', async t => {
    const wrong: readonly (readonly [Readonly<Record<string, string | readonly string[]>>, RegExp])[] = [
      [{ domain: ['not a domain'] }, /--domain: found "not a domain", wanted a domain name/],
      // As the shell gives it without quotes.
      [{ domain: ['not', 'a', 'domain'] }, /--domain: found "not", wanted a registered domain/],
      [{ domain: ['example.com'], hostname: 'mail' }, /--hostname: found "mail", wanted a full host name/],
      [{ domain: ['example.com'], selector: 'a b' }, /--selector: found "a b"/],
      [{ domain: ['example.com'], address: ['1.2.3'] }, /--address: found "1\.2\.3", wanted an IP address/],
      [{ domain: ['example.com'], mx: 'nothing at all' }, /--mx: found "nothing at all"/],
    ]
    for (const [flags, says] of wrong) {
      const cwd = tempFolder(t)
      await assert.rejects(type('init', { cwd, flags: { ...flags, yes: true } }), says)
      assert.deepEqual(readdirSync(cwd), [])
    }
    const cwd = tempFolder(t)
    const text = 'hostname: mail.example.com\nqueue: { pfad: x }\n'
    writeFileSync(join(cwd, 'postrider.yaml'), text)
    await assert.rejects(type('init', { cwd, flags: { domain: ['example.com'], yes: true } }), /queue\.pfad: found/)
    assert.deepEqual(readdirSync(cwd), ['postrider.yaml'])
    assert.equal(readFileSync(join(cwd, 'postrider.yaml'), 'utf8'), text)
  })

  const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true

  test('at a terminal it asks what it must know, shows what it writes, and takes defaults', {
    skip: hasTerminal ? false : 'there is no `script` of util-linux on this machine',
  }, async t => {
    const folder = tempFolder(t)
    await using dns = disposable(await startDnsServer(BEFORE))
    // A terminal of no width would break every letter into a line of its own.
    const command = `stty rows 40 cols 200; ${process.execPath} ${PROGRAM} init --address 93.184.216.5 --no-doctor`
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env.PATH, TERM: 'xterm', POSTRIDER_DNS_SERVERS: dns.it.server },
    })
    t.after(() => child.kill('SIGKILL'))
    let said = ''
    const waiting: { pattern: RegExp; resolve: () => void }[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      for (const one of waiting.splice(0)) {
        if (one.pattern.test(said)) one.resolve()
        else waiting.push(one)
      }
    })
    const says = (pattern: RegExp): Promise<void> =>
      new Promise(resolve => (pattern.test(said) ? resolve() : void waiting.push({ pattern, resolve })))
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve))

    await says(/Which domain is mail sent from/)
    child.stdin.write('example.com\r')
    await says(/say EHLO\?[\s\S]*mail\.example\.com/)
    child.stdin.write('\r')
    await says(/Who may log in/)
    child.stdin.write('forum app\r')
    await says(/Where are queue, keys and accounts kept/)
    child.stdin.write('\r')
    await says(/Through which service is mail sent/)
    child.stdin.write('\r')
    assert.equal(await ended, 0, said)
    assert.match(said, /\+ hostname: mail\.example\.com/)
    assert.match(said, /account forum: password/)
    assert.match(said, /account app: password/)
    assert.match(said, /example\.com\. 3600 IN TXT "v=spf1 ip4:93\.184\.216\.5 mx -all"/)
    assert.match(readFileSync(join(folder, 'postrider.yaml'), 'utf8'), /path: \.\/postrider-data\/queue\.db/)
  })
})

suite('keygen', () => {
  test('where nothing is set up makes the first key, with the record to publish', async t => {
    const cwd = tempFolder(t)
    const { out, code } = await type('keygen example.com', { cwd })
    assert.equal(code, 0)
    assert.match(out, /publish this record:\n\npostrider\._domainkey\.example\.com\. /)
    const named = out.slice(out.indexOf('dkim:'))
    writeFileSync(join(cwd, 'postrider.yaml'), `hostname: mail.example.com\n${named}`)
    const { options } = await loadConfig({ env: {}, cwd })
    assert.equal(options.dkim[0]?.selector, 'postrider', 'what it prints is what the configuration takes')
    rmSync(join(cwd, 'postrider.yaml'))
    assert.equal((await type('keygen example.com', { cwd })).code, 73)
  })

  test('where the domain is signed for makes the next key, under a selector of its own, and says how to change over', async t => {
    const cwd = tempFolder(t)
    const yaml =
      'hostname: mail.example.com\ndkim:\n  - { domain: example.com, selector: postrider, privateKeyFile: postrider.example.com.pem }\n'
    writeFileSync(join(cwd, 'postrider.yaml'), yaml)
    // The key that the configuration names and that is not there yet is the first.
    assert.match((await type('keygen example.com', { cwd })).out, /publish this record:/)
    const { out, code } = await type('keygen example.com', { cwd })
    assert.equal(code, 0)
    assert.doesNotMatch(out, /publish this/)
    assert.match(out, /example\.com is signed with postrider today\. This key signs nothing yet/)
    assert.match(out, /^postrider2\._domainkey\.example\.com\. 3600 IN TXT "v=DKIM1/m)
    await assert.rejects(
      type('keygen example.com', { cwd, flags: { selector: 'postrider', out: 'other.pem' } }),
      /--selector: found "postrider", which example\.com is signed with already/,
    )
    assert.match((await type('keygen other.example', { cwd })).out, /publish this record:/)
  })
})

function disposable<T extends { close(): Promise<void> }>(it: T): { readonly it: T } & AsyncDisposable {
  return { it, [Symbol.asyncDispose]: () => it.close() }
}
