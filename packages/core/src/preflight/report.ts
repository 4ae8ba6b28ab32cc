/**
 * Report: what was checked, and the worst of it.
 *
 * Policy. A check has one id wherever it is told: in the gate of send(), in a refusal of the relay, in the doctor. An id may
 * stand several times in one report, once for each address, key or host it was asked of; `subject` tells them apart.
 *
 * Not here: the list of all ids with what they are for (language/checks.ts).
 */

import { CHECKS, type CheckId, checkText } from '../language/checks.ts'
import type { Check, CheckLevel, PublicAddress } from '../model/clearance.ts'
import { type ProviderDemand, statusOfDemands } from './checks/providers.ts'

/** A check with the reason why anyone should care. */
export interface ReportedCheck extends Check {
  /** Stable, such as `spf.covers-egress`; listed in docs/checks.md. */
  readonly id: CheckId
  /** What the check is called in lists, in the language that is spoken. */
  readonly title: string
  /** Why receivers care, in a sentence or two. */
  readonly why: string
}

/** Every check of a sender, and the worst of them. */
export interface Report {
  /** What the report is about, as it was asked for. */
  readonly of: string
  /** The addresses that receivers see this host come from; empty when none was found. */
  readonly publicAddresses: readonly PublicAddress[]
  /** In the order of the catalogue. */
  readonly checks: readonly ReportedCheck[]
  /** How we stand with what large receivers demand. */
  readonly providers: readonly ProviderDemand[]
  /** The level of the worst check; the exit code of `postrider doctor` follows from it. */
  readonly worst: CheckLevel
}

/** From harmless to certainly wrong. */
export const LEVELS: readonly CheckLevel[] = ['ok', 'note', 'unknown', 'warn', 'fail']

/** The worst level of several checks. */
export function worstOf(checks: readonly Check[]): CheckLevel {
  return checks.reduce<CheckLevel>((worst, { level }) => (isWorse(level, worst) ? level : worst), 'ok')
}

/** Whether one level is worse than another. */
export function isWorse(a: CheckLevel, b: CheckLevel): boolean {
  return LEVELS.indexOf(a) > LEVELS.indexOf(b)
}

/** What one check says, before its id is looked up. */
export interface Said {
  readonly level: CheckLevel
  readonly found: string
  readonly wanted: string
  readonly fix?: string | undefined
}

/** A check; a fix that is undefined is left out, and one of a check that is fine is not needed. */
export function check(id: CheckId, { level, found, wanted, fix }: Said): Check {
  return { id, level, found, wanted, ...(fix === undefined || level === 'ok' ? {} : { fix }) }
}

export function makeReport(
  of: string,
  {
    checks,
    publicAddresses,
  }: { readonly checks: readonly Check[]; readonly publicAddresses: readonly PublicAddress[] },
): Report {
  const order = Object.keys(CHECKS)
  const told = checks
    .map(each => ({ ...each, id: each.id as CheckId, ...checkText(each.id as CheckId) }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  return { of, publicAddresses, checks: told, providers: statusOfDemands(checks), worst: worstOf(checks) }
}
