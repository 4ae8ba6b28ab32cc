/**
 * Server: the admin HTTP server, and the one that answers ACME challenges. The only node:http import.
 *
 * Policy. GET only. `/health` needs no token, so that a supervisor needs no secret; everything else does when there is one,
 * compared in constant time. Beyond loopback there must be one. Requests are small and end soon.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MailerError } from '@postrider/core'
import { type AdminRooms, answer } from './routes.ts'

export interface AdminOptions {
  readonly host: string
  readonly port: number
  /** '' asks for none. */
  readonly token: string
  readonly rooms: AdminRooms
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

/** @throws {MailerError} `invalid-option` when it would be open to others, or the address cannot be had */
export async function startAdmin({ host, port, token, rooms }: AdminOptions): Promise<HttpServer> {
  if (token === '' && !LOOPBACK.test(host)) {
    throw new MailerError('invalid-option', `relay.admin.token: found none, and the admin server listens on ${host}`, {
      where: 'relay.admin.token',
      found: 'none',
      wanted: 'a token, because others can reach this address',
      fix: 'set relay.admin.token, or listen on 127.0.0.1',
    })
  }
  return serve(host, port, (request, response) => {
    void respond(request, response, token, rooms)
  })
}

/** Answers `/.well-known/acme-challenge/token` with what `keyAuthorization` gives. RFC 8555 §8.3 */
export function startChallengeServer(
  { host, port }: { readonly host: string; readonly port: number },
  keyAuthorization: (token: string) => string | undefined,
): Promise<HttpServer> {
  return serve(host, port, (request, response) => {
    const token = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]+)$/.exec(request.url ?? '')?.[1]
    const body = token === undefined ? undefined : keyAuthorization(token)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(body ?? '')
  })
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  rooms: AdminRooms,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end()
    return
  }
  if (token !== '' && url.pathname !== '/health' && !isRight(request.headers.authorization, token)) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    return
  }
  try {
    const { status, type, body } = await answer(url.pathname, url.searchParams, rooms)
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  } catch (error) {
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ error: (error as Error).message })}\n`)
  }
}

function isRight(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}

async function serve(
  host: string,
  port: number,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpServer> {
  // Loaded by who has such a server: it is 10 MB of memory.
  const { createServer } = await import('node:http')
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 }, listener)
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
