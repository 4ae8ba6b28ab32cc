import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { makeAuthority, makeCertificate } from './certificate.ts'

function read(certificate: { readonly cert: string }): X509Certificate {
  return new X509Certificate(certificate.cert)
}

test('an authority signs, and may', () => {
  const authority = makeAuthority('Some Authority')
  const server = makeCertificate({ names: ['mx.example.test'], issuer: authority })
  assert.ok(read(server).checkIssued(read(authority)))
  assert.ok(read(server).verify(read(authority).publicKey))
  assert.equal(read(authority).ca, true)
  assert.equal(read(server).ca, false)
  assert.equal(read(authority).subject, 'CN=Some Authority')
})

test('a certificate is for its names and addresses, and for no others', () => {
  const certificate = read(makeCertificate({ names: ['mx.example.test', '*.wild.test', '127.0.0.1', '2001:db8::1'] }))
  for (const name of ['mx.example.test', 'a.wild.test']) assert.ok(certificate.checkHost(name), name)
  for (const address of ['127.0.0.1', '2001:db8::1']) assert.ok(certificate.checkIP(address), address)
  assert.equal(certificate.checkHost('other.example.test'), undefined)
  assert.equal(certificate.checkIP('127.0.0.2'), undefined)
})

test('its dates are those that were asked for, also after 2049 (RFC 5280 §4.1.2.5)', () => {
  const notBefore = new Date('2020-02-03T04:05:06Z')
  const notAfter = new Date('2060-01-02T03:04:05Z')
  const certificate = read(makeCertificate({ names: ['a.test'], notBefore, notAfter }))
  assert.deepEqual(certificate.validFromDate, notBefore)
  assert.deepEqual(certificate.validToDate, notAfter)
})

test('the key belongs to the certificate, and can be used for the next one', () => {
  const first = makeCertificate({ names: ['a.test'] })
  const second = makeCertificate({ names: ['a.test'], key: first.key })
  assert.notEqual(first.cert, second.cert)
  assert.ok(read(first).publicKey.equals(read(second).publicKey))
})
