/**
 * English: every catalogue by its subject, which is what a translation is a file of. Only tests and translations load it: who
 * says something loads the catalogue of that subject alone. What facts keep is English in every language, so why an address is
 * suppressed (suppressions.ts) and why a message waits (pace.ts) are none of them; what a reader is told of it is (kept.ts).
 */
import { CHECKS, DEMANDS } from './checks.ts'
import { ERRORS_HTTP } from './errors-http.ts'
import { ERRORS_MAIL } from './errors-mail.ts'
import { ERRORS_OPTIONS } from './errors-options.ts'
import { ERRORS_QUEUE } from './errors-queue.ts'
import { ERRORS_RELAY } from './errors-relay.ts'
import { FAILURE_CODES } from './failures.ts'
import { FINDINGS_OF_DOMAIN } from './findings-domain.ts'
import { FINDINGS_OF_HOST } from './findings-host.ts'
import { KEPT } from './kept.ts'
import { NOTICE } from './notice.ts'
import { REMEDIES } from './remedies.ts'
import { REPLY_HINTS } from './reply-hints.ts'
import { SEEN } from './seen.ts'
import type { Text } from './speaker.ts'
import { STORY } from './story.ts'

/** The English itself is the key: it stands beside the code (errors.ts). */
type Phrases<All extends readonly string[]> = { readonly [Phrase in All[number]]: string }

const titles = Object.entries(CHECKS).flatMap(([id, { title, why }]) => [
  [`${id}.title`, title],
  [`${id}.why`, why],
])

export interface English {
  readonly checks: Readonly<Record<`${keyof typeof CHECKS}.${'title' | 'why'}`, string>>
  readonly 'errors-http': Phrases<typeof ERRORS_HTTP>
  readonly 'errors-mail': Phrases<typeof ERRORS_MAIL>
  readonly 'errors-options': Phrases<typeof ERRORS_OPTIONS>
  readonly 'errors-queue': Phrases<typeof ERRORS_QUEUE>
  readonly 'errors-relay': Phrases<typeof ERRORS_RELAY>
  readonly failures: typeof FAILURE_CODES
  readonly demands: typeof DEMANDS
  readonly 'findings-domain': typeof FINDINGS_OF_DOMAIN
  readonly 'findings-host': typeof FINDINGS_OF_HOST
  readonly kept: typeof KEPT
  readonly notice: typeof NOTICE
  readonly remedies: typeof REMEDIES
  readonly seen: Phrases<typeof SEEN>
  readonly story: typeof STORY
  readonly 'reply-hints': typeof REPLY_HINTS
}

export const ENGLISH: English = {
  checks: Object.fromEntries(titles) as English['checks'],
  'errors-http': phrases(ERRORS_HTTP),
  'errors-mail': phrases(ERRORS_MAIL),
  'errors-options': phrases(ERRORS_OPTIONS),
  'errors-queue': phrases(ERRORS_QUEUE),
  'errors-relay': phrases(ERRORS_RELAY),
  failures: FAILURE_CODES,
  demands: DEMANDS,
  'findings-domain': FINDINGS_OF_DOMAIN,
  'findings-host': FINDINGS_OF_HOST,
  kept: KEPT,
  notice: NOTICE,
  remedies: REMEDIES,
  'reply-hints': REPLY_HINTS,
  seen: phrases(SEEN),
  story: STORY,
}

/** What stands in the code for each subject. */
export const CATALOGUES: { readonly [Subject in keyof English]: object } = {
  ...ENGLISH,
  checks: CHECKS,
  'errors-http': ERRORS_HTTP,
  'errors-mail': ERRORS_MAIL,
  'errors-options': ERRORS_OPTIONS,
  'errors-queue': ERRORS_QUEUE,
  'errors-relay': ERRORS_RELAY,
  seen: SEEN,
}

/** The same keys in every subject: what is missing is said in English until it is written, and a test wants it (compare-texts.ts). */
export type Translation = {
  readonly [Subject in keyof English]: Readonly<Partial<Record<keyof English[Subject], Text>>>
}

function phrases<const All extends readonly string[]>(all: All): Phrases<All> {
  return Object.fromEntries(all.map(phrase => [phrase, phrase])) as Phrases<All>
}
