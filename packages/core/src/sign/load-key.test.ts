import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { suite, test } from 'node:test'
import { loadDkimKey } from './load-key.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ed = generateKeyPairSync('ed25519')
const pemOf = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki'): string =>
  key.export({ type, format: 'pem' }) as string
const load = (pem: string, more: object = {}) => loadDkimKey({ domain: 'Example.COM', selector: 'mail', pem, ...more })

const pkcs8 = pemOf(rsa.privateKey, 'pkcs8')

suite('loadDkimKey', () => {
  for (const [name, pem] of [
    ['PKCS#8', pkcs8],
    ['PKCS#1', pemOf(rsa.privateKey, 'pkcs1')],
    ['escaped line breaks', pkcs8.replaceAll('\n', '\\n')],
    ['escaped CRLF', pkcs8.replaceAll('\n', '\\r\\n')],
    ['no line breaks at all', pkcs8.replaceAll('\n', '')],
    ['spaces for line breaks', pkcs8.replaceAll('\n', ' ')],
    ['quotes round it', `"${pkcs8}"`],
    ['indentation', pkcs8.replaceAll('\n', '\n    ')],
    ['text before it', `Bag Attributes\n    friendlyName: x\n${pkcs8}`],
  ] as const) {
    test(`RSA: ${name}`, () => {
      const key = load(pem)
      assert.deepEqual([key.algorithm, key.domain, key.selector], ['rsa-sha256', 'example.com', 'mail'])
      assert.equal(key.publicKey, rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'))
    })
  }

  test('Ed25519: p= is the raw 32 octets (RFC 8463 §4)', () => {
    const key = load(pemOf(ed.privateKey, 'pkcs8'))
    assert.equal(key.algorithm, 'ed25519-sha256')
    assert.deepEqual(
      key.publicKey,
      Buffer.from(ed.publicKey.export({ format: 'jwk' }).x as string, 'base64url').toString('base64'),
    )
  })

  test('Ed25519: the bare seed that dkimpy writes is read as well', () => {
    const seed = Buffer.from(ed.privateKey.export({ format: 'jwk' }).d as string, 'base64url').toString('base64')
    assert.equal(load(`${seed}\n`).publicKey, load(pemOf(ed.privateKey, 'pkcs8')).publicKey)
  })

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const encrypted = rsa.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string
  const old = rsa.privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string
  for (const [name, pem, found] of [
    ['a public key', pemOf(rsa.publicKey, 'spki'), /public key/],
    ['an EC key', pemOf(ec, 'pkcs8'), /type ec/],
    ['a short RSA key', pemOf(generateKeyPairSync('rsa', { modulusLength: 768 }).privateKey, 'pkcs8'), /768 bits/],
    ['a key under a passphrase', encrypted, /passphrase/],
    ['an old key under a passphrase', old, /passphrase/],
    ['a file name', '/etc/postrider/mail.private', /no PEM block/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /CERTIFICATE/],
    ['half a key', pkcs8.slice(0, 400).concat('\n-----END PRIVATE KEY-----'), /cannot read/],
    ['nothing', '', /no PEM block/],
  ] as const) {
    test(`${name} is refused, saying what was found`, () => {
      assert.throws(() => load(pem), { code: 'invalid-key', found })
    })
  }

  test('the error never shows the key', () => {
    const secret = pkcs8.slice(60, 100)
    assert.throws(
      () => load(pkcs8.replace('-----END', '!!!!-----END').slice(0, 500)),
      error => !String(error).includes(secret),
    )
  })

  test('a wrong domain and a wrong selector are refused', () => {
    assert.throws(() => load(pkcs8, { domain: 'not a domain' }), { code: 'invalid-address', where: 'dkim.domain' })
    assert.throws(() => load(pkcs8, { selector: 'a b' }), { code: 'invalid-key', where: 'dkim.selector' })
  })
})
