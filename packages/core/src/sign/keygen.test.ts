import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { dkimRecord, generateDkimKey, splitTxt } from './keygen.ts'
import { loadDkimKey } from './load-key.ts'

suite('generateDkimKey', () => {
  for (const algorithm of ['rsa-sha256', 'ed25519-sha256'] as const) {
    test(`${algorithm}: the PEM loads to the same key`, async () => {
      const { key, pem } = await generateDkimKey({ domain: 'example.com', selector: 'a', algorithm })
      const loaded = loadDkimKey({ domain: 'example.com', selector: 'a', pem })
      assert.deepEqual([loaded.algorithm, loaded.publicKey], [algorithm, key.publicKey])
    })
  }

  test('RSA of 2048 bits is the default', async () => {
    const { key } = await generateDkimKey({ domain: 'example.com', selector: 'a' })
    assert.equal(key.privateKey.asymmetricKeyDetails?.modulusLength, 2048)
  })

  test('a size that no verifier takes is refused (RFC 8301)', async () => {
    await assert.rejects(generateDkimKey({ domain: 'example.com', selector: 'a', bits: 512 }), { code: 'invalid-key' })
  })
})

suite('dkimRecord', () => {
  test('the record stands under selector and domain (RFC 6376 §3.6.2.1)', async () => {
    const { key } = await generateDkimKey({ domain: 'example.com', selector: 'a', algorithm: 'ed25519-sha256' })
    assert.deepEqual(dkimRecord(key), {
      name: 'a._domainkey.example.com',
      value: `v=DKIM1; k=ed25519; p=${key.publicKey}`,
    })
  })

  test('a long value is split into strings of at most 255 octets that join to it (RFC 1035 §3.3.14)', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1000 }), value => {
        const strings = splitTxt(value)
        assert.equal(strings.join(''), value)
        assert.ok(strings.every(text => text.length <= 255))
      }),
    )
  })
})
