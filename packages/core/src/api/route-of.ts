/** RouteOf: where mail to a domain would go now, and the mail site that is. */
import { parseDomain, requireDomain } from '../model/address.ts'
import { type NoRoute, type Route, withoutPassword } from '../model/route.ts'
import type { Router } from '../route/index.ts'

const NO_NEEDS = { requireTls: false, tlsRequiredNo: false } as const

/** undefined: it has none, or it cannot be found out. */
export async function siteOf(
  text: string,
  router: Pick<Router, 'findRoute'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const domain = parseDomain(text)
  if (typeof domain !== 'string') return undefined
  const found = await router.findRoute(domain, NO_NEEDS, signal)
  return found.kind === 'route' ? found.site : undefined
}

/** @throws MailerError `invalid-address` */
export async function routeOf(
  domain: string,
  router: Pick<Router, 'findRoute'>,
  signal: AbortSignal,
): Promise<Route | NoRoute> {
  const found = await router.findRoute(requireDomain(domain, 'domain'), NO_NEEDS, signal)
  return found.kind === 'route' ? { ...found, hops: found.hops.map(withoutPassword) } : found
}
