/**
 * WellKnown: what machines ask a mail domain for below `/.well-known/`: the answer to an ACME challenge, the policy of MTA-STS.
 *
 * Policy. A policy is given under `mta-sts.` and the domain, and under no other name (RFC 8461 §3.3); a challenge in plain text (RFC 8555 §8.3).
 */
import type { HttpAnswer, HttpRequest } from '../server/index.ts'

/** The answers to the challenges of orders that are under way, by their token. */
export type ChallengeAnswers = Pick<ReadonlyMap<string, string>, 'get'>

export interface MtaStsSettings {
  readonly domains: readonly string[]
  readonly mode: string
  readonly mx: readonly string[]
  readonly maxAgeMs: number
}

export const STS_PREFIX = 'mta-sts.'

export function answerChallenge({ params }: HttpRequest, answers: ChallengeAnswers): HttpAnswer {
  const answer = answers.get(params.token ?? '')
  return answer === undefined ? nothing() : { status: 200, type: 'application/octet-stream', body: answer }
}

/** @param hostname whose MX it is where none is named */
export function givePolicy(request: HttpRequest, { domains, ...policy }: MtaStsSettings, hostname: string): HttpAnswer {
  const asked = nameOf(request)
  if (!domains.some(domain => asked === `${STS_PREFIX}${domain.toLowerCase()}`)) return nothing()
  return { status: 200, type: 'text/plain; charset=utf-8', body: policyText(policy, hostname) }
}

/** RFC 8461 §3.2. A policy of mode `none` needs no MX. */
export function policyText({ mode, mx, maxAgeMs }: Omit<MtaStsSettings, 'domains'>, hostname: string): string {
  const hosts = mx.length > 0 ? mx : [hostname]
  const lines = ['version: STSv1', `mode: ${mode}`, ...hosts.map(host => `mx: ${host}`)]
  return [...lines, `max_age: ${Math.floor(maxAgeMs / 1000)}`, ''].join('\r\n')
}

/** Without a port. */
export function nameOf({ header }: HttpRequest): string {
  return (header('host') ?? '').toLowerCase().replace(/:\d+$/, '')
}

/** By these words our own part is known. */
export const NOTHING_HERE = 'there is nothing here\n'

export function nothing(): HttpAnswer {
  return { status: 404, type: 'text/plain; charset=utf-8', body: NOTHING_HERE }
}
