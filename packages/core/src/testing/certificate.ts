/**
 * Certificate: throw-away X.509 certificates for servers of tests and demos. RFC 5280, X.690 (DER).
 *
 * Policy. EC P-256 keys and ECDSA signatures, version 3, the extensions that clients look at and no others. Nobody should
 * trust one of these outside a test.
 *
 * Not here: requests, revocation, reading certificates (node:crypto).
 */
import { Buffer } from 'node:buffer'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'
import { systemClock } from '../ambient/clock.ts'

/** A certificate and its key, both PEM. */
export interface Certificate {
  /** The certificate as PEM. */
  readonly cert: string
  /** Its private key as PEM. */
  readonly key: string
}

/** Who signs: its own certificate and key. */
export interface Issuer extends Certificate {}

/** Names, dates and issuer of a certificate. */
export interface CertificateOptions {
  /** DNS names (wildcards allowed) and IP addresses; the first is the common name, too. */
  readonly names: readonly string[]
  /** Who signs it: a certificate that was made with `ca: true`, and its key. @default itself */
  readonly issuer?: Issuer
  /** From when it is valid. @default yesterday */
  readonly notBefore?: Date
  /** Until when it is valid; in the past for an expired one. @default in a year */
  readonly notAfter?: Date
  /** It may sign others; `pathLength` limits how many may stand between it and a server. @default false */
  readonly ca?: boolean | { readonly pathLength: number }
  /** Reuse a key, to make another certificate for it (PEM). @default a new one */
  readonly key?: string
}

const DAY_MS = 86_400_000

const OID = {
  ecdsaWithSha256: [42, 134, 72, 206, 61, 4, 3, 2],
  commonName: [85, 4, 3],
  basicConstraints: [85, 29, 19],
  keyUsage: [85, 29, 15],
  extKeyUsage: [85, 29, 37],
  subjectAltName: [85, 29, 17],
  subjectKeyId: [85, 29, 14],
  authorityKeyId: [85, 29, 35],
  serverAuth: [43, 6, 1, 5, 5, 7, 3, 1],
} as const

/** A self-signed authority. */
export function makeAuthority(name = 'Test Authority'): Certificate {
  return makeCertificate({ names: [name], ca: true })
}

/** Makes a certificate and its key. */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { names, issuer, notBefore = daysFromNow(-1), notAfter = daysFromNow(365), ca = false } = options
  const pair = options.key === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : pairOf(options.key)
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' })
  const issuerCertificate = issuer && new X509Certificate(issuer.cert)
  const signingKey = issuer === undefined ? pair.privateKey : issuer.key
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const subject = distinguishedName(names[0] ?? 'nobody')
  const tbs = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(positive(randomBytes(16))),
    algorithm,
    issuerCertificate === undefined ? subject : subjectOf(issuerCertificate),
    sequence(time(notBefore), time(notAfter)),
    subject,
    spki,
    explicit(3, sequence(...extensions({ names, ca, spki, issuerSpki: issuerKey(issuerCertificate) ?? spki }))),
  )
  const signature = sign('sha256', tbs, signingKey)
  return {
    cert: pem('CERTIFICATE', sequence(tbs, algorithm, bitString(signature))),
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function daysFromNow(days: number): Date {
  return new Date(systemClock.now() + days * DAY_MS)
}

function pairOf(key: string): { privateKey: KeyObject; publicKey: KeyObject } {
  return { privateKey: createPrivateKey(key), publicKey: createPublicKey(key) }
}

function issuerKey(certificate: X509Certificate | undefined): Buffer | undefined {
  return certificate?.publicKey.export({ type: 'spki', format: 'der' })
}

interface ExtensionFacts {
  readonly names: readonly string[]
  readonly ca: NonNullable<CertificateOptions['ca']>
  readonly spki: Buffer
  readonly issuerSpki: Buffer
}

function extensions({ names, ca, spki, issuerSpki }: ExtensionFacts): Buffer[] {
  const keyIds = [
    extension(OID.subjectKeyId, octetString(keyId(spki))),
    extension(OID.authorityKeyId, sequence(tagged(0x80, keyId(issuerSpki)))),
  ]
  if (ca !== false) {
    const pathLength = ca === true ? [] : [integer(Buffer.from([ca.pathLength]))]
    // keyCertSign and cRLSign
    const usage = tagged(0x03, Buffer.from([1, 0x06]))
    return [
      extension(OID.basicConstraints, sequence(TRUE, ...pathLength), 'critical'),
      extension(OID.keyUsage, usage, 'critical'),
      ...keyIds,
    ]
  }
  const alternatives = names.map(name => (isIP(name) === 0 ? tagged(0x82, Buffer.from(name)) : tagged(0x87, ip(name))))
  return [
    extension(OID.basicConstraints, sequence(), 'critical'),
    // digitalSignature
    extension(OID.keyUsage, tagged(0x03, Buffer.from([7, 0x80])), 'critical'),
    extension(OID.extKeyUsage, sequence(oid(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...alternatives)),
    ...keyIds,
  ]
}

function extension(id: readonly number[], value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical === undefined ? [] : [TRUE]), octetString(value))
}

/** RFC 5280 §4.2.1.2 (1), near enough: any digest of the key will do. */
function keyId(spki: Buffer): Buffer {
  return createHash('sha256').update(spki).digest().subarray(0, 20)
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(OID.commonName), tagged(0x0c, Buffer.from(commonName)))))
}

/** Our own certificates have a common name and nothing else. */
function subjectOf(certificate: X509Certificate): Buffer {
  return distinguishedName(/^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '')
}

function ip(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const front = groups(head)
  const back = groups(tail ?? '')
  const zeros = Array<string>(tail === undefined ? 0 : 8 - front.length - back.length).fill('0')
  return Buffer.from([...front, ...zeros, ...back].map(group => group.padStart(4, '0')).join(''), 'hex')
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  // RFC 5280 §4.1.2.5: two digits for the year through 2049.
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

const TRUE = Buffer.from([0x01, 0x01, 0xff])

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function explicit(number: number, content: Buffer): Buffer {
  return tagged(0xa0 | number, content)
}

function octetString(content: Buffer): Buffer {
  return tagged(0x04, content)
}

function bitString(content: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), content]))
}

function integer(content: Buffer): Buffer {
  return tagged(0x02, content)
}

function positive(octets: Buffer): Buffer {
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40
  return octets
}

/** The list is the content octets of the identifier, already in base 128. */
function oid(content: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(content))
}

function tagged(tag: number, content: Buffer): Buffer {
  const length = content.length
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3
  const head = Buffer.alloc(2 + size)
  head[0] = tag
  head[1] = 0x80 | size
  head.writeUIntBE(length, 2, size)
  return Buffer.concat([head, content])
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
