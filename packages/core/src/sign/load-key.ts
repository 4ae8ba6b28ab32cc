/**
 * LoadKey: the text of a private key to a DkimKey, with the damage repaired that environment variables and panels do to it.
 *
 * Policy. PKCS#1, PKCS#8 and a bare Ed25519 seed are read alike; escaped or missing line breaks and quotes round the text are mended; a key that
 * no verifier would take (RSA below 1024 bits, other curves, a public key) is refused with what was found and what to do.
 *
 * Not here: making keys (keygen.ts), reading files (config/). RFC 8301 §3.2, RFC 8463, RFC 7468.
 */
import { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { requireDomain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { MailerError } from '../model/error.ts'
import { type Kinds, requireKeys, requireKind, wrongValue } from '../model/wrong-value.ts'

/** RFC 8301 §3.2: verifiers must not take anything below. */
const LEAST_RSA_BITS = 1024
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/
/** The bare 32 octets of an Ed25519 key, as dknewkey of dkimpy writes them. */
const ED25519_SEED = /^[A-Za-z0-9+/]{43}=$/
/** What stands before them in PKCS#8 (RFC 8410 §7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** RFC 6376 §3.1: labels joined by dots. */
const SELECTOR = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/i

export interface DkimKeyText {
  readonly domain: string
  readonly selector: string
  readonly pem: string
}

const TEXT = { domain: 'string', selector: 'string', pem: 'string' } as const satisfies Kinds

/** Reads a private key from PEM. @throws {MailerError} `invalid-key`, `invalid-address` for the domain */
export function loadDkimKey(text: DkimKeyText): DkimKey {
  requireKeys(text, { code: 'invalid-key', where: 'dkim', kinds: TEXT })
  const { domain, selector, pem } = text
  requireKind(pem, 'string', { code: 'invalid-key', where: 'dkim.pem' })
  return dkimKeyFrom(domain, selector, readPrivateKey(pem))
}

/** @throws {MailerError} `invalid-key`, `invalid-address` for the domain */
export function dkimKeyFrom(domain: string, selector: string, privateKey: KeyObject): DkimKey {
  requireKind(selector, 'string', { code: 'invalid-key', where: 'dkim.selector' })
  if (!SELECTOR.test(selector)) {
    throw invalidKey(
      JSON.stringify(selector),
      'a selector of letters, digits and hyphens',
      'choose a name such as mail',
      'selector',
    )
  }
  const algorithm = requireAlgorithm(privateKey)
  return {
    domain: requireDomain(domain, 'dkim.domain'),
    selector: selector.toLowerCase(),
    algorithm,
    privateKey,
    publicKey: publishedKey(privateKey, algorithm),
  }
}

function requireAlgorithm(key: KeyObject): DkimKey['algorithm'] {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519-sha256'
  if (key.asymmetricKeyType !== 'rsa') {
    const found = `a key of type ${key.asymmetricKeyType ?? key.type}`
    throw invalidKey(found, 'RSA or Ed25519', 'make one with `postrider keygen`')
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < LEAST_RSA_BITS) {
    throw invalidKey(
      `RSA of ${bits} bits`,
      'at least 1024 bits (RFC 8301), better 2048',
      'make one with `postrider keygen`',
    )
  }
  return 'rsa-sha256'
}

/** p= of the record. RFC 6376 §3.6.1, RFC 8463 §4 */
function publishedKey(privateKey: KeyObject, algorithm: DkimKey['algorithm']): string {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  // The last 32 octets of an Ed25519 SubjectPublicKeyInfo are the key itself (RFC 8410 §4).
  return (algorithm === 'rsa-sha256' ? spki : spki.subarray(-32)).toString('base64')
}

function readPrivateKey(text: string): KeyObject {
  if (ED25519_SEED.test(text.trim())) {
    const der = Buffer.concat([ED25519_PKCS8, Buffer.from(text.trim(), 'base64')])
    return createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  }
  const pem = repairedPem(text)
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    // OpenSSL's words help nobody; they stay as the cause.
    const found = pem.includes('ENCRYPTED') ? 'a key under a passphrase' : 'a private key that OpenSSL cannot read'
    throw invalidKey(
      found,
      'a whole, unencrypted private key in PEM',
      'copy the file again, or make a new key',
      'privateKey',
      cause,
    )
  }
}

/** PEM with a line break after every 64 characters, whatever was done to those it had. RFC 7468 §2 */
function repairedPem(text: string): string {
  const found = PEM.exec(text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim())
  const [, label = '', content = ''] = found ?? []
  if (label.endsWith('PUBLIC KEY')) {
    throw invalidKey('a public key', 'the private key', 'give the private half; the public half belongs into DNS')
  }
  if (!found || !label.endsWith('PRIVATE KEY')) {
    throw invalidKey(
      label === '' ? 'no PEM block' : `a PEM block "${label}"`,
      'text that begins with -----BEGIN PRIVATE KEY-----',
      'give the private key itself, or the name of its file as privateKeyFile',
    )
  }
  // A block with RFC 1421 headers is an encrypted key; its form is left alone for the message above.
  if (content.includes(':')) return `-----BEGIN ENCRYPTED ${label}-----${content}-----END ENCRYPTED ${label}-----`
  const base64 = Buffer.from(content.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64').toString('base64')
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END ${label}-----\n`
}

function invalidKey(found: string, wanted: string, fix: string, where = 'privateKey', cause?: unknown): MailerError {
  return wrongValue('invalid-key', { where: `dkim.${where}`, found, wanted, fix, cause })
}
