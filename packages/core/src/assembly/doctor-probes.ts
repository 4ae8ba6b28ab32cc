/**
 * DoctorProbes: what the doctor needs beyond the DNS: a connection to port 25, a question to our own mail host, a policy file, the
 * time that others have, and a message signed now.
 *
 * Policy. Each is asked of as few hosts as tell the answer, and each failure is an answer in words. Mail goes out from where
 * messages go out: same EHLO name, same local addresses.
 *
 * Not here: what the answers mean (preflight/checks/).
 */
import { isIP } from 'node:net'
import type { Clock } from '../ambient/clock.ts'
import { withDeadline } from '../ambient/deadline.ts'
import { compose } from '../compose/index.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { lookupAddresses, type Resolver } from '../dns/index.ts'
import { get } from '../http/index.ts'
import type { Address, Domain } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import type { Departure } from '../model/egress.ts'
import type { Hop } from '../model/route.ts'
import type { DoctorProbes, TryTls } from '../preflight/index.ts'
import { policyFetch } from '../route/index.ts'
import { sign } from '../sign/index.ts'
import {
  bindProblem,
  type Inquired,
  type InquiryTarget,
  inquire,
  Session,
  SmtpError,
  TlsSessions,
  TlsTrust,
} from '../smtp/index.ts'

export interface DoctorProbesParts {
  readonly options: ResolvedOptions
  /** As it is now. @default that of `options` */
  readonly egress?: (() => ResolvedOptions['egress']) | undefined
  readonly resolver: Resolver
  readonly clock: Clock
  readonly chooseKeys: (from: readonly Address[]) => readonly DkimKey[]
  /** Of MTA-STS policy hosts. @default 443 */
  readonly policyPort?: number | undefined
}

const PROBE_TIMEOUT_MS = 10_000
const HTTPS_MS = 10_000
/** A host whose clock is right, and that may be asked by everyone. */
const CLOCK_URL = 'https://mta-sts.gmail.com/.well-known/mta-sts.txt'

export function openDoctorProbes(parts: DoctorProbesParts): DoctorProbes {
  const { options, resolver, clock, chooseKeys, policyPort } = parts
  const { ca } = options.tls
  const certificates = ca === undefined ? {} : { ca }
  const fetchPolicy = policyFetch({
    resolver,
    clock,
    allowPrivateAddresses: options.delivery.allowPrivateAddresses,
    timeoutMs: HTTPS_MS,
    ...certificates,
    ...(policyPort === undefined ? {} : { port: policyPort }),
  })
  return {
    probe: async ({ host, port }, signal) => greetingOf(await visit({ ...parts, host, port, addresses: [] }, signal)),
    askMailboxes: ({ host, addresses }, signal) =>
      visit({ ...parts, host, port: options.delivery.port, addresses }, signal),
    bind: bindProblem,
    fetchPolicy: async (domain, signal) => {
      const fetched = await fetchPolicy(domain as Domain, signal)
      return fetched.kind === 'fetched' ? { text: fetched.text } : { problem: fetched.detail }
    },
    tryTls: ({ host, verify }, signal) => tryTls({ ...parts, host, verify }, signal),
    askTime: async signal => {
      const ask = async (within: AbortSignal): Promise<string | undefined> => {
        const { hostname: name } = new URL(CLOCK_URL)
        const [first] = (await lookupAddresses(resolver, { name, families: [4, 6] }, within)).values
        if (first === undefined) return undefined
        const connectTo = { address: first.address, port: 443 }
        const { headers } = await get({ url: CLOCK_URL, maxBytes: 65_536, connectTo, ...certificates }, within)
        return typeof headers.date === 'string' ? headers.date : undefined
      }
      // Whatever goes wrong on the way: the time is not known then.
      const date = await withDeadline({ clock, ms: HTTPS_MS, signal }, ask).catch(() => undefined)
      signal.throwIfAborted()
      const at = Date.parse(date ?? '')
      return Number.isNaN(at) ? undefined : at
    },
    signSample: async from => {
      const keys = chooseKeys([{ local: 'postmaster', domain: from }])
      const draft = { from: `postmaster@${from}`, to: `postmaster@${from}`, subject: 'Sample', text: 'A sample.\n' }
      const { hostname, limits } = options
      const { message } = await compose(draft, { now: clock.now(), hostname, limits })
      return (await sign(message, keys, clock.now())).bytes
    },
  }
}

interface Visit extends DoctorProbesParts {
  readonly host: string
  readonly port: number
  readonly addresses: readonly Address[]
}

type Visited = Inquired | { readonly problem: string; readonly answers: readonly [] }

function greetingOf(visited: Visited): { readonly greeting: string } | { readonly problem: string } {
  return 'greeting' in visited ? { greeting: visited.greeting } : { problem: visited.problem }
}

/** Tries the addresses of a host, one of each family first. */
async function visit(
  { host, port, addresses, options, egress, resolver, clock }: Visit,
  signal: AbortSignal,
): Promise<Visited> {
  const { delivery } = options
  const families = delivery.ipFamily === 'auto' ? ([4, 6] as const) : ([delivery.ipFamily] as const)
  const problems: string[] = []
  const literal = isIP(host)
  const found =
    literal === 4 || literal === 6
      ? { values: [{ address: host, family: literal }] as const }
      : await lookupAddresses(resolver, { name: host, families }, signal).catch((error: Error) => {
          problems.push(error.message)
          return { values: [] }
        })
  signal.throwIfAborted()
  for (const { address, family } of oneOfEachFamily(found.values)) {
    const departure = departureOf(family, { options, egress })
    const target: InquiryTarget = { address, family, port, departure, patienceMs: PROBE_TIMEOUT_MS }
    try {
      return await inquire(target, { addresses, clock }, signal)
    } catch (error) {
      signal.throwIfAborted()
      problems.push((error as Error).message)
    }
  }
  return { problem: problems.join('; ') || `${host} has no address`, answers: [] }
}

type Verify = Parameters<TryTls>[0]['verify']

/** As a sender that obeys the policy would: to the first address that can be reached. */
async function tryTls(
  {
    host,
    verify,
    options,
    egress,
    resolver,
    clock,
  }: DoctorProbesParts & { readonly host: string; readonly verify: Verify },
  signal: AbortSignal,
): ReturnType<TryTls> {
  const families = options.delivery.ipFamily === 'auto' ? ([4, 6] as const) : ([options.delivery.ipFamily] as const)
  const found = await lookupAddresses(resolver, { name: host, families }, signal).catch((error: Error) => error)
  signal.throwIfAborted()
  if (found instanceof Error) return { problem: found.message, reached: false }
  const ports = {
    clock,
    timeouts: impatient(options.delivery.timeouts),
    trust: new TlsTrust(options.tls.ca),
    tlsSessions: new TlsSessions(clock),
  }
  let problem = `${host} has no address`
  for (const { address, family } of oneOfEachFamily(found.values)) {
    const departure = departureOf(family, { options, egress })
    const hop = hopFor({ host, address, family, verify, departure }, options)
    try {
      const session = await Session.open(hop, ports, {}, signal)
      await session.quit()
      return { reached: true }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof SmtpError)) throw error
      problem = error.message
      if (error.stage === 'starttls' || error.stage === 'tls') return { problem, reached: true }
    }
  }
  return { problem, reached: false }
}

function impatient<T extends Readonly<Record<string, number>>>(timeouts: T): T {
  return Object.fromEntries(Object.entries(timeouts).map(([name, ms]) => [name, Math.min(ms, PROBE_TIMEOUT_MS)])) as T
}

function hopFor(
  { host, verify, ...hop }: Pick<Hop, 'address' | 'family' | 'departure'> & { host: string; verify: Verify },
  { delivery }: ResolvedOptions,
): Hop {
  return {
    ...hop,
    host: host as Domain,
    port: delivery.port,
    preference: 0,
    tls: { level: 'verified', sources: ['configured'], verify, sni: host as Domain },
    implicitTls: false,
    limits: { connections: 1, messagesPerConnection: 1, recipientsPerTransaction: 1 },
  }
}

/** The first of the family that we may bind to. */
function departureOf(
  family: 4 | 6,
  { options, egress = () => options.egress }: Pick<DoctorProbesParts, 'options' | 'egress'>,
): Departure {
  const source = egress().sources.find(({ address }) => address.includes(':') === (family === 6))
  const hostname = source?.hostname ?? options.hostname
  return { hostname, ...(source !== undefined && { localAddress: source.address }) }
}

function oneOfEachFamily<T extends { readonly family: 4 | 6 }>(all: readonly T[]): readonly T[] {
  return [4, 6].flatMap(family => all.filter(one => one.family === family).slice(0, 1))
}
