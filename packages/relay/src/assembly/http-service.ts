/**
 * HttpService: what listens for HTTP, from the rooms that it needs. Loaded by who has such a listener: with it come the parts of an
 * HTTP server. Settings are asked each time, so that a reload reaches connections that are open.
 */
import type { Account, Logins } from '../account/index.ts'
import type { Bans } from '../admission/index.ts'
import { Gate } from '../gate/index.ts'
import type { StoredKeys } from '../key/index.ts'
import { MemoryBudget, type SubmissionPolicy } from '../listener/index.ts'
import { resendSite } from '../resend/index.ts'
import { parseHttpAddress } from '../server/http-address.ts'
import { type HttpServer, joined, startHttp } from '../server/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import { type V1Ports, v1Site } from '../v1/index.ts'
import { type Records, WebhookReplay } from '../webhook/index.ts'
import type { RelayContext } from './context.ts'

interface HttpService {
  readonly policy: SubmissionPolicy
  readonly certificates: Certificates
  readonly keys: StoredKeys
  readonly logins: Logins
  readonly bans: Bans
  readonly records: Records
  /** What our own routes need beside these. */
  readonly v1: Omit<V1Ports, 'gate' | 'mailer' | 'clock' | 'logger' | 'keys' | 'findAccount' | 'webhooks'>
}

/** All of them or none. @throws MailerError `invalid-option` */
export async function startHttpService(
  { current, clock, logger, mailer }: RelayContext,
  { policy, certificates, keys, logins, bans, records, v1 }: HttpService,
): Promise<readonly HttpServer[]> {
  const { relay, options } = current.config
  const { listen, proxies, bodyBytes, bodiesBytes, requestMs } = relay.http
  const bodies = new MemoryBudget(bodiesBytes)
  const findAccount = (name: string): Promise<Account | undefined> => logins.account(name)
  const gate = new Gate({
    keys,
    bans,
    isTrusted: address => current.trusted(address) || current.httpProxies(address),
    clock,
    logger,
    findAccount,
    requestsPerSecond: () => current.config.relay.http.requestsPerSecond,
  })
  const ours = v1Site({
    ...v1,
    gate,
    mailer,
    clock,
    logger,
    keys,
    findAccount,
    webhooks: () => new WebhookReplay(records, current.config.relay.webhooks, mailer, () => clock.now()),
  })
  const site = joined(resendSite({ gate, policy, mailer, clock, logger }), '/v1', ours)
  const started: HttpServer[] = []
  try {
    for (const text of listen) {
      const address = parseHttpAddress(text)!
      const server = await startHttp({
        address,
        site,
        names: () => [options.hostname, ...current.config.relay.http.names],
        contexts: () => certificates.contexts,
        certificate: () => certificates.fallback,
        isProxy: client => current.httpProxies(client),
        hasProxies: proxies.length > 0,
        bodyBytes,
        bodies,
        requestMs,
        connections: relay.limits.connections,
      })
      started.push(server)
    }
    return started
  } catch (error) {
    for (const server of started) server.destroy()
    throw error
  }
}
