/**
 * Told: sentences of an answer in the language of whoever asks, by the header Accept-Language: what checks found, what became of a message
 * and why, and what was wrong with a request. Who names no language that is spoken here is told in English.
 *
 * Policy. Sentences alone: names, codes and facts are the same in every language, so that a program reads them. What stands in a fact is
 * told a second time, beside it, where people read it.
 *
 * Not here: the sentences (core's language).
 */
import { type Check, type DurableFact, tellIn } from '@postrider/core'
import { acceptedLanguage } from '../language/accept-language.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { asAnswer, V1Error } from './v1-error.ts'

/** Says what was kept or thrown in English. */
export type Retell = (text: string) => string

type Asks = Pick<HttpRequest, 'header'>

/** What `tell` gives, in the language of who asks. */
export async function toldTo<Told>(request: Asks, tell: (retell: Retell) => Told | Promise<Told>): Promise<Told> {
  return tellIn(acceptedLanguage(request.header('accept-language')), tell)
}

export function retoldCheck<Each extends Check>(check: Each, retell: Retell): Each {
  const { found, wanted, fix } = check
  return { ...check, found: retell(found), wanted: retell(wanted), ...(fix !== undefined && { fix: retell(fix) }) }
}

/** What keeps a sentence that says why. */
export function retoldBecause<Why extends { readonly because: string }>(why: Why, retell: Retell): Why {
  return { ...why, because: retell(why.because) }
}

/** What a fact keeps of checks and of TLS, for people. */
export function sentencesIn(fact: DurableFact): readonly string[] {
  if (fact.kind === 'queued')
    return fact.clearance.checks.flatMap(({ found, wanted, fix }) => [
      found,
      wanted,
      ...(fix === undefined ? [] : [fix]),
    ])
  const fellBack = 'fellBackToPlain' in fact ? fact.fellBackToPlain : undefined
  const problem = 'tls' in fact ? fact.tls?.problem : undefined
  return [fellBack, problem].filter(text => text !== undefined)
}

/** @param more headers of every answer to this caller */
export async function refusalTo(
  request: Asks,
  refusal: V1Error,
  more: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  return toldTo(request, retell => {
    const { statusCode, name, message, wrong, headers } = refusal
    const { where, found, wanted, fix } = wrong
    const said = (text: string | undefined): string | undefined => (text === undefined ? undefined : retell(text))
    const told = { where, found: said(found), wanted: said(wanted), fix: said(fix) }
    return asAnswer(new V1Error(statusCode, name, { message: retell(message), wrong: told, headers }), more)
  })
}
