/**
 * Names and addresses that nothing can be published for: neither `dns` nor `init` proposes a record, in any format.
 */
import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type DnsServer, startDnsServer, TEST_RANGES } from '@postrider/core/testing'
import { FORMATS } from '../../packages/cli/src/records/index.ts'
import { SPECIAL_RANGES } from '../../packages/core/src/ambient/special-ranges.ts'
import { tempFolder } from '../support/folder.ts'
import { type } from '../support/terminal.ts'

const V4 = '203.0.113.5'

let dns: DnsServer
before(async () => {
  dns = await startDnsServer({
    'example.com': { SOA: 'here', MX: '10 mx.example.com' },
    'mx.example.com': { A: '93.184.216.6' },
    'aliased.test': { SOA: 'here', TXT: 'v=spf1 -all' },
    '_dmarc.aliased.test': { CNAME: 'aliased.dmarc.test' },
    'aliased.dmarc.test': { CNAME: 'd7.dmarc.test' },
    'd7.dmarc.test': {},
    'mail.aliased.test': { CNAME: 'host.aliased.test' },
    'host.aliased.test': {},
    'broken.test': { SOA: 'here' },
    '_dmarc.broken.test': { fail: 'servfail' },
  })
})
after(() => dns.close())

function folderWith(yaml: readonly string[] = []): string {
  const cwd = tempFolder()
  writeFileSync(
    join(cwd, 'postrider.yaml'),
    [
      'hostname: mail.example.com',
      `dns: { servers: ["${dns.server}"] }`,
      'queue: { path: ":memory:" }',
      ...yaml,
      '',
    ].join('\n'),
  )
  return cwd
}

/** The first address of each range that is no address of the internet. */
const SPECIAL: readonly string[] = SPECIAL_RANGES.map(({ network }) => network)

suite('an address that no receiver sees', () => {
  test('is published by dns in no format, and told', async () => {
    for (const address of SPECIAL) {
      const cwd = folderWith()
      for (const format of FORMATS) {
        const { out, code } = await type('dns example.com', { cwd, flags: { address: [address], format } })
        assert.equal(code, 0)
        const records = out.split('\n').filter(line => !line.includes('no receiver sees it'))
        assert.ok(!records.join('\n').includes(address), `${address}, ${format}: ${records.join('\n')}`)
      }
      const { out } = await type('dns example.com', { cwd, flags: { address: [address] } })
      assert.ok(out.includes('no receiver sees it, so nothing is published for it'), `${address}: ${out}`)
    }
  })

  test('is published by dns neither when it stands in the configuration', async () => {
    const cwd = folderWith(['egress: { publicAddresses: ["192.0.2.2", "10.0.0.5", "2001:db8::5"] }'])
    const { out } = await type('dns example.com', { cwd, flags: { format: 'json' } })
    const { records } = JSON.parse(out) as { records: { type: string; name: string; value: string }[] }
    assert.deepEqual(
      records.filter(({ type: kind }) => /^(?:A|AAAA|PTR)$/.test(kind)),
      [],
    )
    const spf = records.find(({ value }) => value.startsWith('v=spf1'))
    assert.equal(spf?.value, 'v=spf1 a:mail.example.com ~all')
  })

  test('is published by init neither', async t => {
    for (const address of ['192.0.2.2', '10.0.0.5', '100.64.0.1', 'fd00::1', '2001:db8::5']) {
      const cwd = tempFolder(t)
      const env = { POSTRIDER_DNS_SERVERS: dns.server }
      const flags = { domain: ['example.com'], address: [address], yes: true, doctor: false }
      const { out, code } = await type('init', { cwd, env, flags })
      assert.equal(code, 0)
      const published = out.slice(out.indexOf('Publish these records'))
      const records = published.split('\n').filter(line => !line.includes('no receiver sees it'))
      assert.ok(published.includes('no receiver sees it, so nothing is published for it'), published)
      assert.ok(!records.join('\n').includes(address), records.join('\n'))
    }
  })
})

suite('a name that can have no record', () => {
  const SEAMS = { specialRanges: TEST_RANGES }

  test('is refused by dns, init and keygen, and nothing is made', async t => {
    for (const domain of ['co.uk', 'github.io', 'com', '10.0.0.1.5']) {
      const cwd = tempFolder(t)
      const says = /found "[^"]+", wanted a registered domain, such as example\.com: .* take a domain of your own/
      await assert.rejects(type(`dns ${domain}`, { cwd }), says)
      await assert.rejects(type('init', { cwd, flags: { domain: [domain], yes: true } }), says)
      await assert.rejects(type(`keygen ${domain}`, { cwd }), says)
      assert.deepEqual(readdirSync(cwd), [])
    }
    for (const address of ['10.0.0.1', '[10.0.0.1]'])
      await assert.rejects(type(`dns ${address}`, { cwd: tempFolder(t) }), /found ".*10\.0\.0\.1\]?", wanted a /)
  })

  test('gets none where the configuration names it', async () => {
    const { generateDkimKey } = await import('@postrider/core')
    const { pem } = await generateDkimKey({ domain: 'github.io', selector: 's1', algorithm: 'ed25519-sha256' })
    const cwd = folderWith(['dkim: [{ domain: github.io, selector: s1, privateKeyFile: s1.pem }]'])
    writeFileSync(join(cwd, 's1.pem'), pem, { mode: 0o600 })
    for (const format of FORMATS) {
      const { out } = await type('dns', { cwd, flags: { address: [V4], format }, seams: SEAMS })
      assert.doesNotMatch(out, /_dmarc|_domainkey|mta-sts|bimi|v=spf1 ip4/i, format)
    }
    const { out } = await type('dns', { cwd, flags: { address: [V4] }, seams: SEAMS })
    assert.match(out, /^; github\.io is a public suffix, .* take a domain of your own$/m)
    // The host is somebody's all the same, in a zone of its own.
    assert.match(out, /^; mail\.example\.com\. 3600 IN A 203\.0\.113\.5$/m)
    assert.match(out, /^; mail\.example\.com\. 3600 IN TXT "v=spf1 a -all"$/m)
  })

  test('because it is an alias, has its record where the alias leads', async () => {
    const cwd = folderWith()
    const flags = { address: [V4], hostname: 'mail.aliased.test' }
    const env = { POSTRIDER_HOSTNAME: 'mail.aliased.test' }
    const { out } = await type('dns aliased.test', { cwd, env, flags, seams: SEAMS })
    assert.doesNotMatch(out, /^(?:; )?(?:_dmarc|mail)\.aliased\.test\. 3600 IN/m)
    assert.match(out, /^host\.aliased\.test\. 3600 IN A 203\.0\.113\.5$/m)
    // Of another domain: not for this zone file.
    assert.match(out, /^; d7\.dmarc\.test\. 3600 IN TXT "v=DMARC1/m)
    assert.match(out, /because _dmarc\.aliased\.test is an alias \(CNAME\)/)
    const route53 = await type('dns aliased.test', { cwd, env, flags: { ...flags, format: 'route53' }, seams: SEAMS })
    assert.doesNotMatch(route53.out, /dmarc/)
    assert.match(route53.out, /"host\.aliased\.test\."/)
  })

  test('as far as the DNS can tell: what could not be asked is no alias', async () => {
    const { out } = await type('dns broken.test', { cwd: folderWith(), flags: { address: [V4] }, seams: SEAMS })
    assert.match(out, /^; _dmarc\.broken\.test\. 3600 IN TXT/m)
  })
})
