/**
 * HttpServer: listens for HTTP, bounds what a client may take, and ends without losing an answer.
 *
 * Policy. Plain text is spoken on loopback, and beyond it only with the proxies that are listed. A request that is not whole in time is
 * cut, and so is a client that takes nothing of an answer for as long. One body has its bound, and all bodies together have theirs. No page of another site may read an answer (no CORS), and none
 * is given under a name that is not ours, so that a page cannot ask a private address under a name of its own (DNS rebinding).
 *
 * Not here: who may ask what (the families of routes), the admin server (http/). RFC 9110, RFC 9112.
 */
import { Buffer } from 'node:buffer'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type Clock, MailerError } from '@postrider/core'
import { type CertificatePair, contextFor, type MemoryBudget, type TlsContexts } from '../listener/index.ts'
import { type HttpAddress, isLoopback, mayConnect } from './http-address.ts'
import { inTurn } from './in-turn.ts'
import type { BodyTrouble, Client, Site } from './route.ts'
import { type Listen, routerOf } from './router.ts'

export interface HttpServerOptions {
  readonly address: HttpAddress
  /** The option that named it. @default relay.http.listen */
  readonly where?: string
  /** Whoever comes is heard, also in plain text: the site knows by `via` what it may say. */
  readonly isForStrangers?: boolean
  readonly site: Site
  /** Names under which it answers, beside localhost and addresses. */
  readonly names: () => readonly string[]
  readonly contexts: () => TlsContexts | undefined
  /** What clients are shown that name no host. */
  readonly certificate: () => CertificatePair | undefined
  readonly isProxy: (address: string) => boolean
  readonly hasProxies: boolean
  readonly bodyBytes: number
  readonly bodies: MemoryBudget
  /** Time for a whole request. */
  readonly requestMs: number
  readonly connections: number
  /** Is told the status of each answer. */
  readonly answered: (status: number) => void
}

export interface HttpServer {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** Lets nothing new in, and answers what is under way within that time. */
  close(withinMs: number, clock: Clock): Promise<void>
  destroy(): void
}

const HEADERS_MS = 10_000
const KEEP_ALIVE_MS = 30_000
const CHECKED_EACH_MS = 1000
const MOST_HEADER_BYTES = 16 * 1024
const NOTHING = Buffer.alloc(0)

/** @throws {MailerError} `invalid-option` when it would be open to others, or the address cannot be had */
export async function startHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { address, isProxy, isForStrangers = false, where = 'relay.http.listen' } = options
  if (!isForStrangers && !address.tls && !isLoopback(address.host) && !options.hasProxies) throw openToOthers(address)
  const stopping = new AbortController()
  const respond = routerOf(options.site, portsOf(options, stopping.signal))
  const server = await makeServer(options, inTurn(respond, options.requestMs))
  server.maxConnections = options.connections
  server.prependListener('connection', socket => {
    if (!isForStrangers && !mayConnect(address, plainAddress(socket.remoteAddress), isProxy)) socket.destroy()
  })
  await listen(server, address, where)
  return {
    host: address.host,
    port: (server.address() as AddressInfo).port,
    tls: address.tls,
    close: (withinMs, clock) =>
      new Promise<void>(resolve => {
        stopping.abort()
        const stop = clock.after(withinMs, () => server.closeAllConnections())
        server.close(() => {
          stop()
          resolve()
        })
      }),
    destroy: () => {
      stopping.abort()
      server.close()
      server.closeAllConnections()
    },
  }
}

function portsOf(options: HttpServerOptions, stopping: AbortSignal): Parameters<typeof routerOf>[1] {
  return {
    isOurs: hostname => isOurs(hostname, options.names()),
    readBody: request => readBody(request, options),
    clientOf: request => clientOf(request, options),
    stopping,
    answered: options.answered,
  }
}

async function makeServer({ address, contexts, certificate, requestMs }: HttpServerOptions, respond: Listen) {
  const bounds = {
    requestTimeout: requestMs,
    headersTimeout: Math.min(HEADERS_MS, requestMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECKED_EACH_MS,
    maxHeaderSize: MOST_HEADER_BYTES,
    // Two readings of where a request ends would be two requests (RFC 9112 §11.2).
    insecureHTTPParser: false,
  }
  if (!address.tls) {
    const { createServer } = await import('node:http')
    return createServer(bounds, respond)
  }
  const { createServer } = await import('node:https')
  const secured = createServer(
    {
      ...bounds,
      minVersion: 'TLSv1.2',
      SNICallback: (name, give) => {
        const known = contexts()
        give(null, known && contextFor(known, name))
      },
    },
    respond,
  )
  let shown: TlsContexts | undefined
  // A renewed certificate is shown from the next connection on.
  secured.prependListener('connection', () => {
    if (shown === contexts()) return
    shown = contexts()
    const pair = certificate()
    if (pair) secured.setSecureContext({ cert: pair.certificate, key: pair.privateKey, minVersion: 'TLSv1.2' })
  })
  return secured
}

function isOurs(hostname: string, names: readonly string[]): boolean {
  const name = hostname.toLowerCase()
  return (
    name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || names.some(own => own.toLowerCase() === name)
  )
}

async function readBody(
  request: IncomingMessage,
  { bodyBytes, bodies }: HttpServerOptions,
): Promise<Buffer | BodyTrouble> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes) return 'too-large'
  const parts: Buffer[] = []
  let size = 0
  // What is made of a body lives until it is answered, and is given back then.
  let taken = 0
  request.once('close', () => bodies.give(taken))
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > bodyBytes) return 'too-large'
    if (!bodies.take(part.length)) return 'no-memory'
    taken += part.length
    parts.push(part)
  }
  return parts.length === 1 ? (parts[0] ?? NOTHING) : Buffer.concat(parts)
}

function clientOf({ socket, headers }: IncomingMessage, { address, isProxy }: HttpServerOptions): Client {
  const { encrypted } = socket as Partial<TLSSocket>
  const direct = plainAddress(socket.remoteAddress)
  const tls = encrypted ? (socket as TLSSocket) : undefined
  return {
    address: isProxy(direct) ? (forwardedFor(headers['x-forwarded-for'], isProxy) ?? direct) : direct,
    port: socket.remotePort ?? 0,
    listener: `${address.host}:${address.port}`,
    via: encrypted ? 'tls' : isProxy(direct) ? 'proxy' : isLoopback(address.host) ? 'loopback' : 'plain',
    ...(tls && {
      tls: { protocol: tls.getProtocol() ?? 'unknown', cipher: tls.getCipher()?.standardName ?? 'unknown' },
    }),
  }
}

/** Whom the nearest of our proxies saw: what stands left of it, anybody can have written. */
function forwardedFor(header: string | string[] | undefined, isProxy: (address: string) => boolean) {
  const hops = String(header ?? '')
    .split(',')
    .map(hop => hop.trim())
  return hops.findLast(hop => isIP(hop) !== 0 && !isProxy(hop))
}

function plainAddress(address = ''): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}

function listen(server: Server, { host, port }: HttpAddress, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new MailerError('invalid-option', `cannot listen on ${host}:${port}: ${error.code ?? error.message}`, {
          where,
          found: `${host}:${port}`,
          fix: 'choose an address of this machine and a free port',
          cause: error,
        }),
      )
    })
    server.listen(port, host, resolve)
  })
}

function openToOthers({ host, port }: HttpAddress): MailerError {
  return new MailerError('invalid-option', `relay.http.listen: ${host}:${port}/plain can be reached by others`, {
    where: 'relay.http.listen',
    found: `${host}:${port}/plain`,
    wanted: '/tls, or /plain on loopback, or /plain with relay.http.proxies',
    fix: `write ${host}:${port}/tls, or name the proxies in front of it in relay.http.proxies`,
  })
}
