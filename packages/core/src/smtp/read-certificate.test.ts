import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { makeAuthority, makeCertificate } from '../testing/certificate.ts'
import { readCertificate } from './read-certificate.ts'

const authority = makeAuthority()
const raw = new X509Certificate(authority.cert).raw

test('the key is the one that node:crypto finds, octet by octet', () => {
  const key = new X509Certificate(authority.cert).publicKey.export({ type: 'spki', format: 'der' })
  assert.deepEqual(readCertificate(raw)?.spki, key)
})

test('an authority may certify, within its path length', () => {
  assert.deepEqual({ ...readCertificate(raw), spki: 0 }, { ca: true, mayCertify: true, spki: 0 })
  const limited = makeCertificate({ names: ['x'], ca: { pathLength: 3 } })
  assert.equal(readCertificate(new X509Certificate(limited.cert).raw)?.pathLength, 3)
})

test('the certificate of a server may not certify', () => {
  const server = makeCertificate({ names: ['mx.example.test'] })
  const shape = readCertificate(new X509Certificate(server.cert).raw)
  assert.equal(shape?.ca, false)
  assert.equal(shape?.mayCertify, false)
})

test('every root certificate of the web is read as node:crypto reads it', () => {
  for (const pem of rootCertificates) {
    const certificate = new X509Certificate(pem)
    const shape = readCertificate(certificate.raw)
    assert.equal(shape?.ca, certificate.ca, certificate.subject)
    assert.deepEqual(shape?.spki, certificate.publicKey.export({ type: 'spki', format: 'der' }), certificate.subject)
  }
})

test('damaged octets never throw', () => {
  fc.assert(
    fc.property(fc.nat(raw.length - 1), fc.nat(255), fc.nat(raw.length), (at, value, length) => {
      const damaged = Buffer.from(raw.subarray(0, length))
      if (at < length) damaged[at] = value
      readCertificate(damaged)
    }),
  )
})
