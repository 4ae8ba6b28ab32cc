/**
 * Issue: certificates of our own: self-signed ones, the one of a TLS-ALPN challenge, and the request for a real one.
 *
 * Policy. ECDSA P-256 with SHA-256: its handshake costs a third less than that of RSA-2048. RFC 5280, RFC 2986, RFC 8737 §3.
 */
import { Buffer } from 'node:buffer'
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import {
  bitString,
  boolean,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  time,
  utf8String,
} from './write-der.ts'

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  extensionRequest: '1.2.840.113549.1.9.14',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  acmeIdentifier: '1.3.6.1.5.5.7.1.31',
} as const

/** RFC 5280 §A.1: ub-common-name */
const LONGEST_COMMON_NAME = 64
const DAY_MS = 86_400_000

export interface SelfSignedOptions {
  readonly names: readonly string[]
  readonly key: KeyObject
  readonly now: number
  readonly validMs: number
  /** The digest of a TLS-ALPN-01 challenge. */
  readonly acmeIdentifier?: Buffer
}

const generate = promisify(generateKeyPair)

export async function makeKey(): Promise<KeyObject> {
  return (await generate('ec', { namedCurve: 'P-256' })).privateKey
}

/** PEM */
export function selfSigned({ names, key, now, validMs, acmeIdentifier }: SelfSignedOptions): string {
  const name = distinguishedName(names)
  const extensions = sequence(
    extension(OID.basicConstraints, 'critical', sequence()),
    // digitalSignature, the first bit
    extension(OID.keyUsage, 'critical', bitString(Buffer.from([0x80]), 7)),
    extension(OID.extendedKeyUsage, 'plain', sequence(oid(OID.serverAuth))),
    alternativeNames(names),
    ...(acmeIdentifier ? [extension(OID.acmeIdentifier, 'critical', octetString(acmeIdentifier))] : []),
  )
  // Positive and 127 bits long (RFC 5280 §4.1.2.2).
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm(),
    name,
    sequence(time(now - DAY_MS), time(now + validMs)),
    name,
    publicKeyOf(key),
    explicit(3, extensions),
  )
  return toPem('CERTIFICATE', signed(body, key))
}

/** A PKCS#10 request, PEM. RFC 2986, RFC 8555 §7.4 */
export function certificateRequest(names: readonly string[], key: KeyObject): string {
  const attributes = sequence(oid(OID.extensionRequest), setOf(sequence(alternativeNames(names))))
  const body = sequence(integer(Buffer.from([0])), distinguishedName(names), publicKeyOf(key), explicit(0, attributes))
  return toPem('CERTIFICATE REQUEST', signed(body, key))
}

export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return sequence(body, algorithm(), bitString(sign('sha256', body, key)))
}

function algorithm(): Buffer {
  return sequence(oid(OID.ecdsaWithSha256))
}

function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' })
}

function distinguishedName(names: readonly string[]): Buffer {
  const name = names.find(name => name.length <= LONGEST_COMMON_NAME)
  return name === undefined ? sequence() : sequence(setOf(sequence(oid(OID.commonName), utf8String(name))))
}

/** RFC 5280 §4.2.1.6: [2] dNSName, [7] iPAddress */
function alternativeNames(names: readonly string[]): Buffer {
  const general = names.map(name =>
    isIP(name) === 4 ? implicit(7, Buffer.from(name.split('.').map(Number))) : implicit(2, Buffer.from(name, 'latin1')),
  )
  return extension(OID.subjectAltName, 'plain', sequence(...general))
}

function extension(id: string, weight: 'critical' | 'plain', value: Buffer): Buffer {
  return weight === 'critical'
    ? sequence(oid(id), boolean(), octetString(value))
    : sequence(oid(id), octetString(value))
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
