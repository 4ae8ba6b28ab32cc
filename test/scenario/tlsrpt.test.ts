/** Scenarios: what is counted of TLS, and the reports that come of it (RFC 8460). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { generateDkimKey, type MailerOptions, readTlsReport, type TlsDay } from '@postrider/core'
import { FakeClock, makeAuthority, makeCertificate, type ReceivedMessage } from '@postrider/core/testing'
import { startPolicyHost } from '../support/policy-host.ts'
import { DRAFT, openWorld, type World } from '../support/world.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 2, 1, 12)
const { pem } = await generateDkimKey({ domain: 'sender.test', selector: 's' })
const REPORTING: MailerOptions = {
  dkim: [{ domain: 'sender.test', selector: 's', privateKey: pem }],
  tlsrpt: { contact: 'tls@sender.test', organisation: 'Sender Inc.' },
  egress: { publicAddresses: ['192.0.2.1'] },
}

async function counted(world: World): Promise<readonly TlsDay[]> {
  const mailer = await world.another({}, { deliver: false })
  return mailer.tlsResults()
}

/** Moves time on until `done`, and lets the queue and all that is due have their turn in between. */
async function pass(world: World, clock: FakeClock, done: () => boolean, stepMs = HOUR / 4): Promise<void> {
  for (let step = 0; step < 200; step++) {
    if (done()) return
    await clock.advance(stepMs)
    await world.mailer.queue.counts()
    await world.mailer.idle()
    // A question or a post that has begun takes real time: the clock stands still while it may be under way.
    for (let turn = 0; turn < TURNS && !done(); turn++) await setImmediate()
  }
  assert.fail('it did not happen')
}

const TURNS = 50
const PATIENCE_MS = 60_000

/** What the report of the first day came to, once it is something else than `before`. */
async function stateAfter(world: World, before: string | undefined): Promise<string | undefined> {
  for (const since = performance.now(); performance.now() - since < PATIENCE_MS; ) {
    const state = (await world.mailer.tlsResults())[0]?.report?.state
    if (state !== before) return state
    await setImmediate()
  }
  assert.fail(`the report stays ${before ?? 'undecided'}`)
}

const isAsked = (world: World) => (): boolean => world.dns.queries.some(({ name }) => name === '_smtp._tls.dest.test')

test('sessions are counted, not messages, and survive the end of the process', async () => {
  await using world = await openWorld()
  for (const subject of ['one', 'two']) await (await world.mailer.send({ ...DRAFT, subject })).settled()
  await world.mailer.close()
  const [day, ...more] = await counted(world)
  assert.deepEqual(more, [])
  assert.equal(day?.domain, 'dest.test')
  const policy = { type: 'no-policy-found', text: [], domain: 'dest.test', mxHosts: [] }
  assert.deepEqual(
    day?.tallies.map(({ day: _, ...rest }) => rest),
    [{ domain: 'dest.test', policy, good: 1, bad: 0 }],
  )
})

test('a host without STARTTLS is a failed session of no policy', async () => {
  await using world = await openWorld({ hosts: [{ certificate: false }], options: REPORTING })
  await (await world.mailer.send(DRAFT)).settled()
  await world.mailer.close()
  const [day] = await counted(world)
  assert.deepEqual(
    day?.tallies.map(({ failure, bad }) => [failure, bad]),
    [
      [undefined, 1],
      [
        {
          type: 'starttls-not-supported',
          mxHost: 'mx1.dest.test',
          mxAddress: '127.0.0.11',
          sendingAddress: '192.0.2.1',
        },
        1,
      ],
    ],
  )
})

test('under MTA-STS in testing mode mail is delivered, and a certificate for another name is counted as a failure', async () => {
  const authority = makeAuthority()
  await using policyHost = await startPolicyHost({ domain: 'dest.test', authority, mode: 'testing' })
  await using world = await openWorld({
    authority,
    hosts: [{ certificate: makeCertificate({ names: ['other.test'], issuer: authority }) }],
    zone: { '_mta-sts.dest.test': { TXT: 'v=STSv1; id=1' }, 'mta-sts.dest.test': { A: '127.0.0.1' } },
    seams: { policyPort: policyHost.port },
  })
  assert.equal((await (await world.mailer.send(DRAFT)).settled()).delivered, true)
  await world.mailer.close()
  const [day] = await counted(world)
  const [sessions, failure] = day?.tallies ?? []
  assert.deepEqual(sessions?.policy, {
    type: 'sts',
    text: ['version: STSv1', 'mode: testing', 'mx: *.dest.test', 'max_age: 604800'],
    domain: 'dest.test',
    mxHosts: ['*.dest.test'],
  })
  assert.deepEqual([sessions?.good, sessions?.bad, failure?.failure?.type], [0, 1, 'certificate-host-mismatch'])
})

test('TLSA records that do not match are counted for the domain and for the host, each attempt once', async () => {
  await using world = await openWorld({ authentic: true })
  world.dns.set(`_${world.mx[0]?.port}._tcp.mx1.dest.test`, { TLSA: `3 1 1 ${'0'.repeat(64)}` })
  await world.mailer.send(DRAFT)
  await world.mailer.idle()
  await world.mailer.queue.flush()
  await world.mailer.idle()
  await world.mailer.close()
  assert.deepEqual(
    (await counted(world)).map(({ domain, tallies }) => [
      domain,
      ...tallies.map(({ policy, failure, good, bad }) => [policy.type, policy.domain, failure?.type, good, bad]),
    ]),
    ['dest.test', 'mx1.dest.test'].map(domain => [
      domain,
      ['tlsa', 'mx1.dest.test', undefined, 0, 2],
      ['tlsa', 'mx1.dest.test', 'certificate-not-trusted', 0, 2],
    ]),
  )
})

test('the report of a day goes by signed mail to rua, after midnight UTC, and is not reported on itself', async () => {
  const clock = new FakeClock(START)
  await using world = await openWorld({
    zone: { '_smtp._tls.dest.test': { TXT: 'v=TLSRPTv1; rua=mailto:reports@dest.test' } },
    options: REPORTING,
    seams: { clock },
  })
  const host = world.mx[0]
  assert.ok(host)
  await (await world.mailer.send(DRAFT)).settled()
  await pass(world, clock, isAsked(world))
  await pass(world, clock, () => host.messages.length > 1, 1000)
  const report = host.messages[1] as ReceivedMessage
  const midnight = Date.UTC(2026, 2, 2)
  assert.ok(clock.now() >= midnight && clock.now() <= midnight + 5 * HOUR, new Date(clock.now()).toISOString())
  const text = report.content.toString('latin1')
  for (const line of [
    /^TLS-Report-Domain: dest\.test\r$/m,
    /^TLS-Report-Submitter: sender\.test\r$/m,
    /^TLS-Required: No\r$/m,
    /^Subject: Report Domain: dest\.test\r\n Submitter: sender\.test\r\n Report-ID: <2026-03-01_dest\.test@sender\.test>\r$/m,
    /^Content-Type: multipart\/report; report-type="tlsrpt";/m,
    /^DKIM-Signature: [^:]*d=sender\.test;/m,
    / filename="sender\.test!dest\.test!1772323200!1772409599\.json\.gz"\r$/m,
  ])
    assert.match(text, line)
  assert.match(
    /h=([^;]*)/.exec(text.replace(/\r\n[ \t]+/g, ''))?.[1] ?? '',
    /tls-report-domain.*tls-required|tls-required.*tls-report-domain/,
  )
  assert.equal(report.recipients[0]?.parameters.includes('NOTIFY=NEVER'), true)
  const read = readTlsReport(report.content)
  assert.ok(!('problem' in read))
  assert.deepEqual(
    [read.organisation, read.contact, read.start, read.end],
    ['Sender Inc.', 'tls@sender.test', '2026-03-01T00:00:00Z', '2026-03-01T23:59:59Z'],
  )
  assert.deepEqual(
    read.policies.map(({ type, domain, good, bad }) => [type, domain, good, bad]),
    [['no-policy-found', 'dest.test', 1, 0]],
  )
  await world.mailer.idle()
  await world.mailer.close()
  const days = await (await world.another({}, { deliver: false })).tlsResults()
  assert.deepEqual(
    days.map(({ report }) => [report?.state, report?.sentTo]),
    [['sent', ['mailto:reports@dest.test']]],
  )
})

test('the report of a day is posted to an https rua, and tried again an hour after a failure', async () => {
  const posted: { readonly type: string | undefined; readonly body: Buffer }[] = []
  const clock = new FakeClock(START)
  let refusals = 1
  const options = { ...REPORTING, dkim: [], tlsrpt: { send: true } }
  await using world = await openWorld({ options, seams: { clock } })
  const server = createServer(
    { ...makeCertificate({ names: ['reports.dest.test'], issuer: world.authority }) },
    async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      posted.push({ type: request.headers['content-type'], body: Buffer.concat(parts) })
      response.writeHead(refusals-- > 0 ? 503 : 201).end()
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  world.dns.set('reports.dest.test', { A: '127.0.0.1' })
  world.dns.set('_smtp._tls.dest.test', { TXT: `v=TLSRPTv1; rua=https://reports.dest.test:${port}/v1` })
  try {
    await (await world.mailer.send(DRAFT)).settled()
    await pass(world, clock, () => posted.length === 1)
    assert.deepEqual([await stateAfter(world, undefined), posted.length], ['waiting', 1])
    await pass(world, clock, () => posted.length === 2)
    assert.deepEqual([await stateAfter(world, 'waiting'), posted.length], ['sent', 2])
    const [{ type, body }] = posted as [(typeof posted)[number]]
    assert.equal(type, 'application/tlsrpt+gzip')
    const report = JSON.parse(gunzipSync(body).toString())
    assert.deepEqual(Object.keys(report), ['organization-name', 'date-range', 'contact-info', 'report-id', 'policies'])
    assert.deepEqual(report.policies, [
      {
        policy: { 'policy-type': 'no-policy-found', 'policy-domain': 'dest.test' },
        summary: { 'total-successful-session-count': 1, 'total-failure-session-count': 0 },
      },
    ])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('without a contact nothing is sent to anybody', async () => {
  const clock = new FakeClock(START)
  const { tlsrpt: _, ...options } = REPORTING
  await using world = await openWorld({
    zone: { '_smtp._tls.dest.test': { TXT: 'v=TLSRPTv1; rua=mailto:reports@dest.test' } },
    options,
    seams: { clock },
  })
  await (await world.mailer.send(DRAFT)).settled()
  for (let hour = 0; hour < 30; hour++) {
    await clock.advance(HOUR)
    await world.mailer.queue.counts()
  }
  assert.equal(
    world.dns.queries.some(({ name }) => name.startsWith('_smtp._tls')),
    false,
  )
  assert.equal(world.mx[0]?.messages.length, 1)
})
