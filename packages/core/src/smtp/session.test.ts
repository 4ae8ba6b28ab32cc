import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import type { Domain } from '../model/address.ts'
import type { Hop } from '../model/route.ts'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { startFakeMx } from '../testing/fake-mx.ts'
import { hopTo } from '../testing/parcel.ts'
import { SmtpError } from './errors.ts'
import { Session, type SessionPorts } from './session.ts'
import { defaultTimeouts } from './timeouts.ts'
import { TlsTrust } from './tls.ts'
import { TlsSessions } from './tls-sessions.ts'

const never = new AbortController().signal
const authority = makeAuthority()

function ports(clock = systemClock): SessionPorts {
  return { clock, timeouts: defaultTimeouts, trust: new TlsTrust(authority.cert), tlsSessions: new TlsSessions(clock) }
}

async function lossOf(opening: Promise<Session>): Promise<string> {
  try {
    await opening
    return 'none'
  } catch (error) {
    assert.ok(error instanceof SmtpError)
    return `${error.loss?.code}@${error.stage}`
  }
}

test('a port where nobody listens is connect-refused', async () => {
  const mx = await startFakeMx({ certificate: false })
  const hop = hopTo(mx)
  await mx.close()
  assert.equal(await lossOf(Session.open(hop, ports(), {}, never)), 'connect-refused@connect')
})

test('an address of ours that is not ours is local-address', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const hop = hopTo(mx, { localAddress: '192.0.2.77' })
  assert.equal(await lossOf(Session.open(hop, ports(), {}, never)), 'local-address@connect')
})

test('the connection leaves from the address that it should', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await Session.open(hopTo(mx, { localAddress: '127.0.0.5' }), ports(), {}, never)
  assert.equal(session.phase, 'ready')
  await session.quit()
})

test('to be told to stop while connecting, or before, is aborted', async () => {
  await using mx = await startFakeMx({ certificate: false, answer: () => new Promise<undefined>(() => {}) })
  assert.equal(await lossOf(Session.open(hopTo(mx), ports(), {}, AbortSignal.abort())), 'aborted@connect')
  const controller = new AbortController()
  const opening = Session.open(hopTo(mx), ports(), {}, controller.signal)
  controller.abort()
  assert.equal(await lossOf(opening), 'aborted@connect')
})

test('to be told to stop while waiting for the greeting is aborted, and the connection is cut', async () => {
  const controller = new AbortController()
  await using mx = await startFakeMx({
    certificate: false,
    answer: () => {
      setImmediate(() => controller.abort())
      return new Promise<undefined>(() => {})
    },
  })
  const loss = await lossOf(Session.open(hopTo(mx), ports(), {}, controller.signal))
  assert.match(loss, /^aborted@(?:greeting|connect)$/)
})

test('a handshake that never ends is given up in time', async () => {
  const clock = new FakeClock()
  await using mx = await startFakeMx({
    dialogues: ['S: 220 hi\nC: EHLO *\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n-- octets\n-- wait long'],
    waits: async () => {
      await clock.advance(defaultTimeouts.tlsMs)
    },
  })
  assert.equal(await lossOf(Session.open(hopTo(mx, { level: 'encrypted' }), ports(clock), {}, never)), 'timeout@tls')
})

test('a session that rests and hears a 421 is broken, and says so once', async () => {
  let say = (): void => {}
  const turn = new Promise<void>(resolve => {
    say = resolve
  })
  await using mx = await startFakeMx({
    dialogues: ['S: 220 hi\nC: EHLO *\nS: 250 hi\n-- wait turn\nS: 421 4.4.2 idle too long\n-- close'],
    waits: () => turn,
  })
  const session = await Session.open(hopTo(mx), ports(), {}, never)
  let ends = 0
  const ended = new Promise<void>(resolve => {
    session.onEnd = () => {
      ends++
      resolve()
    }
  })
  session.rest()
  assert.equal(session.phase, 'ready')
  say()
  await ended
  assert.equal(session.phase, 'broken')
  await session.quit()
  assert.equal(ends, 1)
})

test('a session that has ended cannot be begun again', async () => {
  await using mx = await startFakeMx({ certificate: false })
  const session = await Session.open(hopTo(mx), ports(), {}, never)
  await session.quit()
  assert.equal(session.phase, 'closed')
  assert.throws(() => session.begin(never), /cannot go from closed to busy/)
})

test('a failure before there was a session carries its conversation', async () => {
  await using mx = await startFakeMx({ dialogues: ['S: 554 5.7.1 go away\nC: QUIT'] })
  await assert.rejects(Session.open(hopTo(mx), ports(), {}, never), error => {
    assert.ok(error instanceof SmtpError)
    assert.deepEqual(error.transcript, ['S: 554 5.7.1 go away', 'C: QUIT'])
    return true
  })
})

for (const method of ['plain', 'login', 'xoauth2'] as const) {
  const login = { user: 'user', password: 'sécret', method }
  const names = ['mx.example.test' as Domain]
  const certificate = makeCertificate({ names, issuer: authority })

  test(`login by ${method} works over TLS, and its secret is not in the transcript`, async () => {
    await using mx = await startFakeMx({ certificate, login: { user: 'user', password: 'sécret' } })
    const hop: Hop = hopTo(mx, { verify: { by: 'pkix', names }, login })
    const session = await Session.open(hop, ports(), {}, never)
    const said = session.wire.transcript.lines().join('\n')
    assert.match(said, new RegExp(`AUTH ${method}`, 'i'))
    assert.doesNotMatch(said, /c8OpY3JldA|sécret|dXNlcj11|AHVzZXI/)
    await session.quit()
  })

  test(`a wrong password by ${method} is a refusal of the session`, async () => {
    await using mx = await startFakeMx({ certificate, login: { user: 'user', password: 'other' } })
    const hop: Hop = hopTo(mx, { verify: { by: 'pkix', names }, login })
    await assert.rejects(
      Session.open(hop, ports(), {}, never),
      error => error instanceof SmtpError && error.refusal?.reply.code === 535 && error.stage === 'auth',
    )
  })
}
