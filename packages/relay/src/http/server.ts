/**
 * Server: the admin HTTP server, and the one that answers ACME challenges. The only node:http import.
 *
 * Policy. `/health` needs no token, so that a supervisor needs no secret; everything else does when there is one, compared in
 * constant time. Beyond loopback there must be one, and for what is posted always: a browser on this machine can be made to
 * post to loopback. Requests are small and end soon. No request whatever ends
 * the process.
 */
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MailerError } from '@postrider/core'
import { type AdminPorts, answer, take } from './routes.ts'

export interface AdminOptions {
  readonly host: string
  readonly port: number
  /** '' asks for none. */
  readonly token: string
  readonly rooms: AdminPorts
}

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/** A report with the whole message that it is about. */
const MOST_BODY_BYTES = 64 * 1024 * 1024
const NO_TOKEN = 'set relay.admin.token: what is posted needs one\n'
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
  return serve(host, port, (request, response) => respond(request, response, token, rooms))
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  ports: AdminPorts,
): Promise<void> {
  const url = targetOf(request)
  if (url === undefined) {
    response.writeHead(400, { connection: 'close' }).end()
    return
  }
  const posts = request.method === 'POST'
  if (!posts && request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET, POST' }).end()
    return
  }
  const isOpen = token === '' ? !posts : url.pathname === '/health' && !posts
  if (!isOpen && (token === '' || !isRight(request.headers.authorization, token))) {
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(token === '' ? NO_TOKEN : '')
    return
  }
  try {
    const sent = posts ? await bodyOf(request) : undefined
    if (sent === 'too-large') {
      response.writeHead(413, { connection: 'close' }).end()
      return
    }
    const { pathname, searchParams } = url
    const { status, type, body } = await (sent
      ? take(pathname, searchParams, sent, ports)
      : answer(pathname, searchParams, ports))
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  } catch (error) {
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify({ error: (error as Error).message })}\n`)
  }
}

/** In origin form, or in absolute form, which a server takes too. RFC 9112 §3.2 */
function targetOf({ url = '' }: IncomingMessage): URL | undefined {
  // Not as a reference: `//x` would be the host x.
  return URL.parse(url.startsWith('/') ? `http://localhost${url}` : url) ?? undefined
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | 'too-large'> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MOST_BODY_BYTES) return 'too-large'
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function isRight(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
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
