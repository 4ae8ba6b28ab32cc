/**
 * HttpService: what listens for HTTP, from the rooms that it needs. Loaded by who has such a listener: with it come the parts of an
 * HTTP server. Settings are asked each time, so that a reload reaches connections that are open.
 */
import { AccessControl, ApiLog } from '../access-control/index.ts'
import type { Account, Logins, VerifierPool } from '../account/index.ts'
import type { Bans } from '../admission/index.ts'
import { StoredKeys } from '../key/index.ts'
import { MemoryBudget, type SubmissionPolicy } from '../listener/index.ts'
import { type MailpitPorts, mailpitSite } from '../mailpit/index.ts'
import { resendSite } from '../resend/index.ts'
import { parseHttpAddress } from '../server/http-address.ts'
import { type HttpServer, joined, type Site, startHttp } from '../server/index.ts'
import type { RelayStore } from '../store/index.ts'
import type { Certificates } from '../upkeep/certificates.ts'
import { Audit } from '../user/index.ts'
import { type V1Ports, v1Site } from '../v1/index.ts'
import { webSite } from '../web-files/index.ts'
import { anyoneOf } from './capture.ts'
import type { RelayContext } from './context.ts'
import { type DomainSeams, openDomains } from './domain-service.ts'
import type { FirstLogin } from './first-login.ts'
import { countAnswers } from './http-metrics.ts'
import { interfaceUrls } from './interface-place.ts'
import { openInterface } from './interface-service.ts'
import type { Telling } from './webhook-service.ts'

interface HttpService {
  readonly policy: SubmissionPolicy
  readonly certificates: Certificates
  readonly logins: Logins
  readonly bans: Bans
  readonly store: RelayStore
  readonly seams: DomainSeams
  readonly verifiers: VerifierPool
  readonly telling: Pick<Telling, 'webhooks'>
  /** Where the interface was built into. */
  readonly webFolder: URL
  /** What our own routes need beside these. */
  readonly v1: Omit<
    V1Ports,
    | 'accessControl'
    | 'capture'
    | 'domains'
    | 'interface'
    | 'audit'
    | 'apiLog'
    | 'mailer'
    | 'clock'
    | 'logger'
    | 'keys'
    | 'findAccount'
    | 'webhooks'
    | 'links'
  >
}

export interface HttpListening {
  readonly servers: readonly HttpServer[]
  /** Where the interface is; none when there is none. */
  readonly interfaceUrls: readonly string[]
  /** While nobody can log in. */
  readonly firstLogin?: FirstLogin | undefined
  /** What should not lie about afterwards. */
  readonly end: () => Promise<void>
}

/** The paths of Mailpit, where mail is captured. */
function withMailpit(site: Site, ports: MailpitPorts): Site {
  const mailpit = mailpitSite(ports)
  return joined(joined(site, '/api', mailpit), '/view', { ...mailpit, routes: [] })
}

/** All of them or none. @throws MailerError `invalid-option` */
export async function startHttpService(
  context: RelayContext,
  { policy, certificates, logins, verifiers, bans, store, webFolder, seams, telling, v1 }: HttpService,
): Promise<HttpListening> {
  const { current, clock, logger, mailer, capture } = context
  const { relay } = current.config
  const keys = new StoredKeys(store, clock)
  const { listen, bodyBytes, bodiesBytes, requestMs } = relay.http
  const bodies = new MemoryBudget(bodiesBytes)
  const findAccount = (name: string): Promise<Account | undefined> => logins.account(name)
  const isTrusted = (address: string): boolean => current.trusted(address) || current.httpProxies(address)
  const served = relay.http.interface ? openInterface(context, { store, bans, verifiers, isTrusted }) : undefined
  const accessControl = new AccessControl({
    keys,
    sessions: () => served?.sessions,
    bans,
    isTrusted,
    clock,
    logger,
    findAccount,
    requestsPerSecond: () => current.config.relay.http.requestsPerSecond,
    anyone: anyoneOf(current.config)?.key,
  })
  const audit = new Audit(store, clock)
  const apiLog = new ApiLog(clock, request => accessControl.askerOf(request))
  const { domains, end } = openDomains(context, seams)
  const { links } = context.publicPart
  const shown = { accessControl, mailer, clock, logger, domains, keys, links, audit, webhooks: telling.webhooks }
  const ours = v1Site({
    ...v1,
    ...shown,
    interface: () => served,
    apiLog,
    capture: () => capture,
    findAccount,
  })
  const routes = apiLog.of(joined(resendSite({ ...shown, policy }), '/v1', ours))
  const read =
    capture === undefined ? routes : withMailpit(routes, { accessControl, capture, mailer, version: v1.version })
  const site = served === undefined ? read : joined(read, '/ui', webSite(webFolder))
  const shared = sharedOf(context, certificates)
  const started: HttpServer[] = []
  try {
    for (const text of listen) {
      const address = parseHttpAddress(text)!
      started.push(await startHttp({ ...shared, address, site, bodies, bodyBytes, requestMs }))
    }
    const urls = interfaceUrls(current.config, started)
    const [place] = urls
    const isOpen = relay.capture.enabled && relay.capture.anyone && relay.capture.token === ''
    const needsLogin = place !== undefined && !isOpen
    const firstLogin = needsLogin ? await served?.firstLogin.open(served.links, place) : undefined
    return {
      servers: started,
      interfaceUrls: urls,
      firstLogin,
      end: async () => Promise.all([served?.firstLogin.remove(), end()]).then(() => undefined),
    }
  } catch (error) {
    for (const server of started) server.destroy()
    await end()
    throw error
  }
}

/** What all addresses are served with. */
function sharedOf({ current, metrics }: RelayContext, certificates: Certificates) {
  const { relay, options } = current.config
  return {
    answered: countAnswers(metrics, 'http'),
    names: () => [options.hostname, ...current.config.relay.http.names],
    contexts: () => certificates.contexts,
    certificate: () => certificates.fallback,
    isProxy: (client: string) => current.httpProxies(client),
    hasProxies: relay.http.proxies.length > 0,
    connections: relay.limits.connections,
  }
}
