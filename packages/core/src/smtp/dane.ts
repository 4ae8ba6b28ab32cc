/**
 * DANE: does what a server sent match its TLSA records? RFC 6698, RFC 7671, RFC 7672 §3.
 *
 * Policy.
 * - Usage 3 (DANE-EE): the server's own certificate or key matches. Names, dates and issuers do not matter (RFC 7672 §3.1.1).
 * - Usage 2 (DANE-TA): a certificate above it matches, every link below that is signed and within its dates, and a name fits
 *   (RFC 7672 §3.1.2, §3.2.3). A whole certificate or key in the record counts even when the server did not send it.
 * - Usages 0 and 1 cannot be used with SMTP (RFC 7672 §3.1.3), nor records with unknown parameters or a digest of the wrong
 *   length. They are passed over; what follows when no other is left is for route/ to say.
 * - Of several digests for one usage and selector only the strongest counts (RFC 7671 §9).
 *
 * Not here: whether the records may be believed (route/dane.ts), the socket (tls.ts).
 */
import { Buffer } from 'node:buffer'
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { LossCode } from '../model/evidence.ts'
import type { TlsaRecord } from '../model/route.ts'
import { fitsName } from './certificate-name.ts'
import { readCertificate } from './read-certificate.ts'

export interface DaneQuestion {
  /** As sent: the server's own certificate first, the others in any order. */
  readonly sent: readonly X509Certificate[]
  readonly records: readonly TlsaRecord[]
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface CertificateProblem {
  readonly code: LossCode
  readonly detail: string
}

/** Deeper than any real chain. */
const MAX_DEPTH = 10
/** More than any real server sends. */
const MAX_SENT = 16
const DIGEST_OCTETS = [undefined, 32, 64] as const
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1'
const ANY_PURPOSE = '2.5.29.37.0'

/** The records that SMTP can use, of each usage and selector those with the strongest digest. */
export function usableRecords(records: readonly TlsaRecord[]): readonly TlsaRecord[] {
  const wellFormed = records.filter(isUsable)
  return wellFormed.filter(
    record =>
      record.matching !== 1 ||
      !wellFormed.some(
        other => other.usage === record.usage && other.selector === record.selector && other.matching === 2,
      ),
  )
}

function isUsable({ usage, selector, matching, data }: TlsaRecord): boolean {
  if (!(usage === 2 || usage === 3) || !(selector === 0 || selector === 1)) return false
  if (!(matching === 0 || matching === 1 || matching === 2) || !/^(?:[0-9a-f]{2})+$/i.test(data)) return false
  const octets = DIGEST_OCTETS[matching]
  return octets === undefined || data.length === octets * 2
}

/** `undefined` when the server is who its TLSA records say. */
export function daneProblem({ sent, records, names, now }: DaneQuestion): CertificateProblem | undefined {
  const usable = usableRecords(records)
  const leaf = sent[0]
  if (leaf === undefined) return mismatch('the server sent no certificate')
  if (usable.length === 0) return mismatch('none of the TLSA records can be used with SMTP')
  if (usable.some(record => record.usage === 3 && matches(record, leaf))) return undefined
  const anchors = usable.filter(record => record.usage === 2)
  if (anchors.length === 0) return mismatch('the certificate matches no TLSA record')
  return anchoredProblem({ leaf, candidates: sent.slice(1, MAX_SENT), anchors, now }) ?? leafProblem(leaf, names, now)
}

function mismatch(detail: string): CertificateProblem {
  return { code: 'tls-dane-mismatch', detail }
}

/** What names and dates demand of the server's own certificate under usage 2. RFC 7672 §3.2.3 */
function leafProblem(leaf: X509Certificate, names: readonly string[], now: number): CertificateProblem | undefined {
  if (!isCurrent(leaf, now)) return { code: 'tls-expired', detail: datesOf(leaf) }
  const purposes = leaf.keyUsage as readonly string[] | undefined
  if (purposes !== undefined && !purposes.includes(SERVER_AUTH) && !purposes.includes(ANY_PURPOSE))
    return { code: 'tls-untrusted', detail: 'the certificate is not for servers' }
  if (names.some(name => fitsName(leaf, name, 'default'))) return undefined
  return { code: 'tls-name-mismatch', detail: `the certificate is for none of ${names.join(', ')}` }
}

interface Climb {
  readonly leaf: X509Certificate
  readonly candidates: readonly X509Certificate[]
  readonly anchors: readonly TlsaRecord[]
  readonly now: number
}

/** Climbs from the leaf, issuer by issuer, until a certificate or key of the records is reached. */
function anchoredProblem({ leaf, candidates, anchors, now }: Climb): CertificateProblem | undefined {
  const carried = anchors.filter(record => record.matching === 0)
  const issuers = [...candidates, ...carried.flatMap(certificateIn)]
  const keys = carried.flatMap(keyIn)
  let expired: X509Certificate | undefined

  const climb = (certificate: X509Certificate, depth: number): boolean => {
    if (keys.some(key => isSignedBy(certificate, key))) return true
    if (depth === MAX_DEPTH) return false
    for (const issuer of issuers) {
      if (issuer.raw.equals(certificate.raw) || !mayIssue(issuer, certificate, depth)) continue
      // RFC 5280 §6.1.1 (d): an anchor is a name and a key; its own dates do not count.
      if (anchors.some(record => matches(record, issuer))) return true
      if (!isCurrent(issuer, now)) expired = issuer
      else if (climb(issuer, depth + 1)) return true
    }
    return false
  }

  if (climb(leaf, 0)) return undefined
  return expired === undefined
    ? mismatch('no certificate of the chain matches a TLSA record')
    : { code: 'tls-expired', detail: datesOf(expired) }
}

/** RFC 5280 §6.1.4: `below` is how many certificates already stand between the issuer and the server's own. */
function mayIssue(issuer: X509Certificate, certificate: X509Certificate, below: number): boolean {
  const shape = readCertificate(issuer.raw)
  if (shape === undefined || !shape.ca || !shape.mayCertify) return false
  if (shape.pathLength !== undefined && shape.pathLength < below) return false
  return certificate.checkIssued(issuer) && isSignedBy(certificate, issuer.publicKey)
}

function isSignedBy(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key)
  } catch {
    // A key of another kind than the signature.
    return false
  }
}

function matches(record: TlsaRecord, certificate: X509Certificate): boolean {
  const octets = record.selector === 0 ? certificate.raw : readCertificate(certificate.raw)?.spki
  if (octets === undefined) return false
  const wanted = Buffer.from(record.data, 'hex')
  if (record.matching === 0) return wanted.equals(octets)
  return wanted.equals(
    createHash(record.matching === 1 ? 'sha256' : 'sha512')
      .update(octets)
      .digest(),
  )
}

/** The certificate of a `2 0 0` record. */
function certificateIn(record: TlsaRecord): X509Certificate[] {
  if (record.selector !== 0) return []
  try {
    return [new X509Certificate(Buffer.from(record.data, 'hex'))]
  } catch {
    // Whoever published it put in something else: it matches nothing.
    return []
  }
}

/** The key of a `2 1 0` record. */
function keyIn(record: TlsaRecord): KeyObject[] {
  if (record.selector !== 1) return []
  try {
    return [createPublicKey({ key: Buffer.from(record.data, 'hex'), format: 'der', type: 'spki' })]
  } catch {
    // As above.
    return []
  }
}

function isCurrent(certificate: X509Certificate, now: number): boolean {
  return certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime()
}

function datesOf(certificate: X509Certificate): string {
  const subject = certificate.subject?.replaceAll('\n', ', ') ?? 'a certificate'
  return `${subject} is valid from ${certificate.validFrom} to ${certificate.validTo}`
}
