/**
 * Router: from a request of Node's HTTP server to the route that answers it. The only import of hono and of its adapter to Node.
 *
 * Policy. `//x` is `/x`, and so is `/x/`: clients put a base address and a path together in both ways. An answer is never
 * empty, and is not to be kept. A name that is not ours is refused before anything else, whatever the path.
 *
 * Not here: sockets and limits (http-server.ts), what is answered (the families of routes).
 */
import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { Hono } from 'hono/tiny'
import type { BodyTrouble, Client, HttpAnswer, HttpRequest, Site } from './route.ts'

export interface RouterPorts {
  readonly isOurs: (hostname: string) => boolean
  readonly readBody: (request: IncomingMessage) => Promise<Buffer | BodyTrouble>
  readonly clientOf: (request: IncomingMessage) => Client
  readonly stopping: AbortSignal
  readonly answered: (status: number) => void
}

const JSON_TYPE = 'application/json; charset=utf-8'

type Env = { readonly Bindings: HttpBindings }
export type Listen = (request: IncomingMessage, response: ServerResponse) => unknown

export function routerOf(site: Site, ports: RouterPorts): Listen {
  const app = new Hono<Env>({ getPath: request => tidied(new URL(request.url).pathname) })
  app.use(async (context, next) => {
    await next()
    ports.answered(context.res.status)
  })
  app.use(async (context, next) => {
    // RFC 9112 §3.2: whoever stands between us may have believed the other one.
    if (hostsOf(context.env.incoming) > 1) return malformed()
    if (!ports.isOurs(new URL(context.req.url).hostname)) return respond(site.foreignHost())
    await next()
    return undefined
  })
  for (const { method, path, answer } of site.routes)
    app.on(method, path, async context => respond(await answer(requestOf(context, ports))))
  const methods = Map.groupBy(site.routes, ({ path }) => path)
  for (const [path, routes] of methods) {
    const allowed = routes.map(({ method }) => method)
    app.all(path, async context => respond(await site.unknown(requestOf(context, ports), allowed)))
  }
  app.notFound(async context => respond(await site.unknown(requestOf(context, ports), [])))
  app.onError(error => respond(site.failed(error)))
  return getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    overrideGlobalObjects: false,
    errorHandler: malformed,
  })
}

function hostsOf({ rawHeaders }: Env['Bindings']['incoming']): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length
}

function malformed(): Response {
  return new Response(null, { status: 400, headers: { connection: 'close' } })
}

function tidied(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
}

function requestOf(context: Context<Env>, { readBody, clientOf, stopping }: RouterPorts): HttpRequest {
  const { incoming } = context.env
  const url = new URL(context.req.url)
  return {
    method: context.req.method,
    path: tidied(url.pathname),
    params: context.req.param(),
    query: url.searchParams,
    header: name => context.req.header(name),
    body: () => readBody(incoming as IncomingMessage),
    client: clientOf(incoming as IncomingMessage),
    signal: context.req.raw.signal,
    stopping,
    cut: () => (incoming as IncomingMessage).socket.destroy(),
  }
}

function respond(answer: HttpAnswer): Response {
  const { status, headers } = answer
  const [type, body] =
    'value' in answer ? [JSON_TYPE, JSON.stringify(answer.value)] : ([answer.type, answer.body] as const)
  return new Response(body, { status, headers: { 'content-type': type, 'cache-control': 'no-store', ...headers } })
}
