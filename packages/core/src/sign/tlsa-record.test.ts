import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { MailerError } from '../model/error.ts'
import { makeCertificate } from '../testing/certificate.ts'
import { tlsaRecord } from './tlsa-record.ts'

const { cert, key } = makeCertificate({ names: ['mx.example.test'] })

test('a certificate, its private key and its public key give the same record', () => {
  const publicKey = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }) as string
  const records = [cert, key, publicKey].map(pem => tlsaRecord({ host: 'MX.example.test', pem }))
  assert.deepEqual(records[1], records[0])
  assert.deepEqual(records[2], records[0])
  assert.match(records[0]?.value ?? '', /^3 1 1 [0-9a-f]{64}$/)
  assert.equal(records[0]?.name, '_25._tcp.mx.example.test')
})

test('the port of submission is named in the record', () => {
  assert.equal(tlsaRecord({ host: 'mail.example.test', port: 465, pem: cert }).name, '_465._tcp.mail.example.test')
})

test('what holds no key is refused', () => {
  for (const pem of ['', 'hello', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])
    assert.throws(
      () => tlsaRecord({ host: 'mx.example.test', pem }),
      error => MailerError.is(error) && error.code === 'invalid-key',
    )
})
