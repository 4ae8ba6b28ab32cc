/**
 * Egress: under which name and from which of our addresses we speak.
 */
import type { Domain } from './address.ts'

export interface Egress {
  /** The name said in EHLO. RFC 5321 §4.1.1.1 */
  readonly hostname: Domain
  /** Local addresses to bind outgoing connections to; empty lets the system choose. */
  readonly addresses: readonly string[]
}

/** What one connection uses of it. */
export interface Departure {
  readonly hostname: Domain
  /** Local address to bind, of the family of the target. */
  readonly localAddress?: string
}
