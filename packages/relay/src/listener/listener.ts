/**
 * Listener: the addresses the relay listens on, and the conversations they begin. The only place that opens a listening socket
 * for mail.
 *
 * Policy. A PROXY header is expected from listed proxies only, and believed from them only. Before a conversation has begun
 * (PROXY header, first TLS handshake) a connection has `beforeMs`. `close()` stops accepting, lets every message that is under
 * way be answered, tells the others 421, and cuts what is left after `withinMs`.
 *
 * Not here: what is said (conversation.ts), what is allowed (submission-policy.ts).
 */
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type Clock, MailerError } from '@postrider/core'
import type { InNetwork } from '../admission/index.ts'
import { Conversation } from './conversation.ts'
import { readProxyHeader } from './proxy-header.ts'
import type { WireLimits } from './session-limits.ts'
import type { ListenerMode, SmtpPolicy } from './smtp-policy.ts'
import type { TlsContexts } from './tls.ts'

/** One address to listen on. */
export interface ListenAddress {
  /** An IP address or host name of this machine. */
  readonly host: string
  /** The TCP port; 0 takes any free one. */
  readonly port: number
  /** TLS from the first octet (RFC 8314 §3.3), as on port 465. */
  readonly implicitTls: boolean
  /** Login is allowed without TLS. */
  readonly plainLogin: boolean
  /** STARTTLS is offered. */
  readonly startTls: boolean
  /** Listed proxies speak the PROXY protocol here. */
  readonly proxy: boolean
  /** Other mail servers come here: alone, or clients that log in too. */
  readonly inbound?: 'alone' | 'with-logins'
}

export interface ListenerOptions {
  readonly policy: SmtpPolicy
  /** Of addresses that other mail servers come to. */
  readonly inbound?: Readonly<Record<NonNullable<ListenAddress['inbound']>, SmtpPolicy>>
  readonly clock: Clock
  readonly contexts: () => TlsContexts | undefined
  readonly limits: () => WireLimits
  readonly isProxy: () => InNetwork
  readonly isTrusted: () => InNetwork
}

/** Where something listens. */
export interface Bound extends ListenAddress {
  /** The port that is bound, also where 0 asked for any free one. */
  readonly port: number
}

const TICK_MS = 1000
const BEFORE_MS = 30_000
/** Connections the kernel keeps for us while we are busy. */
const BACKLOG = 1024

export class Listener {
  readonly #options: ListenerOptions
  readonly #servers: Server[] = []
  readonly #conversations = new Set<Conversation>()
  /** Sockets that are no conversation yet, and since when. */
  readonly #early = new Map<Socket, number>()
  readonly #run = randomBytes(4).toString('hex')
  #sessions = 0
  #stopTicking: (() => void) | undefined
  #closing: Promise<void> | undefined
  #allGone: (() => void) | undefined

  constructor(options: ListenerOptions) {
    this.#options = options
    this.#tick()
  }

  /** Conversations that are open. */
  get open(): number {
    return this.#conversations.size
  }

  /** @throws {MailerError} `invalid-option` when the address cannot be had, saying why */
  async listen(address: ListenAddress): Promise<Bound> {
    const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, socket =>
      this.#accept(socket, address),
    )
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => reject(cannotListen(address, error)))
      server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, resolve)
    })
    this.#servers.push(server)
    return { ...address, port: (server.address() as AddressInfo).port }
  }

  async close({ withinMs }: { readonly withinMs: number }): Promise<void> {
    this.#closing ??= this.#close(withinMs)
    await this.#closing
  }

  destroy(reason: unknown): void {
    this.#stopTicking?.()
    this.#stopTicking = undefined
    for (const server of this.#servers) server.close()
    for (const socket of this.#early.keys()) socket.destroy()
    for (const conversation of this.#conversations) conversation.destroy(String(reason))
  }

  async #close(withinMs: number): Promise<void> {
    for (const server of this.#servers) server.close()
    for (const socket of this.#early.keys()) socket.destroy()
    for (const conversation of this.#conversations) conversation.finish()
    if (this.#conversations.size > 0) {
      const done = new Promise<void>(resolve => {
        this.#allGone = resolve
      })
      const cancel = this.#options.clock.after(withinMs, () => this.destroy('shutting down'))
      await done
      cancel()
    }
    this.destroy('closed')
  }

  #accept(socket: Socket, address: ListenAddress): void {
    const remote = plainAddress(socket.remoteAddress)
    socket.on('error', ignore)
    this.#early.set(socket, this.#options.clock.monotonic())
    socket.once('close', () => this.#early.delete(socket))
    if (address.proxy && this.#options.isProxy()(remote)) this.#readProxy(socket, address)
    else this.#converse(socket, address, { address: remote, port: socket.remotePort ?? 0 })
  }

  #readProxy(socket: Socket, address: ListenAddress): void {
    let bytes = Buffer.alloc(0)
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk])
      const header = readProxyHeader(bytes)
      if (header.kind === 'incomplete') return
      socket.off('data', read)
      socket.pause()
      if (header.kind === 'invalid') {
        socket.destroy()
        return
      }
      if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length))
      const own = { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 }
      this.#converse(socket, address, header.source ?? own)
    }
    socket.on('data', read)
    socket.once('end', () => socket.end())
  }

  #converse(socket: Socket, address: ListenAddress, client: { address: string; port: number }): void {
    const { inbound, clock, contexts, limits, isTrusted } = this.#options
    const policy = (address.inbound && inbound?.[address.inbound]) ?? this.#options.policy
    const mode: ListenerMode = {
      name: `${address.host.includes(':') ? `[${address.host}]` : address.host}:${socket.localPort}`,
      implicitTls: address.implicitTls,
      plainLogin: address.plainLogin,
      startTls: address.startTls,
    }
    this.#sessions++
    const peer = {
      id: `${this.#run}-${this.#sessions}`,
      ...client,
      listener: mode.name,
      trusted: address.inbound !== 'alone' && isTrusted()(client.address),
      hello: '',
      extended: false,
    }
    const conversation = new Conversation({
      socket,
      policy,
      peer,
      mode,
      contexts,
      limits: limits(),
      clock,
      gone: () => this.#left(conversation),
    })
    this.#early.delete(socket)
    this.#conversations.add(conversation)
    conversation.start().catch((error: Error) => conversation.destroy(`internal error: ${error.message}`))
  }

  #left(conversation: Conversation): void {
    this.#conversations.delete(conversation)
    if (this.#conversations.size === 0) this.#allGone?.()
  }

  #tick(): void {
    this.#stopTicking = this.#options.clock.after(
      TICK_MS,
      () => {
        const now = this.#options.clock.monotonic()
        for (const conversation of this.#conversations) conversation.tick()
        for (const [socket, since] of this.#early) if (now - since > BEFORE_MS) socket.destroy()
        this.#tick()
      },
      { idle: true },
    )
  }
}

/** An IPv4 client of an IPv6 socket is an IPv4 client (RFC 4291 §2.5.5.2). */
function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '') ?? ''
}

function ignore(): void {
  // A connection that breaks before it has begun concerns nobody.
}

function cannotListen({ host, port }: ListenAddress, error: NodeJS.ErrnoException): MailerError {
  const fix =
    error.code === 'EADDRINUSE'
      ? 'stop the other program on this port (an old mail server?), or choose another port'
      : error.code === 'EACCES'
        ? 'ports below 1024 need CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=), or choose another port'
        : 'choose an address of this machine'
  return new MailerError('invalid-option', `cannot listen on ${host}:${port}: ${error.code ?? error.message}`, {
    where: 'relay.listen',
    found: `${host}:${port}`,
    fix,
    cause: error,
  })
}
