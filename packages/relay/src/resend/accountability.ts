/**
 * Accountability: what is changed over the Resend contract, kept in the audit as our own routes keep it (v1/accountability.ts).
 *
 * Policy. Before it is done it stands there, with the key that asks and what the path says; of the body nothing, for URLs may be secrets.
 * Sending is no action: each mail has a history of its own.
 */
import type { Scope } from '../key/index.ts'
import type { HttpRequest, Route } from '../server/index.ts'
import type { Audit } from '../user/index.ts'
import type { Caller } from './caller.ts'

export interface AuditPorts {
  readonly audit: Pick<Audit, 'begin'>
}

type Asked = Pick<Route, 'method' | 'path'> & { readonly scope: Scope }

/** @returns how to say how it ended; never rejects: it was done, whether that can be noted or not */
export async function note(
  { method, path, scope }: Asked,
  { request, caller }: { readonly request: HttpRequest; readonly caller: Caller },
  { audit }: AuditPorts,
): Promise<(status: number) => Promise<void>> {
  if (method === 'GET' || (scope !== 'operate' && scope !== 'admin')) return async () => undefined
  const ended = await audit.begin({
    kind: 'key',
    who: caller.key.id,
    address: request.client.address,
    action: `${method} ${path}`,
    asked: JSON.stringify(request.params),
  })
  return status => ended(status).catch(() => undefined)
}
