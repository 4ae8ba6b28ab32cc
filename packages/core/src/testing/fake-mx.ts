/**
 * Fake MX: a mail server for tests, on a real socket on loopback. It takes everything, or what its knobs say, or it plays
 * a dialogue; and it keeps each message byte for byte.
 *
 * Policy. It speaks as a simple server does: every extension it lists it understands, every reply can be replaced by
 * `answer`, and time is the caller's: to be slow is to return a promise. What a client does wrong is kept in `faults`.
 *
 * Not here: DNS (fake-dns.ts), certificates (certificate.ts), scripts (dialogue.ts).
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { type Certificate, makeCertificate } from './certificate.ts'
import { parseDialogue } from './dialogue.ts'
import type { FakeMxOptions, FakeMxState, ReceivedMessage } from './fake-mx-options.ts'
import { playDialogue } from './fake-mx-player.ts'
import { serveSmtp } from './fake-mx-server.ts'

const USUAL_CAPABILITIES: readonly string[] = [
  'PIPELINING',
  'SIZE 52428800',
  '8BITMIME',
  'SMTPUTF8',
  'ENHANCEDSTATUSCODES',
  'DSN',
]

/** A mail host on loopback that keeps what it gets. */
export class FakeMx {
  /** The name in its greeting: that of `FakeMxOptions.name`. */
  readonly name: string
  /** What it took, oldest first; at most `FakeMxOptions.keep` of the newest. */
  readonly messages: ReceivedMessage[] = []
  /** What clients did wrong: a line that a dialogue did not expect, a command out of order. */
  readonly faults: string[] = []
  /** What STARTTLS presents: hand `cert` to `tls.caFile` to trust it. Undefined when STARTTLS is not offered. */
  readonly certificate: Certificate | undefined
  readonly #server: Server
  readonly #host: string
  readonly #port: number
  readonly #keep: number
  #taken = 0
  readonly #sockets = new Set<Socket>()
  readonly #playing = new Set<Promise<void>>()
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []
  #connections = 0

  constructor(options: FakeMxOptions) {
    this.#host = options.address ?? '127.0.0.1'
    this.#port = options.port ?? 0
    this.#keep = options.keep ?? Number.POSITIVE_INFINITY
    this.name = options.name ?? 'mx.example.test'
    const { certificate = makeCertificate({ names: [this.name] }) } = options
    this.certificate = certificate === false ? undefined : certificate
    const state: FakeMxState = {
      name: this.name,
      options,
      capabilities: options.capabilities ?? USUAL_CAPABILITIES,
      context: this.certificate && createSecureContext(this.certificate),
      received: message => this.#receive(message),
      fault: what => this.faults.push(what),
    }
    const dialogues = options.dialogues?.map(script => (typeof script === 'string' ? parseDialogue(script) : script))
    this.#server = createServer({ noDelay: true }, socket => {
      const connection = ++this.#connections
      const peer = socket.remoteAddress ?? ''
      this.#sockets.add(socket)
      socket.once('close', () => {
        this.#sockets.delete(socket)
        options.left?.({ connection, peer })
      })
      // A client may vanish at any time; the server under test does not mind.
      socket.on('error', () => {})
      const dialogue = dialogues?.[Math.min(connection, dialogues.length) - 1]
      const playing = (
        dialogue === undefined ? serveSmtp(socket, state, connection) : playDialogue(socket, dialogue, state)
      ).finally(() => this.#playing.delete(playing))
      this.#playing.add(playing)
    })
  }

  /** Use `startFakeMx`. */
  async listen(): Promise<void> {
    this.#server.listen(this.#port, this.#host)
    await once(this.#server, 'listening')
  }

  /** Where it listens. */
  get address(): string {
    return (this.#server.address() as AddressInfo).address
  }

  /** For `delivery.port`. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Accepted so far. */
  get connections(): number {
    return this.#connections
  }

  /** Open now. */
  get open(): number {
    return this.#sockets.size
  }

  /** Resolves when so many messages have come. */
  async waitFor(count: number): Promise<readonly ReceivedMessage[]> {
    if (this.#taken < count) await new Promise<void>(resolve => this.#waiting.push({ count, resolve }))
    return this.messages
  }

  /** Resolves when no connection is being served any more. */
  async quiet(): Promise<void> {
    while (this.#playing.size > 0) await Promise.all(this.#playing)
  }

  /** Cuts every connection; new ones are still taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Stops listening, and breaks what is connected. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #receive(message: ReceivedMessage): void {
    this.#taken++
    this.messages.push(message)
    if (this.messages.length > this.#keep) this.messages.shift()
    const met = this.#waiting.filter(waiting => waiting.count <= this.#taken)
    this.#waiting = this.#waiting.filter(waiting => waiting.count > this.#taken)
    for (const waiting of met) waiting.resolve()
  }
}

/** Starts a fake MX; `await using` closes it. */
export async function startFakeMx(options: FakeMxOptions = {}): Promise<FakeMx> {
  const mx = new FakeMx(options)
  await mx.listen()
  return mx
}
