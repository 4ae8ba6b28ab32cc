/**
 * Channel: the octets of one connection, plain or under TLS: replies gathered until they are flushed, reading paused when
 * nobody keeps up, and an end that lets the last reply out.
 *
 * Not here: what the octets mean (conversation.ts).
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { acceptTls, type TlsContexts, type TlsFacts, tlsFacts } from './tls.ts'

export interface ChannelEvents {
  bytes(chunk: Buffer): void
  /** The client will send no more; it may still read. */
  ended(): void
  /** The connection is gone. Called once. */
  gone(because: string): void
}

/** A client that leaves this much unread has to read before it is answered again. */
const MOST_UNREAD_BYTES = 64 * 1024

export class Channel {
  readonly #events: ChannelEvents
  #socket: Socket | TLSSocket
  #out = ''
  #over = false
  #ended = false
  #trouble = 'closed by the client'

  constructor(socket: Socket, events: ChannelEvents) {
    this.#socket = socket
    this.#events = events
    socket.on('close', this.#onClose)
    socket.on('error', this.#onError)
  }

  /** The client has sent all it will send. */
  get isEnded(): boolean {
    return this.#ended
  }

  /** Begins to hand on what comes in. */
  start(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.on('end', this.#onEnd)
    this.#socket.resume()
  }

  /** Adds to what the next flush sends. */
  say(text: string): void {
    this.#out += text
  }

  flush(): void {
    if (this.#out === '' || this.#over) return
    const text = this.#out
    this.#out = ''
    this.#socket.write(text)
  }

  /** Resolves when the client has read its replies; undefined when it keeps up. */
  backlog(): Promise<void> | undefined {
    if (this.#over || this.#socket.writableLength <= MOST_UNREAD_BYTES) return undefined
    const socket = this.#socket
    return new Promise(resolve => {
      const done = (): void => {
        socket.off('drain', done)
        socket.off('close', done)
        resolve()
      }
      socket.on('drain', done)
      socket.on('close', done)
    })
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#over && this.#socket.isPaused()) this.#socket.resume()
  }

  /** Speaks TLS from the next octet on. What was not handed on yet belongs to the handshake. Call `start()` afterwards. */
  secure(contexts: TlsContexts): Promise<TlsFacts> {
    const plain = this.#socket as Socket
    plain.off('data', this.#onData)
    plain.off('end', this.#onEnd)
    plain.pause()
    return new Promise((resolve, reject) => {
      const secured = acceptTls(plain, contexts, result => {
        if (result instanceof Error) {
          this.#trouble = `TLS failed: ${result.message}`
          reject(result)
          return
        }
        plain.off('close', this.#onClose)
        secured.on('close', this.#onClose)
        resolve(tlsFacts(result))
      })
      this.#socket = secured
    })
  }

  /** Sends what is left to say, then ends. What still comes in is thrown away. */
  end(because: string): void {
    if (this.#over) return
    this.flush()
    this.#over = true
    this.#trouble = because
    this.#socket.off('data', this.#onData)
    this.#socket.end()
    // Without reading on, the client's own end is never seen and the socket lingers.
    this.#socket.resume()
  }

  destroy(because: string): void {
    if (!this.#over) this.#trouble = because
    this.#over = true
    this.#socket.destroy()
  }

  readonly #onData = (chunk: Buffer): void => this.#events.bytes(chunk)

  readonly #onEnd = (): void => {
    this.#ended = true
    this.#events.ended()
  }

  readonly #onError = (error: Error): void => {
    if (!this.#over) this.#trouble = error.message
  }

  readonly #onClose = (): void => {
    this.#over = true
    this.#events.gone(this.#trouble)
  }
}
