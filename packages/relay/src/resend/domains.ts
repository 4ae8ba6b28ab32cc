/**
 * Domains: `GET /domains`, `GET /domains/:id` and `POST /domains/:id/verify`: the domains that mail is signed for.
 *
 * Policy. Only the records that every SDK can read: keys and SPF. Each domain has an id that is made of its name, and the one region
 * without which some SDKs read no domain. Domains are made in the configuration, so making, changing and deleting them is refused.
 * They are the relay's, and the same for all accounts: whoever is bound to some of them sees those.
 */
import { type DomainRecord, isVerified, type OwnDomain, type OwnDomains } from '../domain/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { uuidOfText } from '../uuid/index.ts'
import { ApiError } from './api-error.ts'
import type { Caller } from './caller.ts'

export interface DomainPorts {
  readonly domains: OwnDomains
  /** When this relay began: the configuration does not say when a domain came in. */
  readonly startedAt: number
}

const REGION = 'us-east-1'
const STATUS = {
  published: 'verified',
  missing: 'pending',
  different: 'failed',
  unknown: 'temporary_failure',
} as const

export async function listDomains(caller: Caller, { domains, startedAt }: DomainPorts): Promise<HttpAnswer> {
  const data = visible(domains.list(), caller).map(domain => ({ ...shown(domain, startedAt), status: 'not_started' }))
  return { status: 200, value: { object: 'list', has_more: false, data } }
}

export async function showDomain(request: HttpRequest, caller: Caller, ports: DomainPorts): Promise<HttpAnswer> {
  const domain = requireDomain(request, caller, ports)
  const records = await ports.domains.records(domain, request.signal)
  return {
    status: 200,
    value: {
      object: 'domain',
      ...shown(domain, ports.startedAt),
      status: statusOf(records),
      records: records.flatMap(record => shownRecord(record, domain)),
    },
  }
}

/** There is nothing to begin: what stands is asked for each time. */
export async function verifyDomain(request: HttpRequest, caller: Caller, ports: DomainPorts): Promise<HttpAnswer> {
  const { name } = requireDomain(request, caller, ports)
  return { status: 200, value: { object: 'domain', id: uuidOfText('domain', name) } }
}

function requireDomain({ params: { id = '' } }: HttpRequest, caller: Caller, { domains }: DomainPorts): OwnDomain {
  const found = visible(domains.list(), caller).find(({ name }) => uuidOfText('domain', name) === id.toLowerCase())
  if (found !== undefined) return found
  throw new ApiError(404, 'not_found', 'Domain not found')
}

function visible(domains: readonly OwnDomain[], { key }: Caller): readonly OwnDomain[] {
  return key.domains.length === 0 ? domains : domains.filter(({ name }) => key.domains.includes(name))
}

function shown({ name }: OwnDomain, startedAt: number) {
  return {
    id: uuidOfText('domain', name),
    name,
    created_at: new Date(startedAt).toISOString(),
    region: REGION,
    capabilities: { sending: 'enabled', receiving: 'disabled' },
  }
}

function statusOf(records: readonly DomainRecord[]): string {
  if (isVerified(records)) return 'verified'
  return records.some(({ kind, status }) => kind !== 'dmarc' && status === 'different') ? 'failed' : 'pending'
}

function shownRecord({ kind, name, value, status }: DomainRecord, domain: OwnDomain): object[] {
  if (kind === 'dmarc') return []
  const below = name === domain.name ? '' : name.slice(0, -domain.name.length - 1)
  return [
    { record: kind === 'dkim' ? 'DKIM' : 'SPF', name: below, type: 'TXT', ttl: 'Auto', status: STATUS[status], value },
  ]
}
