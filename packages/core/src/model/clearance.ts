/**
 * Clearance: what preflight knew of the sender when a message was accepted.
 */
import type { Domain } from './address.ts'
import type { Check } from './check.ts'

export type { Check, CheckLevel } from './check.ts'

/** How the address that the world sees was found. */
export interface PublicAddress {
  /** An IPv4 or IPv6 address. */
  readonly address: string
  /** `given`: in `egress.publicAddresses`. `interface`: an address of this machine. `dns-whoami`: a name server told us where we come from. */
  readonly foundBy: 'given' | 'interface' | 'dns-whoami'
}

/** What preflight found of a sender: whether receivers would take its mail, and why not. */
export interface Clearance {
  /** `cleared` nothing is certainly wrong; `warned` something is and the mode is `warn`; `skipped` preflight is off. */
  readonly result: 'cleared' | 'warned' | 'skipped'
  /** The domain whose SPF was evaluated: of the reverse-path, or of the HELO name when that is null. */
  readonly envelopeDomain: Domain
  /** The domain of the From field, whose DKIM and DMARC were looked at. */
  readonly fromDomain: Domain
  /** The addresses that SPF and reverse DNS were asked for; empty when none was found. */
  readonly publicAddresses: readonly PublicAddress[]
  /** Every check that was made, in the order of docs/checks.md; empty when preflight is off. */
  readonly checks: readonly Check[]
}
