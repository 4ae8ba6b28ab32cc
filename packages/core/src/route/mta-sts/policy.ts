/**
 * Policy: the file at https://mta-sts.DOMAIN/.well-known/mta-sts.txt, and which hosts it allows. RFC 8461 §3.2, §4.1.
 *
 * Policy. As strict as the grammar: a policy that is wrong anywhere is no policy, because half of one would be our invention.
 * A field given twice counts once, the first time (§3.2); unknown fields are extensions. Names are compared as lower-case
 * A-labels on both sides; a wildcard stands for exactly one label.
 */
import { type Domain, parseDomain } from '../../model/address.ts'

export type StsMode = 'enforce' | 'testing' | 'none'

export interface StsPolicy {
  readonly mode: StsMode
  /** Patterns, as A-labels: `mx.example.com` or `*.example.com`. */
  readonly mx: readonly string[]
  readonly maxAgeMs: number
  /** The file as it was, line by line. */
  readonly lines: readonly string[]
}

/** Why a text is no policy. */
export interface StsPolicyProblem {
  readonly problem: string
}

/** RFC 8461 §3.3 */
export const MAX_POLICY_BYTES = 65_536
/** About a year. RFC 8461 §3.2 */
const MAX_AGE_S = 31_557_600
const FIELD = /^([a-zA-Z0-9][a-zA-Z0-9_.-]{0,31}):(.*)$/
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/** Never throws. */
export function readStsPolicy(policy: string): StsPolicy | StsPolicyProblem {
  const lines = policy.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const [index, line] of lines.entries()) {
    const [, name, text = ''] = FIELD.exec(line) ?? []
    const value = text.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '')
    if (name === undefined || CONTROL.test(line)) return { problem: `line ${index + 1} is not "name: value"` }
    if (name === 'mx') {
      const pattern = readPattern(value)
      if (pattern === undefined) return { problem: `line ${index + 1}: ${JSON.stringify(value)} is no mx pattern` }
      mx.push(pattern)
    } else if (!fields.has(name)) fields.set(name, value)
  }
  return assemble(fields, mx, lines)
}

function assemble(
  fields: ReadonlyMap<string, string>,
  mx: readonly string[],
  lines: readonly string[],
): StsPolicy | StsPolicyProblem {
  const mode = fields.get('mode')
  const maxAge = fields.get('max_age')
  if (fields.get('version') !== 'STSv1') return { problem: 'the version is not STSv1' }
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') {
    return { problem: mode === undefined ? 'it has no mode' : `the mode ${JSON.stringify(mode)} does not exist` }
  }
  if (maxAge === undefined || !/^\d{1,10}$/.test(maxAge)) return { problem: 'it has no max_age in seconds' }
  if (mx.length === 0 && mode !== 'none') return { problem: 'it has no mx' }
  return { mode, mx, maxAgeMs: Math.min(Number(maxAge), MAX_AGE_S) * 1000, lines }
}

/** RFC 8461 §3.2: a domain, or `*.` and a domain. */
function readPattern(text: string): string | undefined {
  const wildcard = text.startsWith('*.')
  const domain = parseDomain(wildcard ? text.slice(2) : text)
  if (typeof domain !== 'string' || domain.startsWith('[')) return undefined
  return wildcard ? `*.${domain}` : domain
}

/** Whether the policy allows this MX host. RFC 8461 §4.1, as RFC 6125 §6.4.3 matches one left-most label. */
export function allowsHost(policy: Pick<StsPolicy, 'mx'>, host: Domain): boolean {
  const parent = host.slice(host.indexOf('.'))
  return policy.mx.some(
    pattern => pattern === host || (pattern.startsWith('*.') && host.includes('.') && pattern.slice(1) === parent),
  )
}
