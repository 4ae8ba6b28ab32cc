/**
 * Pair: a certificate and its private key, read and checked to belong together, with what must be known of them.
 *
 * Not here: where pairs are (find.ts), keeping them fresh (shelf.ts).
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'

/** A certificate and its key. */
export interface CertificatePair {
  /** PEM, chain included. */
  readonly certificate: string
  /** PEM */
  readonly privateKey: string
  /** DNS names it is good for, lower case, wildcards as they are. */
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly validFrom: number
  /** Milliseconds since 1970. */
  readonly validTo: number
  /** Nobody else vouches for it: clients have to be told to trust it. */
  readonly selfSigned: boolean
  /** SHA-256 of the certificate itself, without its chain. */
  readonly fingerprint: string
  /** The file of the certificate, for people. */
  readonly source: string
}

/** Why two files make no pair. */
export interface PairProblem {
  readonly problem: string
}

export function readPair(certificate: string, privateKey: string, source: string): CertificatePair | PairProblem {
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(certificate)
  } catch (error) {
    return { problem: `${source} holds no certificate: ${(error as Error).message}` }
  }
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey)))
      return { problem: `${source} does not belong to its private key` }
  } catch (error) {
    return { problem: `the private key of ${source} cannot be read: ${(error as Error).message}` }
  }
  return {
    certificate,
    privateKey,
    names: namesOf(leaf),
    validFrom: leaf.validFromDate.getTime(),
    validTo: leaf.validToDate.getTime(),
    // Not checkIssued(): it says no where the key may not sign certificates.
    selfSigned: leaf.issuer === leaf.subject && leaf.verify(leaf.publicKey),
    fingerprint: leaf.fingerprint256,
    source,
  }
}

/** The DNS names of a certificate; its common name where it has none. RFC 6125 §6.4.4 */
function namesOf(leaf: X509Certificate): readonly string[] {
  const alternative = [...(leaf.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,]+)/g)].map(([, name]) =>
    name!.toLowerCase(),
  )
  if (alternative.length > 0) return alternative
  const common = /^CN=(.+)$/m.exec(leaf.subject)?.[1]
  return common ? [common.toLowerCase()] : []
}
