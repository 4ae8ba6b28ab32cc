/**
 * English: every catalogue by its subject, which is what a translation is a file of. Only tests and translations load it: who
 * says something loads the catalogue of that subject alone.
 */
import { CHECKS, DEMANDS } from './checks.ts'
import { FAILURE_CODES } from './failures.ts'
import { FINDINGS_OF_DOMAIN } from './findings-domain.ts'
import { FINDINGS_OF_HOST } from './findings-host.ts'
import { REMEDIES } from './remedies.ts'
import { REPLY_HINTS } from './reply-hints.ts'
import type { Text } from './speaker.ts'
import { STORY } from './story.ts'
import { SUPPRESSIONS } from './suppressions.ts'

const titles = Object.entries(CHECKS).flatMap(([id, { title, why }]) => [
  [`${id}.title`, title],
  [`${id}.why`, why],
])

export interface English {
  readonly checks: Readonly<Record<`${keyof typeof CHECKS}.${'title' | 'why'}`, string>>
  readonly failures: typeof FAILURE_CODES
  readonly demands: typeof DEMANDS
  readonly 'findings-domain': typeof FINDINGS_OF_DOMAIN
  readonly 'findings-host': typeof FINDINGS_OF_HOST
  readonly remedies: typeof REMEDIES
  readonly story: typeof STORY
  readonly suppressions: typeof SUPPRESSIONS
  readonly 'reply-hints': typeof REPLY_HINTS
}

export const ENGLISH: English = {
  checks: Object.fromEntries(titles) as English['checks'],
  failures: FAILURE_CODES,
  demands: DEMANDS,
  'findings-domain': FINDINGS_OF_DOMAIN,
  'findings-host': FINDINGS_OF_HOST,
  remedies: REMEDIES,
  'reply-hints': REPLY_HINTS,
  story: STORY,
  suppressions: SUPPRESSIONS,
}

/** The same keys in every subject; that the places are the same too is held by compare-texts.ts. */
export type Translation = {
  readonly [Subject in keyof English]: Readonly<Record<keyof English[Subject], Text>>
}
