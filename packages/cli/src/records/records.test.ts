import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { recordAdvice } from '@postrider/core'
import fc from 'fast-check'
import {
  type AskPublished,
  deletionsFor,
  type PlanRequest,
  planRecords,
  printPlan,
  recordsIn,
  zoneLine,
} from './index.ts'
import type { PublishRecord } from './record.ts'

const { adviseDmarc, adviseMtaSts, adviseSpf } = await recordAdvice()

/** What core advises where these stand. */
function spfOver(...published: readonly string[]): PlanRequest['spf'] {
  return adviseSpf(published, { addresses: ['203.0.113.5'], hostname: 'mail.example.com' })
}

const REQUEST: PlanRequest = {
  advise: { dmarc: adviseDmarc, mtaSts: adviseMtaSts },
  spf: spfOver(),
  domain: 'example.com',
  hostname: 'mail.example.com',
  addresses: ['203.0.113.5'],
  reverseNames: ['5.113.0.203.in-addr.arpa'],
  keys: [{ name: 's1._domainkey.example.com', value: `v=DKIM1; k=rsa; p=${'A'.repeat(392)}` }],
}

const publishedIn =
  (zone: Readonly<Record<string, readonly string[]>>): AskPublished =>
  async (name, type) =>
    zone[`${name} ${type}`] ?? []

const one = (records: readonly PublishRecord[], purpose: string): PublishRecord => {
  const found = records.find(record => record.purpose === purpose)
  assert.ok(found, purpose)
  return found
}

suite('the records to publish', () => {
  test('send DMARC reports to where they are counted, and TLS reports to a mailbox', async () => {
    const counted = 'reports@bounces.example.com'
    const { records } = await planRecords({ ...REQUEST, counted }, publishedIn({}))
    assert.match(one(records, 'dmarc').value, /rua=mailto:reports@bounces\.example\.com/)
    assert.match(one(records, 'tlsrpt').value, /rua=mailto:postmaster@example\.com$/)
    const named = await planRecords({ ...REQUEST, counted, reports: 'd@example.com' }, publishedIn({}))
    for (const purpose of ['dmarc', 'tlsrpt'])
      assert.match(one(named.records, purpose).value, /rua=mailto:d@example\.com/)
  })
  test('of a domain that has nothing are all missing, and no MX is made up', async () => {
    const { records, advice } = await planRecords(REQUEST, publishedIn({}))
    assert.deepEqual(
      records.map(({ purpose, state }) => `${purpose} ${state}`),
      [
        'host missing',
        'ptr missing',
        'spf missing',
        'helo-spf missing',
        'dkim missing',
        'dmarc missing',
        'tlsrpt missing',
      ],
    )
    assert.equal(one(records, 'spf').value, 'v=spf1 ip4:203.0.113.5 ~all')
    assert.ok(advice.some(text => text.includes('has no MX')))
  })

  test('a domain of return addresses has this host as its MX, and an SPF of its own', async () => {
    const returnPath = { domain: 'bounces.example.com', host: 'mail.example.com', spf: spfOver() }
    const { records } = await planRecords({ ...REQUEST, returnPath }, publishedIn({}))
    assert.deepEqual(
      [one(records, 'return-mx').name, one(records, 'return-mx').value],
      ['bounces.example.com', '10 mail.example.com'],
    )
    assert.equal(one(records, 'return-spf').value, 'v=spf1 ip4:203.0.113.5 ~all')
    const zone = { 'bounces.example.com MX': ['5 mail.example.com', '9 mx.example.net'] }
    const { state, value, replaces } = one(
      (await planRecords({ ...REQUEST, returnPath }, publishedIn(zone))).records,
      'return-mx',
    )
    assert.deepEqual([state, value, replaces], ['different', '5 mail.example.com', ['9 mx.example.net']])
    const elsewhere = await planRecords(
      { ...REQUEST, returnPath: { ...returnPath, host: undefined } },
      publishedIn(zone),
    )
    assert.ok(!elsewhere.records.some(({ purpose }) => purpose === 'return-mx'))
  })

  test('SPF is never a second record: what covers us takes the place of what is there', async () => {
    const { records } = await planRecords(
      { ...REQUEST, spf: spfOver('v=spf1 mx -all', 'site=1') },
      publishedIn({ 'example.com TXT': ['v=spf1 mx -all', 'site=1'] }),
    )
    const { state, replaces, beside } = one(records, 'spf')
    assert.deepEqual(
      { state, replaces, beside },
      { state: 'different', replaces: ['v=spf1 mx -all'], beside: ['site=1'] },
    )
  })

  test('what stands and is right is kept as its owner wrote it', async () => {
    const zone = {
      'example.com TXT': ['v=spf1 include:_spf.example.net -all'],
      'example.com MX': ['10 mx.example.net'],
      's1._domainkey.example.com TXT': [`p=${'A'.repeat(392)}; k=rsa; n=mine`],
      '_dmarc.example.com TXT': ['v=DMARC1; p=quarantine; rua=mailto:d@example.com'],
      '_mta-sts.example.com TXT': ['v=STSv1; id=7'],
    }
    const spf = adviseSpf(zone['example.com TXT'], { addresses: [] })
    const { records, dmarcStages } = await planRecords({ ...REQUEST, spf }, publishedIn(zone))
    for (const purpose of ['spf', 'mx', 'dkim', 'dmarc', 'mta-sts']) {
      assert.equal(one(records, purpose).state, 'published', purpose)
    }
    assert.equal(one(records, 'dkim').value, `p=${'A'.repeat(392)}; k=rsa; n=mine`)
    assert.deepEqual(
      dmarcStages.map(({ policy, record }) => [policy, record.value]),
      [['reject', 'v=DMARC1; p=reject; rua=mailto:d@example.com']],
    )
  })

  test('what its owner meant by a record that nobody can read is published again, and nothing of it is lost', async () => {
    const zone = {
      'example.com TXT': ['v=spf1,ip:192.0.2.1,include:_spf.example.net,-all'],
      '_dmarc.example.com TXT': ['v=dmarc1; p=reject; sp=quarantine; rua=mailto:d@example.com'],
    }
    const spf = adviseSpf(zone['example.com TXT'], { addresses: [] })
    const { records, dmarcStages } = await planRecords({ ...REQUEST, spf }, publishedIn(zone))
    assert.equal(one(records, 'spf').value, 'v=spf1 ip4:192.0.2.1 include:_spf.example.net -all')
    assert.equal(one(records, 'dmarc').value, 'v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.com')
    assert.deepEqual(dmarcStages, [])
    for (const purpose of ['spf', 'dmarc']) {
      const { state, replaces, name } = one(records, purpose)
      assert.deepEqual([state, replaces], ['different', zone[`${name} TXT` as keyof typeof zone]])
    }
  })

  test('the MTA-STS record is the one that the doctor says, in whatever order the hosts are told', async () => {
    const said = async (...hosts: string[]): Promise<string> =>
      one((await planRecords(REQUEST, publishedIn({ 'example.com MX': hosts }))).records, 'mta-sts').value
    const doctor = adviseMtaSts('example.com', ['b.example.com', 'a.example.com']).record.value
    assert.equal(await said('10 a.example.com', '20 b.example.com'), doctor)
    assert.equal(await said('20 B.example.com', '10 a.example.com'), doctor)
  })

  test('DMARC goes on one stage at a time, and with the tags that it has', async () => {
    const zone = { '_dmarc.example.com TXT': ['v=DMARC1; p=none; adkim=s; rua=mailto:d@example.com'] }
    const { records, dmarcStages } = await planRecords({ ...REQUEST, dmarc: 'quarantine' }, publishedIn(zone))
    const { value, state } = one(records, 'dmarc')
    assert.deepEqual([value, state], ['v=DMARC1; p=quarantine; adkim=s; rua=mailto:d@example.com', 'different'])
    assert.deepEqual(
      dmarcStages.map(({ policy }) => policy),
      ['reject'],
    )
  })

  test('reports to another organisation need its consent in its own zone (RFC 9990 §4)', async () => {
    const { records } = await planRecords({ ...REQUEST, reports: 'd@reports.test' }, publishedIn({}))
    const { name, setBy } = one(records, 'dmarc-reports')
    assert.deepEqual([name, setBy], ['example.com._report._dmarc.reports.test', 'other-domain'])
  })

  test('the id of MTA-STS changes with its policy, and with nothing else', async () => {
    const id = async (mx: string): Promise<string> =>
      one((await planRecords({ ...REQUEST, mx }, publishedIn({}))).records, 'mta-sts').value
    assert.equal(await id('mx.example.com'), await id('mx.example.com'))
    assert.notEqual(await id('mx.example.com'), await id('mx2.example.com'))
    assert.match(await id('mx.example.com'), /^v=STSv1; id=[A-Za-z0-9]{1,32}$/)
  })

  test('what could not be asked is never replaced by a tool', async () => {
    const plan = await planRecords(REQUEST, async () => 'unknown')
    const { Changes } = JSON.parse(printPlan(plan, 'route53')) as { Changes: { Action: string }[] }
    assert.deepEqual([...new Set(Changes.map(({ Action }) => Action))], ['CREATE'])
    assert.doesNotMatch(printPlan(plan, 'terraform'), /allow_overwrite = true/)
  })

  test('what could not be asked is unknown, not missing', async () => {
    const { records } = await planRecords(REQUEST, async () => 'unknown')
    assert.ok(records.every(({ state }) => state === 'unknown'))
  })

  test('a zone file proposes nothing where something may stand that could not be asked for', async () => {
    const plan = await planRecords({ ...REQUEST, mx: 'mx.example.com' }, async () => 'unknown')
    const { dmarcStages: _, ...rest } = plan
    assert.deepEqual(recordsIn(printPlan({ ...rest, dmarcStages: [] }, 'zone')), [])
    assert.match(printPlan(plan, 'zone'), /run this again before you publish/)
  })

  test('a zone file has the lines of this zone as lines, and those of others as comments', async () => {
    const plan = await planRecords({ ...REQUEST, mx: 'mx.example.com' }, publishedIn({}))
    const lines = recordsIn(printPlan(plan, 'zone'))
    assert.ok(
      lines.some(({ name, type, value }) => name === 'example.com' && type === 'MX' && value === '10 mx.example.com'),
    )
    assert.ok(!lines.some(({ type }) => type === 'PTR'))
    assert.ok(printPlan(plan, 'zone').includes('; 5.113.0.203.in-addr.arpa. 3600 IN PTR mail.example.com.'))
  })

  test('tools that replace a whole set get what stands beside ours written out again', async () => {
    const plan = await planRecords(REQUEST, publishedIn({ 'example.com TXT': ['site="1"'] }))
    const change = JSON.parse(printPlan(plan, 'route53')) as {
      Changes: { ResourceRecordSet: { Name: string; Type: string; ResourceRecords: { Value: string }[] } }[]
    }
    const set = change.Changes.map(each => each.ResourceRecordSet).find(each => each.Name === 'example.com.')
    assert.deepEqual(
      set?.ResourceRecords.map(each => each.Value),
      ['"v=spf1 ip4:203.0.113.5 ~all"', '"site=\\"1\\""'],
    )
  })

  test('a tool that adds single records is not given those that stand, and is told what must go first', async () => {
    const published = publishedIn({
      'example.com TXT': ['v=spf1 mx -all', 'site=1'],
      '_dmarc.example.com TXT': ['v=DMARC1; p=none; rua=mailto:postmaster@example.com'],
    })
    const plan = await planRecords({ ...REQUEST, spf: spfOver('v=spf1 mx -all', 'site=1') }, published)
    const { posts } = JSON.parse(printPlan(plan, 'cloudflare')) as { posts: { name: string; content: string }[] }
    assert.ok(!posts.some(({ name }) => name === '_dmarc.example.com'))
    assert.ok(posts.some(({ content }) => content === '"v=spf1 ip4:203.0.113.5 mx -all"'))
    assert.deepEqual(deletionsFor(plan, 'cloudflare'), ['example.com TXT v=spf1 mx -all'])
    const hcl = printPlan(plan, 'terraform-cloudflare')
    assert.match(hcl, /^# for the provider cloudflare\/cloudflare.*--format terraform-route53\n/)
    assert.match(
      hcl,
      /# first delete: example\.com TXT v=spf1 mx -all\nresource "cloudflare_dns_record" "example_com_txt" \{/,
    )
    assert.doesNotMatch(hcl, /_dmarc/)
  })

  test('resources of Terraform have names of their own, that begin with no digit', async () => {
    const request = {
      ...REQUEST,
      domain: '1a.test',
      hostname: 'mail.1a.test',
      addresses: ['203.0.113.5', '203.0.113.6'],
    }
    const plan = await planRecords(request, publishedIn({}))
    for (const format of ['terraform-route53', 'terraform-cloudflare', 'terraform'] as const) {
      const names = [...printPlan(plan, format).matchAll(/^resource "\w+" "(.*)" \{$/gm)].map(([, name]) => name ?? '')
      assert.equal(new Set(names).size, names.length)
      assert.ok(names.length > 4 && names.every(name => /^[a-z_][a-z0-9_]*$/.test(name)), names.join())
    }
  })

  test('a key is split into strings of at most 255 octets (RFC 1035 §3.3.14)', async () => {
    const plan = await planRecords(REQUEST, publishedIn({}))
    const line = printPlan(plan, 'zone')
      .split('\n')
      .find(each => each.startsWith('s1._domainkey'))
    const strings = [...(line ?? '').matchAll(/"([^"]*)"/g)].map(([, text]) => text!.length)
    assert.deepEqual(strings.length, 2)
    assert.ok(strings.every(length => length <= 255))
  })
})

suite('a line of a zone file', () => {
  test('read again is the record that was written, whatever its text', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 600,
    })
    fc.assert(
      fc.property(
        text.filter(value => !value.includes('<')),
        value => {
          const record = { name: 'a.example.com', type: 'TXT' as const, value }
          assert.deepEqual(recordsIn(zoneLine(record)), [record])
        },
      ),
    )
  })

  test('is found among words, with and without a TTL; what only its owner can fill in is none', () => {
    const text = 'publish only: a.test. IN TXT "x"\n  b.test. 60 IN MX 10 c.test.\nother\nd.test. IN MX 10 <a host>\n'
    assert.deepEqual(recordsIn(text), [
      { name: 'a.test', type: 'TXT', value: 'x' },
      { name: 'b.test', type: 'MX', value: '10 c.test' },
    ])
  })
})
