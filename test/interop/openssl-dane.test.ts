/**
 * OpenSSL has its own verifier for DANE; ours must come to the same verdict about every chain and record.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '../../packages/core/src/ambient/clock.ts'
import { createTransmitter, SessionPool } from '../../packages/core/src/deliver/index.ts'
import type { Domain } from '../../packages/core/src/model/address.ts'
import type { TlsaRecord } from '../../packages/core/src/model/route.ts'
import { type Certificate, makeAuthority, makeCertificate } from '../../packages/core/src/testing/certificate.ts'
import { type FakeMx, startFakeMx } from '../../packages/core/src/testing/fake-mx.ts'
import { hopTo, jobFor } from '../../packages/core/src/testing/parcel.ts'

const NAME = 'mx.example.test'
const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') }
const root = makeAuthority('Root')
const middle = makeCertificate({ names: ['Middle'], issuer: root, ca: { pathLength: 0 } })
const deeper = makeCertificate({ names: ['Deeper'], issuer: middle, ca: true })
const oldMiddle = makeCertificate({ names: ['Old Middle'], issuer: root, ca: true, ...past })
const pretender = makeCertificate({ names: ['pretender.test'], issuer: root })
const impostor = makeAuthority('Root')
const server = makeCertificate({ names: [NAME], issuer: middle })
const stranger = makeCertificate({ names: [NAME] })

function record(usage: number, selector: number, matching: number, certificate: Certificate): TlsaRecord {
  const parsed = new X509Certificate(certificate.cert)
  const octets = selector === 0 ? parsed.raw : parsed.publicKey.export({ type: 'spki', format: 'der' })
  const digest = (name: string): Buffer => createHash(name).update(octets).digest()
  const data = matching === 0 ? octets : digest(matching === 1 ? 'sha256' : 'sha512')
  return { usage, selector, matching, data: data.toString('hex') }
}

/** Each: what it is, what the server sends, its records. */
type Row = readonly [string, readonly Certificate[], readonly TlsaRecord[]]

function* table(): Generator<Row> {
  const chains = {
    'the whole chain': [server, middle, root],
    'a chain without its root': [server, middle],
    'the server alone': [server],
    'a chain in disorder': [server, root, stranger, middle],
    'a chain with a gap': [server, root],
  }
  for (const usage of [2, 3])
    for (const selector of [0, 1])
      for (const matching of [0, 1, 2])
        for (const [owner, certificate] of Object.entries({ server, middle, root, stranger }))
          for (const [what, chain] of Object.entries(chains))
            yield [
              `${usage} ${selector} ${matching} of ${owner}, ${what}`,
              chain,
              [record(usage, selector, matching, certificate)],
            ]
}

const anchor = record(2, 0, 1, root)
const old = makeCertificate({ names: [NAME], issuer: root, ...past })
const underOld = makeCertificate({ names: [NAME], issuer: oldMiddle })
const underDeeper = makeCertificate({ names: [NAME], issuer: deeper })
const deepChain = [underDeeper, deeper, middle, root]
const forged = makeCertificate({ names: [NAME], issuer: pretender })
const other = makeCertificate({ names: ['other.test'], issuer: root })

const SPECIAL: readonly Row[] = [
  ['an expired server below an anchor', [old, root], [anchor]],
  ['an expired server of usage 3', [old, root], [record(3, 1, 1, old)]],
  ['an expired authority on the way', [underOld, oldMiddle, root], [anchor]],
  ['an expired anchor', [underOld, oldMiddle, root], [record(2, 0, 1, oldMiddle)]],
  ['a key as anchor', [underOld], [record(2, 1, 0, oldMiddle)]],
  ['a path that is too long', deepChain, [anchor]],
  ['a path whose near end is the anchor', deepChain, [record(2, 0, 1, deeper)]],
  ['a path too long for its anchor', deepChain, [record(2, 0, 1, middle)]],
  ['an issuer that is no authority', [forged, pretender, root], [anchor]],
  ['an anchor that is no authority', [forged, pretender, root], [record(2, 0, 1, pretender)]],
  ['an authority of the same name', [server, middle, impostor], [record(2, 0, 1, impostor)]],
  ['another name', [other, root], [anchor]],
  ['another name under usage 3', [other, root], [record(3, 1, 1, other)]],
  ['a wildcard', [makeCertificate({ names: ['*.example.test'], issuer: root }), root], [anchor]],
  ['a stronger digest that is wrong', [server, middle], [record(3, 1, 1, server), record(3, 1, 2, stranger)]],
  ['a stronger digest of something else', [server, middle], [record(3, 1, 1, server), record(3, 0, 2, stranger)]],
  ['a self-signed server as its own anchor', [stranger], [record(2, 0, 1, stranger)]],
]

test('openssl s_client and we agree about every chain and record', async () => {
  for (const [what, chain, records] of [...table(), ...SPECIAL]) {
    const certificate = { cert: chain.map(({ cert }) => cert).join(''), key: chain[0]?.key ?? '' }
    await using mx = await startFakeMx({ certificate })
    const [ours, theirs] = [await weDeliver(mx, records), await opensslVerifies(mx, records)]
    assert.equal(ours, theirs, what)
  }
})

async function weDeliver(mx: FakeMx, records: readonly TlsaRecord[]): Promise<boolean> {
  await using pool = new SessionPool({ clock: systemClock, record: () => {} })
  const content = Buffer.from('Subject: hi\r\n\r\nhello\r\n')
  const job = jobFor(content, ['a@example.test'])
  const parcel = { job, recipients: job.recipients, content, enterFinalDot: () => () => {} }
  const hop = hopTo(mx, { verify: { by: 'dane', names: [NAME as Domain], records } })
  const evidence = await createTransmitter({ pool, clock: systemClock }).transmit(
    parcel,
    hop,
    new AbortController().signal,
  )
  return evidence.tls?.verified === 'dane' && evidence.answers[0]?.reply.code === 250
}

/** RFC 7672 §3.1.1: SMTP checks no names under usage 3. */
function opensslVerifies(mx: FakeMx, records: readonly TlsaRecord[]): Promise<boolean> {
  const rows = records.flatMap(row => ['-dane_tlsa_rrdata', `${row.usage} ${row.selector} ${row.matching} ${row.data}`])
  const dane = ['-dane_tlsa_domain', NAME, '-dane_ee_no_namechecks', ...rows]
  const args = ['s_client', '-starttls', 'smtp', '-connect', `${mx.address}:${mx.port}`, ...dane]
  return new Promise((resolve, reject) => {
    const child = execFile('openssl', args, { timeout: 20_000 }, (error, out, err) => {
      if (error !== null && error.code === 'ENOENT') reject(error)
      else resolve(/^Verification: OK$/m.test(out + err))
    })
    child.stdin?.end('QUIT\r\n')
  })
}
