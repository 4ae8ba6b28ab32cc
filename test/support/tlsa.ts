/**
 * Tlsa: the TLSA record of a certificate.
 */
import { hash, X509Certificate } from 'node:crypto'

/** `3 1 1` and the SHA-256 of the public key of a certificate in PEM. RFC 6698 §2.1 */
export function tlsaOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
  return `3 1 1 ${hash('sha256', key, 'hex')}`
}
