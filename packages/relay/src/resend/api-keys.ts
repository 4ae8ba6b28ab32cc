/**
 * ApiKeys: `/api-keys` of the Resend contract: the keys of an account, listed, made and taken away by one that may.
 *
 * Policy. Nobody gives what he has not: a key that is made so is of the same account, may be used where the one that makes it may, for
 * the domains that it may, and no longer. A key is in the answer that makes it, and nowhere afterwards.
 *
 * Not here: ours (v1/accounts.ts), the keys of operators, what a key may do (access-control/).
 */
import type { OwnDomains } from '../domain/index.ts'
import type { ApiKey, Scope, StoredKeys } from '../key/index.ts'
import type { HttpAnswer, HttpRequest } from '../server/index.ts'
import { uuidOfText } from '../uuid/index.ts'
import { ApiError, invalid } from './api-error.ts'
import { readJson } from './body.ts'
import type { Caller } from './caller.ts'
import { optionalText, requireFields } from './field.ts'
import { pageOf } from './page.ts'
import { refusingWrong } from './refusing-wrong.ts'

export interface KeyPorts {
  readonly keys: StoredKeys
  readonly domains: OwnDomains
}

const FIELDS = ['name', 'permission', 'domain_id'] as const
const SCOPES_OF: Readonly<Record<string, readonly Scope[]>> = {
  full_access: ['send', 'read', 'content', 'operate', 'admin'],
  sending_access: ['send'],
}
const LONGEST_NAME = 50

export async function createKey(request: HttpRequest, caller: Caller, ports: KeyPorts): Promise<HttpAnswer> {
  const fields = requireFields(await readJson(request), '', FIELDS)
  const name = optionalText(fields, 'name', '')
  if (name === undefined || name === '') throw new ApiError(422, 'missing_required_field', 'Missing `name` field.')
  if (name.length > LONGEST_NAME) throw invalid(`\`name\`: wanted ${LONGEST_NAME} characters at the most`)
  const permission = optionalText(fields, 'permission', '') ?? 'full_access'
  const scopes = Object.hasOwn(SCOPES_OF, permission) ? SCOPES_OF[permission] : undefined
  if (scopes === undefined) throw invalid('`permission` must be `full_access` or `sending_access`.')
  const { networks, expiresAt } = caller.key
  const domains = domainsFor(optionalText(fields, 'domain_id', ''), caller, ports)
  const { id, token } = await refusingWrong(['not-possible'], () =>
    ports.keys.add({
      name,
      account: caller.account.name,
      scopes,
      domains,
      networks,
      ...(expiresAt !== undefined && { expiresAt }),
    }),
  )
  return { status: 201, value: { id: idOf(id), token } }
}

export async function listKeys(request: HttpRequest, caller: Caller, ports: KeyPorts): Promise<HttpAnswer> {
  const own = (await ownOf(caller, ports)).toReversed().map(shown)
  const { page, has_more } = pageOf(own, request.query)
  return { status: 200, value: { object: 'list', has_more, data: page } }
}

export async function removeKey(request: HttpRequest, caller: Caller, ports: KeyPorts): Promise<HttpAnswer> {
  const wanted = (request.params.id ?? '').toLowerCase()
  const found = (await ownOf(caller, ports)).find(({ id }) => idOf(id) === wanted)
  if (found === undefined || !(await ports.keys.remove(found.id)))
    throw new ApiError(404, 'not_found', 'API key not found')
  return { status: 200, value: { object: 'api_key', id: wanted, deleted: true } }
}

function domainsFor(wanted: string | undefined, { key }: Caller, { domains }: KeyPorts): readonly string[] {
  if (wanted === undefined) return key.domains
  const found = domains.list().find(({ name }) => uuidOfText('domain', name) === wanted.toLowerCase())
  if (found !== undefined && (key.domains.length === 0 || key.domains.includes(found.name))) return [found.name]
  throw new ApiError(404, 'not_found', 'Domain not found')
}

async function ownOf({ account }: Caller, { keys }: KeyPorts): Promise<readonly ApiKey[]> {
  return (await keys.list()).filter(key => key.account === account.name)
}

function shown({ id, name, createdAt, lastUsedAt }: ApiKey) {
  return {
    id: idOf(id),
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
  }
}

/** Ours are shorter than some SDKs can hold. */
function idOf(id: string): string {
  return uuidOfText('key', id)
}
