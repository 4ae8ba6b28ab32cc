/**
 * Finding: one check with its result, of the sender or of this host's state: the same shape for both.
 */
import type { CheckLevel, ProviderDemand, PublicAddress } from '@postrider/core'
import { type StateCheckId, stateCheckText } from '../language/state-checks.ts'

export interface Finding {
  readonly id: string
  readonly title: string
  readonly level: CheckLevel
  /** What was asked and what was answered. */
  readonly found: string
  readonly wanted: string
  readonly why: string
  /** The record to publish or the command to run. */
  readonly fix?: string
}

/** What was found out about one sender. */
export interface SenderFindings {
  readonly of: string
  readonly publicAddresses: readonly PublicAddress[]
  readonly checks: readonly Finding[]
  readonly providers: readonly ProviderDemand[]
}

/** One run of the doctor; what `--json` prints, as docs/doctor.schema.json describes it. */
export interface Checkup {
  readonly schema: 1
  /** ISO 8601 */
  readonly at: string
  readonly senders: readonly SenderFindings[]
  /** Of this host itself. */
  readonly state: readonly Finding[]
  readonly worst: CheckLevel
}

export interface Said {
  readonly level: CheckLevel
  readonly found: string
  readonly wanted: string
  readonly fix?: string
}

export function finding(id: StateCheckId, { level, found, wanted, fix }: Said): Finding {
  const { title, why } = stateCheckText(id)
  return { id, title, level, found, wanted, why, ...(fix === undefined || level === 'ok' ? {} : { fix }) }
}

/** From harmless to certainly wrong, as core's LEVELS. */
const ORDER: readonly CheckLevel[] = ['ok', 'note', 'unknown', 'warn', 'fail']

export function worstLevel(findings: readonly Finding[]): CheckLevel {
  return findings.reduce<CheckLevel>(
    (worst, { level }) => (ORDER.indexOf(level) > ORDER.indexOf(worst) ? level : worst),
    'ok',
  )
}
