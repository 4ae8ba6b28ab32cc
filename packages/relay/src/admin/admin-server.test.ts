import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { MailerError } from '@postrider/core'
import { FakeClock } from '@postrider/core/testing'
import { startTestRelay } from '../testing/test-relay.ts'
import { startAdmin, startChallengeServer } from './admin-server.ts'
import { kept } from './kept.ts'
import { Prometheus } from './prometheus.ts'

async function get(
  port: number,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; type: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' }
}

/** What is answered to these octets. */
async function say(port: number, octets: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(octets)
  let said = ''
  for await (const text of socket.setEncoding('utf8')) said += text
  return said
}

suite('prometheus', () => {
  test('counters, gauges and histograms are written as Prometheus reads them', () => {
    const metrics = new Prometheus()
    metrics.counter({ name: 'sent_total', help: 'Sent.', labels: [] }).add(2)
    metrics
      .counter({ name: 'failed_total', help: 'With "quotes"\nand lines.', labels: ['code'] })
      .add(1, { code: 'a"b\\c\nd' })
    metrics.gauge({ name: 'waiting', help: 'Waiting.', labels: [] }).set(7)
    const took = metrics.histogram({ name: 'took', help: 'Took.', labels: [], buckets: [0.1, 1] })
    for (const value of [0.05, 0.5, 0.6, 30]) took.record(value)
    assert.equal(
      metrics.text(),
      [
        '# HELP sent_total Sent.',
        '# TYPE sent_total counter',
        'sent_total 2',
        '# HELP failed_total With "quotes"\\nand lines.',
        '# TYPE failed_total counter',
        'failed_total{code="a\\"b\\\\c\\nd"} 1',
        '# HELP waiting Waiting.',
        '# TYPE waiting gauge',
        'waiting 7',
        '# HELP took Took.',
        '# TYPE took histogram',
        'took_bucket{le="0.1"} 1',
        'took_bucket{le="1"} 3',
        'took_bucket{le="+Inf"} 4',
        'took_sum 31.15',
        'took_count 4',
        '',
      ].join('\n'),
    )
  })
})

suite('an answer that is kept', () => {
  test('is found once for all who ask, and again after its time', async () => {
    const clock = new FakeClock()
    let found = 0
    const ask = kept(async () => ++found, 10_000, clock)
    assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1])
    await clock.advance(9_999)
    assert.equal(await ask(), 1)
    await clock.advance(1)
    assert.equal(await ask(), 2)
  })
  test('is not a failure', async () => {
    let asked = 0
    const ask = kept(async () => (++asked === 1 ? Promise.reject(new Error('busy')) : asked), 10_000, new FakeClock())
    await assert.rejects(ask())
    assert.equal(await ask(), 2)
  })
})

suite('admin server', () => {
  test('tells health, readiness and metrics, and of no message', async () => {
    await using it = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0' } } })
    using client = await it.login()
    await client.askAll('MAIL FROM:<board@abc.mail>', 'RCPT TO:<a@dest.example>', 'DATA')
    const [, id = ''] =
      /queued as (\S+)/.exec(await client.ask('From: board@abc.mail\r\nSubject: x\r\n\r\nx\r\n.')) ?? []
    const port = it.relay.adminPort ?? 0
    assert.deepEqual(await get(port, '/health'), {
      status: 200,
      text: '{"status":"alive"}\n',
      type: 'application/json',
    })
    const ready = JSON.parse((await get(port, '/ready')).text) as { ready: boolean; checks: { name: string }[] }
    assert.equal(ready.ready, true)
    assert.deepEqual(
      ready.checks.map(check => check.name),
      ['queue', 'disk', 'certificate', 'listeners'],
    )
    const metrics = await get(port, '/metrics')
    assert.match(metrics.type, /^text\/plain; version=0\.0\.4/)
    assert.match(metrics.text, /^postrider_queue_messages 1$/m)
    assert.match(metrics.text, /^postrider_relay_answers_total\{result="accepted"\} 1$/m)
    assert.match(metrics.text, /^postrider_relay_logins_total\{result="welcome"\} 1$/m)
    assert.match(metrics.text, /^postrider_messages_queued_total 1$/m)
    for (const path of ['/queue', `/messages/${id}`]) assert.equal((await get(port, path)).status, 404)
    assert.equal((await get(port, '/etc/passwd')).status, 404)
    assert.equal((await get(port, '/health', { method: 'PUT' })).status, 405)
  })
  test('asks for its token, except for health', async () => {
    await using it = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0', token: 'let me in' } } })
    const port = it.relay.adminPort ?? 0
    assert.equal((await get(port, '/health')).status, 200)
    for (const authorization of [undefined, 'Bearer wrong', 'let me in', 'Bearer']) {
      const headers = authorization === undefined ? {} : { authorization }
      assert.equal((await get(port, '/metrics', { headers })).status, 401)
    }
    assert.equal((await get(port, '/metrics', { headers: { authorization: 'Bearer let me in' } })).status, 200)
  })
  test('says whether it is ready, and not why, to who shows no token', async () => {
    await using it = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0', token: 'let me in' } } })
    const port = it.relay.adminPort ?? 0
    const { status, text } = await get(port, '/ready')
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(text), { ready: true })
    assert.equal((await get(port, '/ready', { method: 'POST', body: 'x' })).status, 405)
    const asked = await get(port, '/ready', { headers: { authorization: 'Bearer let me in' } })
    assert.match(asked.text, /"checks"/)
    await it.relay.mailer.close()
    assert.deepEqual(await get(port, '/ready'), { status: 503, text: '{"ready":false}\n', type: 'application/json' })
  })
  test('without a token answers only to localhost, IP addresses and configured names (DNS rebinding)', async () => {
    await using it = await startTestRelay({
      relay: { admin: { listen: '127.0.0.1:0', names: ['Mail.internal.example'] } },
    })
    const port = it.relay.adminPort ?? 0
    const as = (line: string, host: string): Promise<string> => say(port, `${line}\r\n${host}Connection: close\r\n\r\n`)
    for (const host of [
      'localhost',
      'LOCALHOST:8025',
      '127.0.0.1',
      `127.0.0.1:${port}`,
      '[::1]:8025',
      '10.1.2.3',
      'mail.abc.mail',
      'mail.internal.example:80',
    ])
      assert.match(await as('GET /metrics HTTP/1.1', `Host: ${host}\r\n`), / 200 OK/, host)
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'xmail.abc.mail',
      'evil.example:8025',
    ]) {
      for (const path of ['/metrics', '/metrics', '/ready', '/health'])
        assert.match(await as(`GET ${path} HTTP/1.1`, `Host: ${host}\r\n`), /^HTTP\/1\.1 421 /, host)
    }
    assert.match(await as('GET http://evil.example/queue HTTP/1.1', 'Host: localhost\r\n'), /^HTTP\/1\.1 421 /)
    assert.match(await as('GET /metrics HTTP/1.0', ''), /^HTTP\/1\.1 421 /)
  })
  test('with a token answers under every name', async () => {
    await using it = await startTestRelay({ relay: { admin: { listen: '127.0.0.1:0', token: 'x' } } })
    const asked =
      'GET /metrics HTTP/1.1\r\nHost: mail.others.example\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n'
    assert.match(await say(it.relay.adminPort ?? 0, asked), / 200 OK/)
  })
  test('does not listen beyond loopback without a token', async () => {
    await assert.rejects(startTestRelay({ relay: { admin: { listen: '0.0.0.0:0' } } }), error => {
      assert.ok(MailerError.is(error))
      return error.where === 'relay.admin.token'
    })
  })
  test('says 503 when mail would not be accepted', async () => {
    await using it = await startTestRelay({
      relay: { admin: { listen: '127.0.0.1:0' }, limits: { freeDiskBytes: 1024 ** 4 } },
    })
    assert.equal((await get(it.relay.adminPort ?? 0, '/ready')).status, 503)
  })
  test('trouble inside is 500 with its reason', async () => {
    const fail = () => Promise.reject(new Error('the disk is gone'))
    const ports = { counts: fail, metrics: new Prometheus(), readiness: fail }
    const server = await startAdmin({ host: '127.0.0.1', port: 0, token: '', names: [], ports })
    assert.deepEqual(await get(server.port, '/ready'), {
      status: 500,
      text: '{"error":"the disk is gone"}\n',
      type: 'application/json',
    })
    await server.close()
  })
})

test('a challenge server answers tokens it knows and nothing else', async () => {
  const server = await startChallengeServer({ host: '127.0.0.1', port: 0 }, token =>
    token === 'abc' ? 'abc.xyz' : undefined,
  )
  assert.deepEqual(await get(server.port, '/.well-known/acme-challenge/abc'), {
    status: 200,
    text: 'abc.xyz',
    type: 'text/plain',
  })
  for (const path of ['/.well-known/acme-challenge/other', '/.well-known/acme-challenge/../abc', '/']) {
    assert.equal((await get(server.port, path)).status, 404)
  }
  await server.close()
})
