/**
 * Check: one question about the sender, and its answer. The same thing in the gate of send(), in a refusal of the relay and in
 * the doctor: one id, one meaning.
 */

/** `ok` nothing to do; `note` worth knowing; `warn` will hurt; `fail` certainly wrong; `unknown` could not be told now. */
export type CheckLevel = 'ok' | 'note' | 'warn' | 'fail' | 'unknown'

/** One thing that was looked at, what was found, and what to do. */
export interface Check {
  /** Stable, such as `spf.covers-egress`; listed in docs/checks.md. */
  readonly id: string
  /** How bad it is: `ok`, `note`, `warn`, `fail`, or `unknown` when it could not be told now. */
  readonly level: CheckLevel
  /** What was asked and what was answered. */
  readonly found: string
  /** What should have been found. */
  readonly wanted: string
  /** The record to publish or the command to run; absent when there is nothing to do. */
  readonly fix?: string
}
