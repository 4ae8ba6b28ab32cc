/**
 * DkimKey: one private key, the name under which its public half is published, and nothing that could leak into a log.
 */
import type { KeyObject } from 'node:crypto'
import type { Domain } from './address.ts'

/** A key that signs. */
export interface DkimKey {
  /** d= */
  readonly domain: Domain
  /** s= */
  readonly selector: string
  /** The selector of the key that this one takes the place of. */
  readonly replaces?: string
  /** a= of RFC 6376 §3.3.1 and RFC 8463 §3 */
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  /** Never shown or logged. */
  readonly privateKey: KeyObject
  /** p= as it must stand in DNS: base64 of SubjectPublicKeyInfo (RSA) or of the raw 32 octets (Ed25519, RFC 8463 §4). */
  readonly publicKey: string
}
