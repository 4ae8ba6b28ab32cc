/**
 * Keygen: make a key pair, and the TXT record that publishes its public half.
 *
 * Policy. RSA of 2048 bits unless something else is asked for: every verifier knows it, and it fits the answers of DNS.
 *
 * Not here: how a record is written for a DNS panel (the CLI). RFC 6376 §3.6.1, RFC 8463 §4, RFC 8301 §3.2.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { DkimKey } from '../model/dkim-key.ts'
import { type Kind, requireKeys, requireKind, shown, wrongValue } from '../model/wrong-value.ts'
import { dkimKeyFrom } from './load-key.ts'

export interface DkimKeyOptions {
  readonly domain: string
  readonly selector: string
  /** @default 'rsa-sha256' */
  readonly algorithm?: DkimKey['algorithm']
  /** Of an RSA key, 1024 to 4096. @default 2048 */
  readonly bits?: number
}

/** A new key, and its private half as PKCS#8 PEM. */
export interface GeneratedDkimKey {
  readonly key: DkimKey
  readonly pem: string
}

const ALGORITHMS: readonly string[] = ['rsa-sha256', 'ed25519-sha256'] satisfies readonly DkimKey['algorithm'][]
const OPTIONS = {
  domain: 'string',
  selector: 'string',
  algorithm: 'string',
  bits: 'any',
} as const satisfies Record<keyof DkimKeyOptions, Kind>

const makePair = promisify(generateKeyPair)

/** Makes a key pair. @throws {MailerError} `invalid-key` for a size that cannot be used, `invalid-address` for the domain */
export async function generateDkimKey(options: DkimKeyOptions): Promise<GeneratedDkimKey> {
  requireKeys(options, { code: 'invalid-key', where: 'dkim', kinds: OPTIONS })
  const { domain, selector, algorithm = 'rsa-sha256', bits = 2048 } = options
  if (!ALGORITHMS.includes(algorithm))
    throw wrongValue('invalid-key', {
      where: 'dkim.algorithm',
      found: shown(algorithm),
      wanted: ALGORITHMS.join(' or '),
    })
  const privateKey = algorithm === 'ed25519-sha256' ? (await makePair('ed25519', {})).privateKey : await makeRsa(bits)
  const key = dkimKeyFrom(domain, selector, privateKey)
  return { key, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

async function makeRsa(bits: number): Promise<KeyObject> {
  if (!Number.isInteger(bits) || bits < 1024 || bits > 4096) {
    throw wrongValue('invalid-key', {
      where: 'dkim.bits',
      found: shown(bits),
      wanted: '1024 to 4096, best 2048',
      fix: 'leave bits out',
    })
  }
  return (await makePair('rsa', { modulusLength: bits })).privateKey
}

/** A TXT record: its name without a final dot, and its whole value. */
export interface DkimRecord {
  /** Such as `mail._domainkey.example.com`. */
  readonly name: string
  /** Such as `v=DKIM1; k=rsa; p=…`. `splitTxt` cuts it into strings of 255 octets. */
  readonly value: string
}

/** The record that publishes a key. */
export function dkimRecord(key: DkimKey): DkimRecord {
  const type = key.algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'
  return { name: `${key.selector}._domainkey.${key.domain}`, value: `v=DKIM1; k=${type}; p=${key.publicKey}` }
}

/** The strings of at most 255 octets that a TXT record holds its value in (RFC 1035 §3.3.14). */
export function splitTxt(value: string): string[] {
  requireKind(value, 'string', { code: 'invalid-option', where: 'value' })
  const strings: string[] = []
  for (let at = 0; at < value.length; at += 255) strings.push(value.slice(at, at + 255))
  return strings
}
