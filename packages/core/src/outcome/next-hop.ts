/**
 * Next hop: whether another host could do better for a recipient, and which of two verdicts tells more. After Postfix
 * smtp_trouble(3).
 *
 * Policy. Another host of the same site keeps the same mailboxes, so a permanent refusal of recipient or message ends it; a
 * trouble of the host does not. Domain-wide trouble ("slow down", a block list) would only grow with another try, unless
 * it is about our address and the other family has another one, or a 5yz greeting, which may be one bad host's. After an uncertain delivery nobody else is asked: that
 * would make the duplicate certain (RFC 1047).
 */
import { STAGES } from '../model/evidence.ts'
import type { FailureScope } from '../model/failure.ts'
import type { Hop } from '../model/route.ts'
import type { Failed, Verdict } from '../model/verdict.ts'

/** Whether any further hop is worth trying for this recipient. */
export function mayTryNextHop(verdict: Verdict): boolean {
  if (verdict.kind === 'accepted') return false
  const { scope, permanence, code, tryOtherFamily, stage, reply } = verdict.failure
  if (code === 'delivery-uncertain') return false
  switch (scope) {
    case 'host':
      return true
    case 'recipient':
    case 'message':
      return permanence === 'transient'
    case 'domain':
      return tryOtherFamily === true || (stage === 'greeting' && (reply?.code ?? 0) >= 500)
  }
  return scope satisfies never
}

/** Whether this hop is: a failure of our address leaves only hops of the other family. */
export function mayTryHop(verdict: Verdict, next: Hop): boolean {
  if (!mayTryNextHop(verdict) || verdict.kind === 'accepted') return false
  const { scope, tryOtherFamily } = verdict.failure
  if (scope !== 'domain' || tryOtherFamily !== true || verdict.address === undefined) return true
  return next.family !== (verdict.address.includes(':') ? 6 : 4)
}

/** The verdict to keep of two for the same recipient, the second being the newer. */
export function better(known: Verdict | undefined, newer: Verdict): Verdict {
  if (known === undefined || newer.kind === 'accepted') return newer
  if (known.kind === 'accepted') return known
  return tellsMore(known, newer) ? known : newer
}

/** "Mailbox full" is not forgotten because the second host was down. */
function tellsMore(known: Failed, newer: Failed): boolean {
  const byFinality = finality(known) - finality(newer)
  if (byFinality !== 0) return byFinality > 0
  const byScope = NEARNESS[known.failure.scope] - NEARNESS[newer.failure.scope]
  if (byScope !== 0) return byScope > 0
  return STAGES.indexOf(known.failure.stage) > STAGES.indexOf(newer.failure.stage)
}

/** The nearer to the recipient, the more it says. */
const NEARNESS: Readonly<Record<FailureScope, number>> = { host: 0, domain: 1, message: 2, recipient: 3 }

/**
 * A refusal for good counts most; then a doubt about a delivery; then what may pass; least, a host that takes no mail at
 * all or refuses our address of one family, because another one may.
 */
function finality({ failure }: Failed): number {
  if (failure.code === 'delivery-uncertain') return 2
  if (failure.permanence === 'transient') return 1
  return failure.scope === 'host' || failure.tryOtherFamily === true ? 0 : 3
}
