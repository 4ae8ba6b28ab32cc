/**
 * PublicService: what listens for strangers over HTTP. Loaded by who has such a listener. Settings are asked each time, so that a reload
 * reaches connections that are open.
 */
import { MemoryBudget } from '../listener/index.ts'
import { publicSite, STS_PREFIX } from '../public/index.ts'
import { parseHttpAddress } from '../server/http-address.ts'
import { type HttpServer, startHttp } from '../server/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import type { RelayContext } from './context.ts'
import { countAnswers } from './http-metrics.ts'

/** Nobody has more to say here than that it clicked. */
const MOST_BYTES = 16 * 1024
const MOST_BYTES_OF_ALL = 1024 * 1024
const REQUEST_MS = 30_000

/** All of them or none. @throws MailerError `invalid-option` */
export async function startPublicService(
  { current, clock, logger, mailer, metrics, publicPart }: RelayContext,
  certificates: Certificates,
): Promise<readonly HttpServer[]> {
  const site = publicSite({
    mailer,
    clock,
    logger,
    challenges: publicPart.challenges,
    returnKeys: () => current.returnKeys,
    unsubscribeSuppresses: () => current.config.options.feedback.unsubscribeSuppresses,
    linkKeys: () => current.linkKeys(),
    mtaSts: () => current.config.relay.public.mtaSts,
    hostname: () => current.config.options.hostname,
  })
  const bodies = new MemoryBudget(MOST_BYTES_OF_ALL)
  const started: HttpServer[] = []
  try {
    for (const text of current.config.relay.public.listen) {
      const server = await startHttp({
        address: parseHttpAddress(text)!,
        where: 'relay.public.listen',
        isForStrangers: true,
        site,
        names: () => namesOf(current.config),
        contexts: () => certificates.contexts,
        certificate: () => certificates.fallback,
        isProxy: client => current.httpProxies(client),
        hasProxies: current.config.relay.http.proxies.length > 0,
        bodies,
        bodyBytes: MOST_BYTES,
        requestMs: REQUEST_MS,
        answered: countAnswers(metrics, 'public'),
        connections: current.config.relay.limits.connections,
      })
      started.push(server)
    }
    return started
  } catch (error) {
    for (const server of started) server.destroy()
    throw error
  }
}

/** Its own, those that a certificate is ordered for, and those that policies stand under. */
function namesOf({ options, relay }: RelayContext['current']['config']): readonly string[] {
  const policies = relay.public.mtaSts.domains.map(domain => `${STS_PREFIX}${domain}`)
  return [options.hostname, ...relay.public.names, ...(relay.acme?.names ?? []), ...policies]
}
