import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { TlsaRecord } from '../model/route.ts'
import { type CertificateOptions, makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { daneProblem, usableRecords } from './dane.ts'

const NOW = Date.now()
const DAY = 86_400_000
const names = ['mx.example.test']

const root = makeAuthority('Root')
const middle = makeCertificate({ names: ['Middle'], issuer: root, ca: { pathLength: 0 } })
const server = makeCertificate({ names, issuer: middle })
const stranger = makeCertificate({ names })

function x509(certificate: { readonly cert: string }): X509Certificate {
  return new X509Certificate(certificate.cert)
}

function record(usage: number, selector: number, matching: number, certificate: { readonly cert: string }): TlsaRecord {
  const parsed = x509(certificate)
  const octets = selector === 0 ? parsed.raw : parsed.publicKey.export({ type: 'spki', format: 'der' })
  const data =
    matching === 0
      ? octets
      : createHash(matching === 1 ? 'sha256' : 'sha512')
          .update(octets)
          .digest()
  return { usage, selector, matching, data: data.toString('hex') }
}

interface Wish {
  readonly sent?: readonly { readonly cert: string }[]
  readonly records: readonly TlsaRecord[]
  readonly for?: readonly string[]
  readonly at?: number
}

/** The code of what is wrong, or 'dane'. */
function verdict({ sent = [server, middle, root], records, for: wanted = names, at = NOW }: Wish): string {
  return daneProblem({ sent: sent.map(x509), records, names: wanted, now: at })?.code ?? 'dane'
}

for (const selector of [0, 1]) {
  for (const matching of [0, 1, 2]) {
    test(`3 ${selector} ${matching} matches the server's own certificate and no other`, () => {
      assert.equal(verdict({ records: [record(3, selector, matching, server)] }), 'dane')
      assert.equal(verdict({ records: [record(3, selector, matching, stranger)] }), 'tls-dane-mismatch')
      assert.equal(verdict({ records: [record(3, selector, matching, middle)] }), 'tls-dane-mismatch')
    })

    test(`2 ${selector} ${matching} matches an authority of the chain, near or far, and not the server itself`, () => {
      assert.equal(verdict({ records: [record(2, selector, matching, middle)] }), 'dane')
      assert.equal(verdict({ records: [record(2, selector, matching, root)] }), 'dane')
      assert.equal(verdict({ records: [record(2, selector, matching, stranger)] }), 'tls-dane-mismatch')
      assert.equal(verdict({ records: [record(2, selector, matching, server)] }), 'tls-dane-mismatch')
    })

    test(`0 ${selector} ${matching} and 1 ${selector} ${matching} cannot be used with SMTP (RFC 7672 §3.1.3)`, () => {
      const records = [record(0, selector, matching, root), record(1, selector, matching, server)]
      assert.deepEqual(usableRecords(records), [])
      assert.equal(verdict({ records }), 'tls-dane-mismatch')
    })
  }
}

test('usage 3 ignores names and dates (RFC 7672 §3.1.1)', () => {
  const old = makeCertificate({
    names: ['other.test'],
    notBefore: new Date(NOW - 20 * DAY),
    notAfter: new Date(NOW - DAY),
  })
  assert.equal(verdict({ sent: [old], records: [record(3, 1, 1, old)] }), 'dane')
})

test('usage 2 wants a name that fits (RFC 7672 §3.2.3)', () => {
  const records = [record(2, 0, 1, root)]
  assert.equal(verdict({ records, for: ['other.test'] }), 'tls-name-mismatch')
  assert.equal(verdict({ records, for: ['other.test', 'mx.example.test'] }), 'dane')
})

test('usage 2 takes a wildcard for one label, and not for two', () => {
  const wild = makeCertificate({ names: ['*.example.test'], issuer: root })
  const records = [record(2, 0, 1, root)]
  assert.equal(verdict({ sent: [wild, root], records }), 'dane')
  assert.equal(verdict({ sent: [wild, root], records, for: ['a.b.example.test'] }), 'tls-name-mismatch')
})

test('usage 2 wants every certificate within its dates', () => {
  const dated = (options: Partial<CertificateOptions>): { cert: string; key: string } =>
    makeCertificate({ names, issuer: root, ...options })
  const past = { notBefore: new Date(NOW - 20 * DAY), notAfter: new Date(NOW - DAY) }
  const future = { notBefore: new Date(NOW + DAY), notAfter: new Date(NOW + 2 * DAY) }
  const records = [record(2, 0, 1, root)]
  assert.equal(verdict({ sent: [dated(past), root], records }), 'tls-expired')
  assert.equal(verdict({ sent: [dated(future), root], records }), 'tls-expired')
  const oldMiddle = makeCertificate({ names: ['Old'], issuer: root, ca: true, ...past })
  assert.equal(verdict({ sent: [dated({ issuer: oldMiddle }), oldMiddle, root], records }), 'tls-expired')
})

test('the dates of the anchor itself do not count (RFC 5280 §6.1.1)', () => {
  const old = makeCertificate({
    names: ['Old'],
    ca: true,
    notBefore: new Date(NOW - 20 * DAY),
    notAfter: new Date(NOW - DAY),
  })
  const leaf = makeCertificate({ names, issuer: old })
  assert.equal(verdict({ sent: [leaf, old], records: [record(2, 0, 1, old)] }), 'dane')
  assert.equal(verdict({ sent: [leaf], records: [record(2, 1, 0, old)] }), 'dane')
})

test('the other certificates may come in any order, and more than are needed', () => {
  assert.equal(verdict({ sent: [server, root, stranger, middle], records: [record(2, 0, 1, root)] }), 'dane')
})

test('a missing link is a mismatch: the authority must be reached by signatures', () => {
  assert.equal(verdict({ sent: [server, root], records: [record(2, 0, 1, root)] }), 'tls-dane-mismatch')
})

test('an authority that the server did not send counts when the record holds it whole: 2 0 0 and 2 1 0', () => {
  assert.equal(verdict({ sent: [server, middle], records: [record(2, 0, 0, root)] }), 'dane')
  assert.equal(verdict({ sent: [server, middle], records: [record(2, 1, 0, root)] }), 'dane')
  assert.equal(verdict({ sent: [server], records: [record(2, 1, 0, middle)] }), 'dane')
  assert.equal(verdict({ sent: [server], records: [record(2, 1, 0, root)] }), 'tls-dane-mismatch')
})

test('an authority of the same name with another key has signed nothing', () => {
  const impostor = makeAuthority('Root')
  assert.equal(verdict({ sent: [server, middle, impostor], records: [record(2, 0, 1, impostor)] }), 'tls-dane-mismatch')
})

test('a certificate that is no authority cannot issue', () => {
  const pretender = makeCertificate({ names: ['pretender.test'], issuer: root })
  const forged = makeCertificate({ names, issuer: pretender })
  assert.equal(verdict({ sent: [forged, pretender, root], records: [record(2, 0, 1, root)] }), 'tls-dane-mismatch')
})

test('a path length is kept (RFC 5280 §4.2.1.9)', () => {
  const deeper = makeCertificate({ names: ['Deeper'], issuer: middle, ca: true })
  const leaf = makeCertificate({ names, issuer: deeper })
  assert.equal(verdict({ sent: [leaf, deeper, middle, root], records: [record(2, 0, 1, root)] }), 'tls-dane-mismatch')
  assert.equal(verdict({ sent: [leaf, deeper, middle, root], records: [record(2, 0, 1, deeper)] }), 'dane')
})

test('a record with unknown parameters or a digest of the wrong length is passed over', () => {
  const good = record(3, 1, 1, server)
  const odd: TlsaRecord[] = [
    { ...good, usage: 4 },
    { ...good, selector: 2 },
    { ...good, matching: 3 },
    { ...good, data: good.data.slice(2) },
    { ...good, data: 'no hex' },
    { ...good, data: '' },
  ]
  assert.deepEqual(usableRecords(odd), [])
  assert.equal(verdict({ records: [...odd, good] }), 'dane')
})

test('one record that matches is enough, whatever the others say', () => {
  assert.equal(verdict({ records: [record(3, 1, 1, stranger), record(3, 0, 2, server)] }), 'dane')
  assert.equal(verdict({ records: [record(3, 1, 1, stranger), record(2, 0, 1, root)] }), 'dane')
})

test('of two digests for the same thing only the stronger counts (RFC 7671 §9)', () => {
  const weak = record(3, 1, 1, server)
  assert.equal(verdict({ records: [weak, record(3, 1, 2, stranger)] }), 'tls-dane-mismatch')
  assert.equal(verdict({ records: [weak, record(3, 0, 2, stranger)] }), 'dane')
  assert.equal(verdict({ records: [weak, { ...record(3, 1, 2, stranger), data: '00' }] }), 'dane')
})

test('octets in a 2 x 0 record that are no certificate or key match nothing', () => {
  for (const selector of [0, 1]) {
    const data = Buffer.from('not DER').toString('hex')
    assert.equal(verdict({ sent: [server], records: [{ usage: 2, selector, matching: 0, data }] }), 'tls-dane-mismatch')
  }
})

test('a server without a certificate is a mismatch', () => {
  assert.equal(verdict({ sent: [], records: [record(3, 1, 1, server)] }), 'tls-dane-mismatch')
})
