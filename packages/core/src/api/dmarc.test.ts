import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openSqliteQueue } from '../queue/index.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns } from '../testing/fake-dns.ts'
import { createMailer } from './create-mailer.ts'
import type { Mailer } from './mailer.ts'

const START = Date.UTC(2026, 0, 31, 12)
const OURS = '203.0.113.5'
const FORWARDER = '198.51.100.7'
const STRANGER = '192.0.2.66'

interface Row {
  readonly source: string
  readonly count: number
  readonly dkim?: boolean
  readonly spf?: boolean
  readonly disposition?: string
}

let ids = 0
const xml = (
  rows: readonly Row[],
  { daysAgo = 0, domain = 'a.example', policy = 'none', id = `r${++ids}`, by = 'google.com' } = {},
) =>
  Buffer.from(`<?xml version="1.0"?><feedback><report_metadata><org_name>${by}</org_name><report_id>${id}</report_id>
<date_range><begin>${START / 1000 - daysAgo * 86_400}</begin><end>${START / 1000}</end></date_range></report_metadata>
<policy_published><domain>${domain}</domain><p>${policy}</p></policy_published>
${rows
  .map(
    ({
      source,
      count,
      dkim,
      spf,
      disposition = 'none',
    }) => `<record><row><source_ip>${source}</source_ip><count>${count}</count>
<policy_evaluated><disposition>${disposition}</disposition><dkim>${dkim ? 'pass' : 'fail'}</dkim><spf>${spf ? 'pass' : 'fail'}</spf></policy_evaluated></row>
<identifiers><header_from>${domain}</header_from></identifiers></record>`,
  )
  .join('')}</feedback>`)

async function world(): Promise<Mailer> {
  const clock = new FakeClock(START)
  const store = await openSqliteQueue({ path: ':memory:', clock })
  return createMailer(
    {
      hostname: 'mail.a.example',
      preflight: 'off',
      queue: { path: ':memory:' },
      returnPath: { domain: 'bounces.a.example', keys: ['a secret of the tests alone'] },
      egress: { publicAddresses: [OURS] },
    },
    { store, clock, deliver: false, resolver: createFakeDns({}), interfaces: () => [] },
  )
}

/** What is advised after these reports. */
async function advised(...reports: readonly Buffer[]): Promise<string> {
  await using mailer = await world()
  for (const report of reports) assert.equal((await mailer.takeReport(report)).counted, 'counted')
  const [one] = await mailer.dmarc()
  return [one?.advice, one?.next].filter(Boolean).join(' ')
}

const GOOD: readonly Row[] = [{ source: OURS, count: 1000, dkim: true, spf: true }]

suite('what receivers report of mail in our name', () => {
  test('is told by reporter and by source: ours, who passes mail on, and strangers', async () => {
    await using mailer = await world()
    const rows = [
      { source: OURS, count: 90, dkim: true, spf: true },
      { source: FORWARDER, count: 8, dkim: true },
      { source: STRANGER, count: 2, disposition: 'quarantine' },
    ]
    await mailer.takeReport(xml(rows))
    await mailer.takeReport(xml([{ source: OURS, count: 10, dkim: true }], { by: 'yahoo.com', daysAgo: 2 }))
    const [one, ...more] = await mailer.dmarc()
    assert.equal(more.length, 0)
    assert.deepEqual(
      [one?.messages, one?.aligned, one?.days, one?.reports, one?.ours],
      [110, 108, 2, 2, { messages: 100, aligned: 100 }],
    )
    assert.deepEqual(
      one?.sources.map(({ source, kind, messages, refused, reporters }) => [
        source,
        kind,
        messages,
        refused,
        reporters,
      ]),
      [
        [OURS, 'ours', 100, 0, 2],
        [FORWARDER, 'forwarder', 8, 0, 1],
        [STRANGER, 'stranger', 2, 2, 1],
      ],
    )
    assert.deepEqual(
      one?.reporters.map(({ reporter, messages, ours }) => [reporter, messages, ours.aligned]),
      [
        ['google.com', 100, 90],
        ['yahoo.com', 10, 10],
      ],
    )
  })
  test('says when the policy may be raised, and what stands against it', async () => {
    const weeks = (rows: readonly Row[], policy = 'none', days = 14) =>
      Array.from({ length: days }, (_, daysAgo) => xml(rows, { daysAgo, policy }))
    assert.equal(await advised(xml(GOOD)), 'wait')
    assert.equal(await advised(...weeks(GOOD, 'none', 13)), 'wait')
    // What matters is of how many days there are reports, not how far apart they are.
    assert.equal(await advised(xml(GOOD, { daysAgo: 20 }), xml(GOOD)), 'wait')
    assert.equal(await advised(...weeks(GOOD)), 'raise quarantine')
    assert.equal(await advised(...weeks(GOOD, 'quarantine')), 'raise reject')
    assert.equal(await advised(...weeks(GOOD, 'reject')), 'stay')
    assert.equal(await advised(...weeks([...GOOD, { source: STRANGER, count: 100 }])), 'name')
    assert.equal(await advised(...weeks([...GOOD, { source: OURS, count: 100 }], 'reject')), 'mend')
  })
  test('can be read after a report of a stranger that claims more than all the mail of the world', async () => {
    await using mailer = await world()
    await mailer.takeReport(xml(Array.from({ length: 9100 }, () => ({ source: STRANGER, count: 1e12 }))))
    const [one] = await mailer.dmarc()
    assert.equal(one?.messages, 1e9)
    await mailer.takeReport(xml([{ source: STRANGER, count: 3 }]))
    assert.equal((await mailer.dmarc())[0]?.reports, 2)
  })
  test('counts once, and only of domains that are ours and of the last month', async () => {
    await using mailer = await world()
    const counted = async (bytes: Buffer) => (await mailer.takeReport(bytes)).counted
    assert.equal(await counted(xml(GOOD, { id: 'same' })), 'counted')
    assert.equal(await counted(xml(GOOD, { id: 'same' })), 'known')
    assert.equal(await counted(xml(GOOD, { domain: 'other.test' })), 'foreign')
    assert.equal(await counted(xml(GOOD, { daysAgo: 40 })), 'old')
    assert.equal(await counted(xml(GOOD, { daysAgo: -3 })), 'old')
    assert.equal(await counted(xml(GOOD, { domain: 'news.a.example' })), 'counted')
    assert.deepEqual(
      (await mailer.dmarc({ domain: 'news.a.example' })).map(({ domain, messages }) => [domain, messages]),
      [['news.a.example', 1000]],
    )
    assert.equal((await mailer.dmarc()).length, 2)
  })
})
