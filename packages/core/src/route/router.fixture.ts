/**
 * The router, for tests: domains in a fake DNS.
 */
import assert from 'node:assert/strict'
import { seededRandom } from '../ambient/random.ts'
import type { Domain } from '../model/address.ts'
import type { Fact } from '../model/fact.ts'
import type { NoRoute, Route } from '../model/route.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createFakeDns, type FakeDns, type FakeDnsOptions } from '../testing/fake-dns.ts'
import type { ZoneLiteral } from '../testing/zone.ts'
import { createRouter, type FetchPolicy, type Router, type RouterOptions, type TlsNeeds } from './index.ts'

export const forever: AbortSignal = new AbortController().signal
export const PLAIN: TlsNeeds = { requireTls: false, tlsRequiredNo: false }
export const REQUIRE: TlsNeeds = { requireTls: true, tlsRequiredNo: false }
export const RELAX: TlsNeeds = { requireTls: false, tlsRequiredNo: true }
const noPolicy: FetchPolicy = async () => ({ kind: 'failed', code: 'sts-policy-fetch-error', detail: 'none' })
const ZONE: ZoneLiteral = {
  'example.test': { MX: ['10 a.test', '10 b.test', '10 c.test', '20 d.test'], ttl: 100 },
  'a.test': { A: '192.0.2.1', AAAA: '2001:db8::1' },
  'b.test': { A: ['192.0.2.2', '192.0.2.3'] },
  'c.test': { A: '192.0.2.4' },
  'd.test': { A: '192.0.2.5' },
  'one.test': { MX: '10 d.test' },
  'private.test': { MX: '10 inside.test' },
  'inside.test': { A: '10.0.0.1' },
  'six.test': { AAAA: '2001:db8::6' },
  'gmail.test': { MX: '5 gmail-smtp-in.l.google.com' },
  'gmail-smtp-in.l.google.com': { A: '192.0.2.6' },
  'contoso.test': { MX: '0 contoso-test.mail.protection.outlook.com' },
  'contoso-test.mail.protection.outlook.com': { A: '192.0.2.7' },
  'fabrikam.test': { MX: '0 fabrikam-test.mail.protection.outlook.com' },
  'fabrikam-test.mail.protection.outlook.com': { A: '192.0.2.7' },
}

export interface World {
  readonly clock: FakeClock
  readonly dns: FakeDns
  readonly router: Router
  readonly facts: Fact[]
}

export function world(options: Partial<RouterOptions> = {}, dnsOptions: FakeDnsOptions = {}): World {
  const clock = new FakeClock()
  const dns = createFakeDns(ZONE, { negativeTtl: 3_600, ...dnsOptions })
  const facts: Fact[] = []
  const router = createRouter({
    resolver: dns,
    clock,
    random: seededRandom(7),
    egress: () => ({ hostname: 'us.test' as Domain, sources: [] }),
    mtaSts: { fetchPolicy: noPolicy },
    record: fact => facts.push(fact),
    ...options,
  })
  return { clock, dns, router, facts }
}

async function ask({ router }: World, domain: string, needs: TlsNeeds = PLAIN): Promise<Route | NoRoute> {
  return router.findRoute(domain as Domain, needs, forever)
}

export async function route(it: World, domain: string, needs: TlsNeeds = PLAIN): Promise<Route> {
  const result = await ask(it, domain, needs)
  if (result.kind !== 'route') assert.fail(`${result.reason}: ${result.detail}`)
  return result
}

export async function reason(it: World, domain: string, needs: TlsNeeds = PLAIN): Promise<string> {
  const result = await ask(it, domain, needs)
  return result.kind === 'route' ? 'route' : result.reason
}

export const order = ({ hops }: Route): string => [...new Set(hops.map(hop => hop.host))].join(' ')
