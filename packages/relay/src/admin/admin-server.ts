/**
 * Server: the admin HTTP server, and the one that answers ACME challenges. The only node:http import.
 *
 * Policy. Beyond loopback there must be a token. Requests are small and end soon. No request whatever ends the process.
 *
 * Not here: who may ask what (access.ts), what is answered (routes.ts).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MailerError, wrongValue } from '@postrider/core'
import { accessOf, type Gate } from './access.ts'
import { type AdminPorts, answer } from './routes.ts'

export interface AdminOptions extends Gate {
  readonly host: string
  readonly port: number
  readonly ports: AdminPorts
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

const FOREIGN_NAME =
  'not under this name: ask localhost or an IP address, name it in relay.admin.names, or set relay.admin.token\n'
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

/** @throws {MailerError} `invalid-option` when it would be open to others, or the address cannot be had */
export async function startAdmin(options: AdminOptions): Promise<HttpServer> {
  const { host, port, token } = options
  if (token === '' && !LOOPBACK.test(host)) {
    throw wrongValue('invalid-option', {
      where: 'relay.admin.token',
      found: `none, and the admin server listens on ${host}`,
      wanted: 'a token, because others can reach this address',
      fix: 'set relay.admin.token, or listen on 127.0.0.1',
    })
  }
  return serve(host, port, (request, response) => respond(request, response, options))
}

/** Answers `/.well-known/acme-challenge/token` with what `keyAuthorization` gives. RFC 8555 §8.3 */
export function startChallengeServer(
  { host, port }: { readonly host: string; readonly port: number },
  keyAuthorization: (token: string) => string | undefined,
): Promise<HttpServer> {
  return serve(host, port, async (request, response) => {
    const token = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]+)$/.exec(request.url ?? '')?.[1]
    const body = token === undefined ? undefined : keyAuthorization(token)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(body ?? '')
  })
}

async function respond(request: IncomingMessage, response: ServerResponse, options: AdminOptions): Promise<void> {
  const url = targetOf(request)
  if (url === undefined) {
    response.writeHead(400, { connection: 'close' }).end()
    return
  }
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end()
    return
  }
  const access = accessOf({ url, authorization: request.headers.authorization }, options)
  switch (access) {
    case 'no-token':
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
      return
    case 'foreign-name':
      // RFC 9110 §15.5.20
      response.writeHead(421, { 'content-type': 'text/plain' }).end(FOREIGN_NAME)
      return
    default:
      await tell(response, { url, access, ports: options.ports })
  }
}

async function tell(
  response: ServerResponse,
  { url, access, ports }: { readonly url: URL; readonly access: 'all' | 'brief'; readonly ports: AdminPorts },
): Promise<void> {
  try {
    const { status, type, body } = await answer(url.pathname, ports, access)
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  } catch (error) {
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ error: (error as Error).message })}\n`)
  }
}

/** In origin form, or in absolute form, which a server takes too and which outdoes Host. RFC 9112 §3.2 */
function targetOf({ url = '', headers }: IncomingMessage): URL | undefined {
  if (!url.startsWith('/')) return URL.parse(url) ?? undefined
  // Without Host, which HTTP/1.0 allows, it is under no name of ours. Not as a reference: `//x` would be the host x.
  return URL.parse(`http://${headers.host || 'nameless.invalid'}${url}`) ?? undefined
}

async function serve(
  host: string,
  port: number,
  respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpServer> {
  // Loaded by who has such a server: it is 10 MB of memory.
  const { createServer } = await import('node:http')
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 },
    (request, response) => {
      // Whatever is wrong with one request costs its connection, never the process.
      respond(request, response).catch(() => response.destroy())
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new MailerError('invalid-option', `cannot listen on ${host}:${port}: ${error.code ?? error.message}`, {
          where: 'relay.admin.listen',
          found: `${host}:${port}`,
          fix: 'choose an address of this machine and a free port',
          cause: error,
        }),
      )
    })
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
