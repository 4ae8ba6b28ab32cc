import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { test } from 'node:test'
import { systemClock } from '../ambient/clock.ts'
import { type Domain, requireAddress } from '../model/address.ts'
import type { Parcel } from '../model/parcel.ts'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { type FakeMx, startFakeMx } from '../testing/fake-mx.ts'
import { hopTo, jobFor } from '../testing/parcel.ts'
import { SessionPool } from './pool.ts'
import { createTransmitter } from './transmit.ts'

const never = new AbortController().signal
const content = Buffer.from('Subject: hi\r\n\r\nhello\r\n')

function parcelFor(...recipients: readonly string[]): Parcel {
  const job = jobFor(content, recipients)
  return { job, recipients: job.recipients, content, site: 'example.test', enterFinalDot: () => () => {} }
}

test('only the recipients that are still open are named, under their own numbers', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const parcel = parcelFor('a@example.test', 'b@example.test', 'c@example.test')
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const evidence = await transmit({ ...parcel, recipients: parcel.recipients.slice(1) }, hopTo(mx), never)
  assert.deepEqual(
    evidence.answers.map(({ recipient }) => recipient),
    [1, 2],
  )
  assert.deepEqual(
    mx.messages[0]?.recipients.map(({ address }) => address),
    ['b@example.test', 'c@example.test'],
  )
})

test('a thousand recipients go in as many transactions as the site wants, over one connection', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const everyone = Array.from({ length: 1000 }, (_, at) => `user${at}@example.test`)
  const evidence = await transmit(
    parcelFor(...everyone),
    hopTo(mx, { limits: { recipientsPerTransaction: 300 } }),
    never,
  )
  assert.equal(evidence.answers.length, 1000)
  assert.deepEqual(
    mx.messages.map(message => message.recipients.length),
    [300, 300, 300, 100],
  )
  assert.equal(mx.connections, 1)
})

test('when the host is not reached everyone is left without an answer, and the loss says why', async () => {
  const mx = await startFakeMx({ certificate: false })
  const hop = hopTo(mx)
  await mx.close()
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const evidence = await createTransmitter({ pool, clock: systemClock }).transmit(
    parcelFor('a@example.test'),
    hop,
    never,
  )
  assert.deepEqual(evidence.answers, [])
  assert.equal(evidence.loss?.code, 'connect-refused')
  assert.equal(evidence.loss?.stage, 'connect')
})

test('to be told to stop is evidence, too', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const evidence = await transmit(parcelFor('a@example.test'), hopTo(mx), AbortSignal.abort())
  assert.equal(evidence.loss?.code, 'aborted')
})

test('what was seen of TLS is in the evidence, also on a reused session', async () => {
  await using mx = await startFakeMx()
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  for (const reused of [false, true]) {
    const evidence = await transmit(parcelFor('a@example.test'), hopTo(mx), never)
    assert.equal(evidence.sessionReused, reused)
    assert.equal(evidence.tls?.verified, 'none')
    assert.match(evidence.tls?.problem ?? '', /SELF_SIGNED/)
  }
})

async function fallBackTwice(mx: FakeMx, clock: FakeClock, waitMs: number): Promise<(string | undefined)[]> {
  await using pool = new SessionPool({ clock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock, plainForMs: 1000 })
  const hop = hopTo(mx, { limits: { messagesPerConnection: 1 } })
  const first = await transmit(parcelFor('a@example.test'), hop, never)
  await clock.advance(waitMs)
  const second = await transmit(parcelFor('a@example.test'), hop, never)
  return [first.fellBackToPlain, second.fellBackToPlain]
}

test('a host whose STARTTLS is refused is used in plain text for a while, and then asked again', async () => {
  for (const [waitMs, asked] of [
    [500, 1],
    [1500, 2],
  ] as const) {
    let starts = 0
    await using mx = await startFakeMx({
      answer: ({ verb }) => {
        if (verb !== 'STARTTLS') return undefined
        starts++
        return '454 4.7.0 TLS not available'
      },
    })
    const because = await fallBackTwice(mx, new FakeClock(), waitMs)
    assert.equal(starts, asked)
    for (const reason of because) assert.match(reason ?? '', /STARTTLS was refused: 454 4\.7\.0/)
    assert.equal(mx.messages.length, 2)
  }
})

test('why TLS failed stands in the transcript of what was then refused in plain text', async () => {
  await using mx = await startFakeMx({
    answer: ({ verb }) =>
      verb === 'STARTTLS' ? '454 4.7.0 TLS not available' : verb === 'RCPT' ? '550 5.7.1 Encryption needed' : undefined,
  })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const first = await transmit(parcelFor('a@example.test'), hopTo(mx), never)
  const lines = first.transcript ?? []
  const failed = lines.findIndex(line => /454 4\.7\.0/.test(line))
  assert.ok(failed >= 0 && failed < lines.findIndex(line => line.includes('550 5.7.1')))
  assert.ok(
    lines.includes('(TLS failed: STARTTLS was refused: 454 4.7.0 TLS not available; what follows is plain text)'),
  )
  const second = await transmit(parcelFor('b@example.test'), hopTo(mx), never)
  assert.ok(second.transcript?.some(line => line.startsWith('(TLS failed: STARTTLS was refused')))
})

test('no plain text without being asked: a required level and a login never fall back', async () => {
  const names = ['mx.example.test' as Domain]
  await using mx = await startFakeMx({
    answer: ({ verb }) => (verb === 'STARTTLS' ? '454 4.7.0 no' : undefined),
    login: { user: 'u', password: 'p' },
  })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  for (const hop of [
    hopTo(mx, { level: 'encrypted' }),
    hopTo(mx, { verify: { by: 'pkix', names } }),
    hopTo(mx, { verify: { by: 'dane', names, records: [] } }),
    hopTo(mx, { level: 'opportunistic', login: { user: 'u', password: 'p' } }),
  ]) {
    const evidence = await transmit(parcelFor('a@example.test'), hop, never)
    assert.equal(evidence.answers.length, 0)
    assert.equal(evidence.loss?.stage ?? evidence.refusal?.stage, 'starttls')
  }
  assert.equal(mx.messages.length, 0)
  assert.equal(mx.connections, 4)
})

test('a certificate that fails a required check never leads to another connection', async () => {
  const authority = makeAuthority()
  const certificate = makeCertificate({ names: ['other.example.test'], issuer: authority })
  await using mx = await startFakeMx({ certificate })
  await using pool = new SessionPool({ clock: systemClock, ca: authority.cert, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const hop = hopTo(mx, { verify: { by: 'pkix', names: ['mx.example.test' as Domain] } })
  const evidence = await transmit(parcelFor('a@example.test'), hop, never)
  assert.equal(evidence.loss?.code, 'tls-name-mismatch')
  assert.equal(evidence.fellBackToPlain, undefined)
  assert.equal(mx.connections, 1)
})

test('what the host is asked to report is passed on, and not where its report comes to a return address of ours', async () => {
  await using mx = await startFakeMx({ certificate: false, capabilities: ['DSN'] })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const parcel = parcelFor('a@example.test')
  const recipients = parcel.recipients.map(recipient => ({ ...recipient, notify: ['success'] as const }))
  const asked = await transmit({ ...parcel, recipients }, hopTo(mx), never)
  assert.equal(asked.dsnPassedOn, true)
  const reversePathFor: Parcel['reversePathFor'] = () => requireAddress('b1-x@bounces.example', 'from')
  const ours = await transmit({ ...parcel, recipients, reversePathFor }, hopTo(mx), never)
  assert.equal(ours.dsnPassedOn, undefined)
})

test('many messages at once over a few sessions all arrive', async () => {
  await using mx = await startFakeMx({ certificate: false })
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const { transmit } = createTransmitter({ pool, clock: systemClock })
  const lane = async (name: string): Promise<void> => {
    for (let count = 0; count < 25; count++) {
      const evidence = await transmit(parcelFor(`${name}${count}@example.test`), hopTo(mx), never)
      assert.equal(evidence.answers[0]?.reply.code, 250)
    }
  }
  await Promise.all(['a', 'b', 'c', 'd'].map(lane))
  assert.equal(new Set(mx.messages.map(message => message.recipients[0]?.address)).size, 100)
  assert.ok(mx.connections <= 4)
})
