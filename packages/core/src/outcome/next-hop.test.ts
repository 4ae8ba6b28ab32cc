import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireDomain } from '../model/address.ts'
import type { Failure } from '../model/failure.ts'
import type { Hop } from '../model/route.ts'
import type { Failed, Verdict } from '../model/verdict.ts'
import { better, mayTryHop, mayTryNextHop } from './next-hop.ts'

const accepted: Verdict = {
  kind: 'accepted',
  recipient: 0,
  reply: { code: 250, lines: [] },
  host: 'mx.example.com',
  address: '192.0.2.1',
}

function failed(parts: Partial<Failure>, address = '2001:db8::1'): Failed {
  const failure: Failure = {
    scope: 'recipient',
    permanence: 'transient',
    code: 'refused',
    stage: 'rcpt',
    rule: 'test',
    detail: '',
    suppress: false,
    ...parts,
  }
  return { kind: 'failed', recipient: 0, failure, host: 'mx.example.com', address }
}

function hop(family: 4 | 6): Hop {
  const host = requireDomain('mx2.example.com', 'test')
  return {
    host,
    address: family === 4 ? '192.0.2.2' : '2001:db8::2',
    family,
    port: 25,
    preference: 10,
    tls: { level: 'opportunistic', sources: ['default'], sni: host },
    implicitTls: false,
    departure: { hostname: host },
    limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
  }
}

const full = failed({ code: 'mailbox-full' })
const down = failed({ code: 'host-unreachable', scope: 'host', stage: 'connect' })
const unknown = failed({ code: 'user-unknown', permanence: 'permanent' })
const closed = failed({ scope: 'host', permanence: 'permanent', stage: 'greeting' })
const uncertain = failed({ code: 'delivery-uncertain', scope: 'host', stage: 'final-dot' })

test('another host is tried when this one is in trouble, even for good', () => {
  assert.equal(mayTryNextHop(down), true)
  assert.equal(mayTryNextHop(closed), true)
})

test('another host is tried for a transient refusal of recipient or message, not for a permanent one', () => {
  for (const scope of ['recipient', 'message'] as const) {
    assert.equal(mayTryNextHop(failed({ scope, permanence: 'transient' })), true)
    assert.equal(mayTryNextHop(failed({ scope, permanence: 'permanent' })), false)
  }
})

test('trouble of the whole domain ends the attempt', () => {
  assert.equal(mayTryNextHop(failed({ scope: 'domain' })), false)
})

test('what was accepted or may have been is taken to nobody else (RFC 1047)', () => {
  assert.equal(mayTryNextHop(accepted), false)
  assert.equal(mayTryNextHop(uncertain), false)
})

test('a refusal of our address leaves only hops of the other family', () => {
  const ptr = failed({ scope: 'domain', permanence: 'permanent', tryOtherFamily: true })
  assert.equal(mayTryHop(ptr, hop(4)), true)
  assert.equal(mayTryHop(ptr, hop(6)), false)
  assert.equal(mayTryHop(down, hop(6)), true)
  assert.equal(mayTryHop(unknown, hop(4)), false)
})

test('"mailbox full" is not forgotten because the second host was down', () => {
  assert.equal(better(full, down), full)
  assert.equal(better(down, full), full)
})

test('accepted is better than anything', () => {
  assert.equal(better(full, accepted), accepted)
  assert.equal(better(accepted, unknown), accepted)
  assert.equal(better(undefined, down), down)
})

test('a host that takes no mail at all does not outweigh one that may take it later', () => {
  assert.equal(better(closed, down), down)
  assert.equal(better(down, closed), down)
})

test('a refusal of the recipient for good outweighs everything but acceptance', () => {
  assert.equal(better(down, unknown), unknown)
  assert.equal(better(uncertain, unknown), unknown)
})

test('an uncertain delivery is not forgotten for a host that was down', () => {
  assert.equal(better(uncertain, down), uncertain)
})

test('of two troubles of the same kind the one that got further is kept, then the newer', () => {
  const later = failed({ code: 'connection-lost', scope: 'host', stage: 'data' })
  assert.equal(better(later, down), later)
  const again = failed({ code: 'host-unreachable', scope: 'host', stage: 'connect' })
  assert.equal(better(down, again), again)
})

test('a 5yz greeting may be one bad host’s, whatever it says of our address', () => {
  const said = { scope: 'domain', stage: 'greeting' } as const
  assert.equal(mayTryNextHop(failed({ ...said, reply: { code: 554, lines: [] } })), true)
  assert.equal(mayTryNextHop(failed({ ...said, reply: { code: 421, lines: [] } })), false)
})
