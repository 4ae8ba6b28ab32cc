/**
 * Certificate name: is a certificate for this host? RFC 6125 §6.4, RFC 8461 §4.1, RFC 7672 §3.2.3.
 *
 * Policy. A wildcard stands for exactly one whole label on the left. The common name counts only where the caller says
 * so, and then only when the certificate has no alternative names of DNS type.
 */
import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { type Domain, literalAddress } from '../model/address.ts'

export function fitsName(certificate: X509Certificate, name: string, commonName: 'never' | 'default'): boolean {
  const literal = literalAddress(name as Domain) ?? name
  if (isIP(literal) !== 0) return certificate.checkIP(literal) !== undefined
  return certificate.checkHost(name, { subject: commonName, wildcards: true, partialWildcards: false }) !== undefined
}
