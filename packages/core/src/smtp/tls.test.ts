import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import type { Domain } from '../model/address.ts'
import type { TlsSeen } from '../model/evidence.ts'
import type { TlsaRecord } from '../model/route.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { startFakeMx } from '../testing/fake-mx.ts'
import { type HopOptions, hopTo } from '../testing/parcel.ts'
import { SmtpError } from './errors.ts'
import { Session, type SessionPorts } from './session.ts'
import { defaultTimeouts } from './timeouts.ts'
import { TlsTrust } from './tls.ts'
import { TlsSessions } from './tls-sessions.ts'

const NAME = 'mx.example.test'
const authority = makeAuthority()
const right = makeCertificate({ names: [NAME], issuer: authority })
const wrongName = makeCertificate({ names: ['other.example.test'], issuer: authority })
const selfSigned = makeCertificate({ names: [NAME] })
const expired = makeCertificate({
  names: [NAME],
  issuer: authority,
  notBefore: new Date('2020-01-01'),
  notAfter: new Date('2021-01-01'),
})
const signal = new AbortController().signal
const names = [NAME as Domain]

function ports(): SessionPorts {
  return {
    clock: systemClock,
    timeouts: defaultTimeouts,
    trust: new TlsTrust(authority.cert),
    tlsSessions: new TlsSessions(systemClock),
  }
}

function tlsa(usage: number, certificate: Certificate): TlsaRecord {
  const data = createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('hex')
  return { usage, selector: 0, matching: 1, data }
}

/** What was seen of TLS, or the code of the loss. */
async function outcome(certificate: Certificate, options: HopOptions): Promise<TlsSeen | string> {
  await using mx = await startFakeMx({ certificate })
  try {
    const session = await Session.open(hopTo(mx, options), ports(), {}, signal)
    const seen = session.tls
    await session.quit()
    return seen ?? 'plain'
  } catch (error) {
    assert.ok(error instanceof SmtpError)
    return error.loss?.code ?? 'refused'
  }
}

async function verified(certificate: Certificate, options: HopOptions): Promise<string> {
  const seen = await outcome(certificate, options)
  return typeof seen === 'string' ? seen : seen.verified
}

test('opportunistic takes any certificate, and says honestly what is wrong with it', async () => {
  assert.equal(await verified(right, { level: 'opportunistic' }), 'pkix')
  for (const [certificate, problem] of [
    [wrongName, /other\.example\.test/],
    [selfSigned, /SELF_SIGNED/],
    [expired, /EXPIRED/],
  ] as const) {
    const seen = await outcome(certificate, { level: 'opportunistic' })
    assert.ok(typeof seen !== 'string' && seen.verified === 'none')
    assert.match(seen.problem ?? '', problem)
  }
})

test('encrypted takes any certificate', async () => {
  assert.equal(await verified(selfSigned, { level: 'encrypted' }), 'none')
  assert.equal(await verified(right, { level: 'encrypted' }), 'pkix')
})

test('verified by pkix wants a trusted chain, the dates and the name', async () => {
  const verify = { by: 'pkix', names } as const
  assert.equal(await verified(right, { verify }), 'pkix')
  assert.equal(await verified(wrongName, { verify }), 'tls-name-mismatch')
  assert.equal(await verified(selfSigned, { verify }), 'tls-untrusted')
  assert.equal(await verified(expired, { verify }), 'tls-expired')
})

test('verified by dane takes what matches its records, whoever signed it', async () => {
  assert.equal(await verified(selfSigned, { verify: { by: 'dane', names, records: [tlsa(3, selfSigned)] } }), 'dane')
  assert.equal(await verified(expired, { verify: { by: 'dane', names, records: [tlsa(3, expired)] } }), 'dane')
  assert.equal(
    await verified(right, { verify: { by: 'dane', names, records: [tlsa(3, selfSigned)] } }),
    'tls-dane-mismatch',
  )
})

test('dane finds the authority among the certificates that the server sent', async () => {
  const chain: Certificate = { cert: wrongName.cert + authority.cert, key: wrongName.key }
  const good: Certificate = { cert: right.cert + authority.cert, key: right.key }
  const verify = { by: 'dane', names, records: [tlsa(2, authority)] } as const
  assert.equal(await verified(good, { verify }), 'dane')
  assert.equal(await verified(chain, { verify }), 'tls-name-mismatch')
  assert.equal(await verified(right, { verify }), 'tls-dane-mismatch', 'the authority was not sent')
})

test('the server is told the name that is asked for, and an address is none (RFC 6066 §3)', async () => {
  const told: (string | undefined)[] = []
  await using mx = await startFakeMx({ certificate: right })
  const hop = hopTo(mx, {})
  for (const sni of [NAME, '[127.0.0.1]']) {
    const session = await Session.open({ ...hop, tls: { ...hop.tls, sni: sni as Domain } }, ports(), {}, signal)
    told.push(session.tls?.problem)
    await session.quit()
  }
  assert.equal(told[0], undefined)
  assert.match(told[1] ?? '', /not for \[127\.0\.0\.1\]/)
})

test('the second connection resumes, and says the same of the certificate', async () => {
  await using mx = await startFakeMx({ certificate: selfSigned })
  const shared = ports()
  const seen: (TlsSeen | undefined)[] = []
  for (let round = 0; round < 2; round++) {
    const session = await Session.open(hopTo(mx), shared, {}, signal)
    seen.push(session.tls)
    await session.quit()
  }
  assert.deepEqual(
    seen.map(tls => [tls?.resumed, tls?.verified, /SELF_SIGNED/.test(tls?.problem ?? '')]),
    [
      [false, 'none', true],
      [true, 'none', true],
    ],
  )
})

test('a ticket never crosses requirements', async () => {
  await using mx = await startFakeMx({ certificate: selfSigned })
  const shared = ports()
  const session = await Session.open(hopTo(mx), shared, {}, signal)
  await session.quit()
  const stricter = hopTo(mx, { verify: { by: 'pkix', names } })
  await assert.rejects(
    Session.open(stricter, shared, {}, signal),
    error => error instanceof SmtpError && error.loss?.code === 'tls-untrusted',
  )
})

test('no ticket is kept of a server that did not pass', async () => {
  await using mx = await startFakeMx({ certificate: selfSigned })
  const shared = ports()
  const stricter = hopTo(mx, { verify: { by: 'pkix', names } })
  for (let round = 0; round < 2; round++)
    await assert.rejects(
      Session.open(stricter, shared, {}, signal),
      error => error instanceof SmtpError && error.loss?.code === 'tls-untrusted',
    )
})

test('a server that does not speak TLS is a failed handshake', async () => {
  await using mx = await startFakeMx({
    dialogues: [
      'S: 220 hi\nC: EHLO *\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n-- octets\nS: 250 no TLS here',
    ],
  })
  await assert.rejects(
    Session.open(hopTo(mx), ports(), {}, signal),
    error => error instanceof SmtpError && error.stage === 'tls' && error.loss?.code === 'tls-handshake',
  )
})

test('implicit TLS begins before the greeting (RFC 8314 §3.3)', async () => {
  await using mx = await startFakeMx({ certificate: right, implicitTls: true })
  const hop = hopTo(mx, { implicitTls: true, verify: { by: 'pkix', names } })
  const session = await Session.open(hop, ports(), {}, signal)
  assert.equal(session.tls?.verified, 'pkix')
  await session.quit()
})
