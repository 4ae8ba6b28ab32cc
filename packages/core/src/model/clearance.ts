/**
 * Clearance: what preflight knew of the sender when a message was accepted.
 */
import type { Domain } from './address.ts'
import type { Check } from './check.ts'

export type { Check, CheckLevel } from './check.ts'

/** How the address that the world sees was found. */
export interface PublicAddress {
  readonly address: string
  readonly foundBy: 'given' | 'interface' | 'dns-whoami'
}

/** What preflight found of a sender: whether receivers would take its mail, and why not. */
export interface Clearance {
  /** `cleared` nothing is certainly wrong; `warned` something is and the mode is `warn`; `skipped` preflight is off. */
  readonly result: 'cleared' | 'warned' | 'skipped'
  /** The domain whose SPF was evaluated: of the reverse-path, or of the HELO name when that is null. */
  readonly envelopeDomain: Domain
  readonly fromDomain: Domain
  readonly publicAddresses: readonly PublicAddress[]
  readonly checks: readonly Check[]
}
