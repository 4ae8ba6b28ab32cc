/**
 * MtaStsAdvice: the MTA-STS policy of a domain and the record that announces it.
 *
 * Policy. It begins in testing, because an enforced policy with a mistake in it loses mail. The id is made from the policy:
 * it has to change with it, and with nothing else (RFC 8461 §3.1); hosts stand in the order of their names, since the DNS
 * tells them in any.
 *
 * Not here: what is wrong with a policy that is served (checks/mta-sts.ts).
 */
import { createHash } from 'node:crypto'

/** An MTA-STS record and policy to publish. */
export interface MtaStsAdvice {
  /** Where the policy must be served: `https://mta-sts.…/.well-known/mta-sts.txt` (RFC 8461 §3.3). */
  readonly url: string
  /** What to serve there. */
  readonly text: string
  /** The TXT record that announces the policy: its name without a final dot, and its value. */
  readonly record: { readonly name: string; readonly value: string }
}

/** RFC 8461 §3.2: weeks are what it advises. */
const MAX_AGE_S = 604_800

/** @param hosts the MX names of the domain */
export function adviseMtaSts(domain: string, hosts: readonly string[]): MtaStsAdvice {
  const names = [...new Set(hosts.map(host => host.toLowerCase()))].sort()
  const lines = ['version: STSv1', 'mode: testing', ...names.map(host => `mx: ${host}`), `max_age: ${MAX_AGE_S}`]
  return announceMtaSts(domain, `${lines.join('\n')}\n`)
}

/** The record of a policy that is served as it is; whatever ends its lines, it is the same policy. */
export function announceMtaSts(domain: string, text: string): MtaStsAdvice {
  const id = createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 20)
  return {
    url: `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    text,
    record: { name: `_mta-sts.${domain}`, value: `v=STSv1; id=${id}` },
  }
}
