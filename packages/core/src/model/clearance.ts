/**
 * Clearance: what preflight knew of the sender when a message was accepted.
 *
 * A check is the same thing in the gate of send(), in a refusal of the relay and in the doctor: one id, one meaning.
 */
import type { Domain } from './address.ts'

/** `ok` nothing to do; `note` worth knowing; `warn` will hurt; `fail` certainly wrong; `unknown` could not be told now. */
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown'

export interface Check {
  /** Stable, such as `spf.covers-egress`; listed in docs/checks.md. */
  readonly id: string
  readonly level: CheckLevel
  /** What was asked and what was answered. */
  readonly found: string
  readonly wanted: string
  /** The record to publish or the command to run; absent when there is nothing to do. */
  readonly fix?: string
}

/** How the address that the world sees was found. */
export interface PublicAddress {
  readonly address: string
  readonly foundBy: 'given' | 'interface' | 'dns-whoami'
}

export interface Clearance {
  /** `cleared` nothing is certainly wrong; `warned` something is and the mode is `warn`; `skipped` preflight is off. */
  readonly result: 'cleared' | 'warned' | 'skipped'
  /** The domain whose SPF was evaluated: of the reverse-path, or of the HELO name when that is null. */
  readonly envelopeDomain: Domain
  readonly fromDomain: Domain
  readonly publicAddresses: readonly PublicAddress[]
  readonly checks: readonly Check[]
}
