import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OpenResolver } from '@postrider/core'
import { createFakeDns, type FakeDns } from '@postrider/core/testing'
import { AT, begunWith, DAY, domain, keyOf } from './rotation.fixture.ts'
import { recordsToPublish, recordsToRevoke, type TxtRecord } from './rotation.ts'
import { retiresAt, type StepPorts, stepOf } from './step.ts'

const { signal } = new AbortController()

/** Name servers of the zone, each with what it shows. */
function zones(servers: readonly string[]): {
  readonly ports: StepPorts
  readonly dns: Record<string, FakeDns>
  readonly resolver: FakeDns
} {
  const dns = Object.fromEntries(servers.map((_, index) => [`192.0.2.${index + 1}`, createFakeDns({})]))
  const resolver = createFakeDns({
    [domain]: { NS: servers },
    ...Object.fromEntries(servers.map((server, index) => [server, { A: [`192.0.2.${index + 1}`] }])),
  })
  const ports: StepPorts = {
    resolver,
    open: address => ({ ...(dns[address] as FakeDns), close: async () => undefined }) satisfies OpenResolver,
    hook: undefined,
    oldestAcceptedAt: async () => undefined,
    lifetimeMs: 5 * DAY,
  }
  return { ports, dns, resolver }
}

const show = (dns: FakeDns, { name, value }: TxtRecord): void => dns.set(name, { TXT: [value] })

suite('a new record', async () => {
  const [old, next] = [await keyOf('mail'), await keyOf('mail2')]
  const rotation = begunWith([next], [old])
  const [record] = recordsToPublish(rotation) as readonly [TxtRecord]
  const step = (ports: StepPorts) => stepOf(rotation, ports, AT, signal)

  test('is waited for until every name server shows it, and the resolver of this host', async () => {
    const { ports, dns, resolver } = zones(['ns1.host.example', 'ns2.host.example'])
    assert.deepEqual((await step(ports)).missing, [
      { where: 'ns1.host.example', found: '' },
      { where: 'ns2.host.example', found: '' },
    ])
    show(dns['192.0.2.1'] as FakeDns, record)
    assert.deepEqual(await step(ports), { missing: [{ where: 'ns2.host.example', found: '' }] })
    // It would remember for a while that there is none.
    assert.ok(!resolver.queries.some(({ name }) => name === record.name))
    show(dns['192.0.2.2'] as FakeDns, record)
    assert.deepEqual(await step(ports), { missing: [{ where: 'resolver', found: '' }] })
    show(resolver, record)
    assert.deepEqual(await step(ports), { next: 'retire', missing: [] })
  })
  test('is not seen where it means another kind of key, or none, to a verifier (RFC 6376 §3.6.1)', async () => {
    const [, value] = record.value.split(' p=')
    for (const wrong of [
      `v=DKIM1; p=${value}`,
      `v=DKIM1; k=rsa; p=${value}`,
      `v=DKIM2; k=ed25519; p=${value}`,
      `k=ed25519; p=${value}; v=DKIM1`,
      `k=ed25519; p=${value}`,
      `v=DKIM1; k=ed25519; h=sha1; p=${value}`,
      `v=DKIM1; k=ed25519; s=other; p=${value}`,
      `v=DKIM1; k=ed25519; P=${value}`,
      `v=DKIM1; k=ed25519; p=${value}; p=${value}`,
    ]) {
      const { ports, dns, resolver } = zones(['ns1.host.example'])
      show(resolver, record)
      show(dns['192.0.2.1'] as FakeDns, { ...record, value: wrong })
      assert.deepEqual((await step(ports)).missing, [{ where: 'ns1.host.example', found: wrong }])
    }
    const { ports, dns, resolver } = zones(['ns1.host.example'])
    show(resolver, record)
    show(dns['192.0.2.1'] as FakeDns, { ...record, value: `v=DKIM1;k=ed25519; n=for mail; p= ${value} ;` })
    assert.equal((await step(ports)).next, 'retire')
  })
  test('is not seen where another key or a second record stands, or a server does not answer', async () => {
    const { ports, dns, resolver } = zones(['ns1.host.example'])
    show(resolver, record)
    const server = dns['192.0.2.1'] as FakeDns
    server.set(record.name, { TXT: ['v=DKIM1; p=b3RoZXI='] })
    assert.deepEqual((await step(ports)).missing, [{ where: 'ns1.host.example', found: 'v=DKIM1; p=b3RoZXI=' }])
    server.set(record.name, { TXT: [record.value, 'v=DKIM1; p=b3RoZXI='] })
    assert.equal((await step(ports)).next, undefined)
    server.set(record.name, { fail: 'servfail' })
    assert.deepEqual((await step(ports)).missing, [{ where: 'ns1.host.example', found: 'servfail' }])
    server.set(record.name, { TXT: [record.value] })
    assert.equal((await step(ports)).next, 'retire')
  })
  test('may stand where an alias leads, at all name servers of that place', async () => {
    const { ports, dns, resolver } = zones(['ns1.host.example'])
    const far = createFakeDns({})
    resolver.set('dkim.far.example', { NS: ['ns.far.example'] })
    resolver.set('ns.far.example', { A: ['198.51.100.1'] })
    ;(dns['192.0.2.1'] as FakeDns).set(record.name, { CNAME: 'x.dkim.far.example' })
    show(resolver, record)
    const beyond = {
      ...ports,
      open: (address: string) =>
        address === '198.51.100.1' ? { ...far, close: async () => undefined } : ports.open(address),
    }
    assert.deepEqual((await step(beyond)).missing, [{ where: 'ns.far.example', found: '' }])
    far.set('x.dkim.far.example', { TXT: [record.value] })
    assert.equal((await step(beyond)).next, 'retire')
  })
  test('is set by the hook again at each look, and what the hook refuses is waited for', async () => {
    const { ports, dns, resolver } = zones(['ns1.host.example'])
    const asked: string[] = []
    let works = false
    const hook = async (action: 'set' | 'clear', one: TxtRecord): Promise<void> => {
      asked.push(action)
      if (!works) throw new Error('HTTP 500')
      for (const each of [dns['192.0.2.1'] as FakeDns, resolver]) show(each, one)
    }
    assert.deepEqual(await step({ ...ports, hook }), { missing: [{ where: 'hook', found: 'HTTP 500' }] })
    works = true
    assert.equal((await step({ ...ports, hook })).next, 'retire')
    assert.deepEqual(asked, ['set', 'set'])
  })
  test('is not seen where the zone has no name servers that can be found', async () => {
    const { ports } = zones([])
    assert.deepEqual((await step({ ...ports, resolver: createFakeDns({}) })).missing, [
      { where: 'resolver', found: 'NS' },
    ])
  })
})

suite('an old key', async () => {
  const [old, next] = [await keyOf('mail'), await keyOf('mail2')]
  test('keeps its record for as long as mail may wait, and longer while older mail is queued', async () => {
    const rotation = begunWith([next], [old], { stage: 'retire' })
    const { ports } = zones([])
    const at = retiresAt(rotation, ports.lifetimeMs)
    assert.equal(at, AT + 7 * DAY)
    assert.deepEqual(await stepOf(rotation, ports, at - 1, signal), {
      missing: [{ where: 'time', found: '2026-01-12T00:00:00.000Z' }],
    })
    assert.equal((await stepOf(rotation, ports, at, signal)).next, 'revoke')
    const waiting = { ...ports, oldestAcceptedAt: async () => AT - DAY }
    assert.deepEqual(await stepOf(rotation, waiting, at, signal), {
      missing: [{ where: 'queue', found: '2026-01-04T00:00:00.000Z' }],
    })
    const younger = { ...ports, oldestAcceptedAt: async () => AT + DAY }
    assert.equal((await stepOf(rotation, younger, at, signal)).next, 'revoke')
  })
  test('is gone when every name server shows it empty, or nothing', async () => {
    const rotation = begunWith([next], [old], { stage: 'revoke' })
    const [empty] = recordsToRevoke(rotation) as readonly [TxtRecord]
    assert.deepEqual(empty, { name: 'mail._domainkey.abc.example', value: 'v=DKIM1; p=' })
    const { ports, dns } = zones(['ns1.host.example', 'ns2.host.example'])
    const value = rotation.former[0]?.value ?? ''
    for (const server of Object.values(dns)) show(server, { name: empty.name, value })
    assert.equal((await stepOf(rotation, ports, AT, signal)).missing.length, 2)
    show(dns['192.0.2.1'] as FakeDns, empty)
    assert.deepEqual((await stepOf(rotation, ports, AT, signal)).missing, [{ where: 'ns2.host.example', found: value }])
    ;(dns['192.0.2.2'] as FakeDns).set(empty.name, undefined)
    assert.equal((await stepOf(rotation, ports, AT, signal)).next, 'done')
  })
  test('is cleared before it is set empty, where a hook does it', async () => {
    const rotation = begunWith([next], [old], { stage: 'revoke' })
    const { ports } = zones(['ns1.host.example'])
    const asked: unknown[] = []
    await stepOf(
      rotation,
      { ...ports, hook: async (action, { value }) => void asked.push([action, value]) },
      AT,
      signal,
    )
    assert.deepEqual(asked, [
      ['clear', rotation.former[0]?.value],
      ['set', 'v=DKIM1; p='],
    ])
  })
})
