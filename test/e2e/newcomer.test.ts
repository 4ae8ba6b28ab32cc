/** The program in an empty folder, as somebody types it who has just heard of it. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type DnsServer, startDnsServer } from '@postrider/core/testing'
import { type Ended, startProgram } from '../support/child.ts'
import { tempFolder } from '../support/folder.ts'

const PROGRAM = join(import.meta.dirname, '../../packages/cli/bin/postrider.js')
let dns: DnsServer

before(async () => {
  dns = await startDnsServer({
    'example.com': { SOA: 'here', MX: '10 mx.example.com', TXT: 'v=spf1 ip4:198.51.100.1 -all' },
    'mx.example.com': { A: '127.0.0.11' },
    '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com' },
  })
})
after(() => dns.close())

function run(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const env = { POSTRIDER_DNS_SERVERS: dns.server, POSTRIDER_DELIVERY_ALLOW_PRIVATE_ADDRESSES: 'true', NO_COLOR: '1' }
  return startProgram(process.execPath, { args: [PROGRAM, ...args], cwd, env }).ended()
}

suite('where nothing is set up', () => {
  test('a domain of anybody can be looked at, and looking leaves no file', async t => {
    const cwd = tempFolder(t)
    const route = await run(cwd, 'route', 'example.com')
    assert.equal(route.code, 0, route.stderr)
    assert.match(route.stdout, /^example\.com: by mx, site /)
    const records = await run(cwd, 'dns', 'example.com', '--address', '93.184.216.5')
    assert.equal(records.code, 0, records.stderr)
    assert.match(records.stdout, /^example\.com\. 3600 IN TXT "v=spf1 ip4:93\.184\.216\.5 ip4:198\.51\.100\.1 -all"$/m)
    const doctor = await run(cwd, 'doctor', 'example.com', '--only', 'dmarc')
    assert.equal(doctor.code, 0, doctor.stderr)
    assert.match(doctor.stdout, /^ok +dmarc\.policy/m)
    const queue = await run(cwd, 'queue', 'list')
    assert.deepEqual([queue.code, queue.stdout], [0, 'the queue is empty\n'])
    assert.deepEqual(readdirSync(cwd), [])
  })

  test('a refused message is told check by check, each record once', async t => {
    const cwd = tempFolder(t)
    const set = ['--domain', 'example.com', '--hostname', 'mail.example.com', '--address', '93.184.216.5']
    const init = await run(cwd, 'init', ...set, '--yes', '--no-doctor')
    assert.equal(init.code, 0, init.stderr)
    const { code, stdout, stderr } = await run(cwd, 'send', '--from', 'a@example.com', 'you@example.net')
    assert.deepEqual([code, stdout], [77, ''])
    assert.match(stderr, /^postrider: mail from example\.com would be refused by its receivers\n/)
    const key = /p=([\w+/]{60})/.exec(init.stdout)?.[1] ?? 'no key'
    for (const once of ['fail    spf.covers-egress', 'fail    dkim.published', key, '"v=spf1 ip4:93.184.216.5 '])
      assert.equal(stderr.split(once).length, 2, `${once} in:\n${stderr}`)
  })
})
