/**
 * V1Site: our own family of routes as the server takes it: each is let in by its scope, read by its shapes, and answered in one form.
 *
 * Policy. Whoever shows no key, and is not logged in, learns of no path. An account's key asks about its own mail; what is the relay's needs
 * the key of an operator, or a login. Nothing that is thrown leaves here but in the form of our errors.
 *
 * Not here: the routes (a file each subject), who is let in (access-control/).
 */
import type { Caller } from '../access-control/index.ts'
import type { HttpAnswer, HttpRequest, Route, Site } from '../server/index.ts'
import { isAction, note } from './accountability.ts'
import { readBody, readQuery } from './read-asked.ts'
import { V1_ROUTES } from './table.ts'
import { refusalTo } from './told.ts'
import { asAnswer, asV1Error, notFound, refused, V1Error } from './v1-error.ts'
import { type Asked, isOther, type V1Ports, type V1Route, WithHeaders } from './v1-route.ts'

export function v1Site(ports: V1Ports): Site {
  return {
    routes: V1_ROUTES.map(route => ({
      method: route.method,
      path: route.path,
      answer: request => answer(route, request, ports),
    })) satisfies Route[],
    unknown: (request, allowed) => unknown(request, allowed, ports),
    foreignHost: () =>
      asAnswer(new V1Error(421, 'security_error', { message: 'not under this name: name it in relay.http.names' }), {}),
    failed: error => asAnswer(asV1Error(error, ports.logger), {}),
  }
}

async function answer(route: V1Route, request: HttpRequest, ports: V1Ports): Promise<HttpAnswer> {
  let headers: Readonly<Record<string, string>> = {}
  let ended: ((status: number) => Promise<void>) | undefined
  try {
    const caller = route.scope === 'open' ? undefined : await admitted(route.scope, request, ports)
    headers = caller?.headers ?? {}
    if (caller !== undefined) requireOperator(route, caller)
    const query = readQuery(route.query, request.query)
    const body = await readBody(route, request)
    const asked = { params: request.params, query, body, caller, request } as Asked<never, never>
    if (caller !== undefined && isAction(route)) ended = await note(route, { request, body, caller }, ports)
    const told = await route.work(asked, ports).finally(() => stillAdmitted(route, request, ports))
    // It was done, whether that can be noted or not.
    await ended?.(200).catch(() => undefined)
    if (told instanceof WithHeaders) return { status: 200, value: told.value, headers: { ...headers, ...told.headers } }
    return isOther(told) ? { ...told, headers: { ...headers, ...told.headers } } : { status: 200, value: told, headers }
  } catch (error) {
    const refusal = asV1Error(error, ports.logger)
    // What cannot be noted any more stands there without an end.
    await ended?.(refusal.statusCode).catch(() => undefined)
    return refusalTo(request, refusal, headers)
  }
}

/** @throws V1Error */
async function admitted(
  scope: Exclude<V1Route['scope'], 'open'>,
  request: HttpRequest,
  ports: V1Ports,
): Promise<Caller> {
  const caller = await ports.accessControl.admitAny(request, scope === 'session' ? 'any' : scope)
  if (caller.kind !== 'caller' && caller.kind !== 'session') throw refused(caller)
  if (scope !== 'session' || caller.kind === 'session') return caller
  throw new V1Error(403, 'restricted_api_key', {
    message: 'this is about who is logged in to the interface, and an API key is not',
    headers: caller.headers,
  })
}

/**
 * What a refusal of its work says may be as much as an answer: it is held back too.
 * @throws V1Error
 */
async function stillAdmitted({ scope, waits }: V1Route, request: HttpRequest, ports: V1Ports): Promise<void> {
  if (waits !== true || scope === 'open') return
  const why = await ports.accessControl.whyNoMore(request, scope === 'session' ? 'any' : scope)
  if (why !== undefined) throw refused(why)
}

function requireOperator({ about }: V1Route, { account }: Caller): void {
  if (about === 'own' || account === undefined) return
  throw new V1Error(403, 'restricted_api_key', {
    message: `this is about the whole relay, and this API key is one of the account ${account.name}`,
    wrong: { fix: 'make a key with: postrider key add NAME --operator' },
  })
}

async function unknown(request: HttpRequest, allowed: readonly string[], ports: V1Ports): Promise<HttpAnswer> {
  try {
    const caller = await admitted('any', request, ports)
    const { method, path } = request
    if (allowed.length === 0)
      return await refusalTo(request, notFound(`there is no ${method} ${path.slice(0, 100)}`), caller.headers)
    const told = { message: `${method} is not allowed here`, headers: { allow: allowed.join(', ') } }
    return await refusalTo(request, new V1Error(405, 'method_not_allowed', told), caller.headers)
  } catch (error) {
    return refusalTo(request, asV1Error(error, ports.logger), {})
  }
}
