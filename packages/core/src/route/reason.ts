/**
 * Reason: why no host of a domain is left.
 *
 * Policy. "It could not be found out" wins over "it cannot be used", and what a policy forbids over what a host lacks: of
 * several reasons the one that may pass is the reason, so that mail waits.
 */
import type { NoRouteReason, Route, Skipped } from '../model/route.ts'

const REASONS: readonly (readonly [NoRouteReason, readonly Skipped['because'][]])[] = [
  ['dns-failed', ['lookup-failed']],
  ['policy-lookup-failed', ['dane-lookup-failed', 'requiretls-name-unknown']],
  ['policy-refuses-all', ['not-an-mta-sts-host']],
  ['requiretls-impossible', ['requiretls-name-unproved']],
  ['private-only', ['private-address']],
  ['no-common-family', ['no-egress-of-this-family']],
]

export function reasonFor(
  skipped: readonly Skipped[],
  via: Route['via'],
): { readonly reason: NoRouteReason; readonly detail: string } {
  const [reason] = REASONS.find(([, causes]) => skipped.some(each => causes.includes(each.because))) ?? []
  const detail = skipped
    .map(({ host, address, detail }) => `${address === undefined ? host : `${host} [${address}]`}: ${detail}`)
    .join('; ')
  return { reason: reason ?? (via === 'mx' ? 'mx-unusable' : 'no-mail-host'), detail }
}
