/**
 * Fake MX socket: lines and messages in, replies out, with a server's side of TLS.
 *
 * Policy. Reading is pulled, so a script decides when it listens. `undefined` means that the client has gone.
 */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'

const END_OF_MESSAGE = Buffer.from('\r\n.\r\n')
const LONE_DOT = Buffer.from('.\r\n')

export class FakeMxSocket {
  #socket: Socket
  /** The connection below TLS: only it can be reset. */
  readonly #raw: Socket
  /** What came in stands in a part of it; it is doubled when it is full, for messages may be large. */
  #store: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0
  #ended = false
  #wake: (() => void) | undefined
  readonly #most: number

  /** @param most octets that it holds; who says more is cut off */
  constructor(socket: Socket, most: number = Number.POSITIVE_INFINITY) {
    this.#socket = socket
    this.#raw = socket
    this.#most = most
    this.#attach()
  }

  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined
  }

  /** Octets that nobody has read yet. */
  get unread(): number {
    return this.#end - this.#start
  }

  get #octets(): Buffer {
    return this.#store.subarray(this.#start, this.#end)
  }

  write(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text)
  }

  end(): void {
    this.#socket.end()
  }

  reset(): void {
    this.#raw.resetAndDestroy()
  }

  /** Waits until there is something to read; `false` when the client has gone instead. */
  async some(): Promise<boolean> {
    while (this.unread === 0) if (!(await this.#more())) return false
    return true
  }

  /** One line without its CRLF. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#octets.indexOf('\r\n')
      if (end >= 0) return this.#take(end, 2).toString('utf8')
      if (!(await this.#more())) return undefined
    }
  }

  /** A message without dot-stuffing and final dot. RFC 5321 §4.1.1.4 */
  async message(): Promise<Buffer | undefined> {
    let searched = 0
    for (;;) {
      if (this.#octets.subarray(0, 3).equals(LONE_DOT)) return this.#take(0, 3)
      const end = this.#octets.indexOf(END_OF_MESSAGE, searched)
      if (end >= 0) return withoutStuffing(this.#take(end + 2, 3))
      searched = Math.max(0, this.unread - 4)
      if (!(await this.#more())) return undefined
    }
  }

  /** The server's side of a handshake; `false` when it failed. */
  async startTls(context: SecureContext): Promise<boolean> {
    this.#socket.removeAllListeners('data')
    this.#socket.removeAllListeners('end')
    const secured = new TLSSocket(this.#socket, { isServer: true, secureContext: context })
    secured.on('error', () => {})
    const done = await new Promise<boolean>(resolve => {
      secured.once('secure', () => resolve(true))
      secured.once('close', () => resolve(false))
    })
    this.#socket = secured
    this.#start = this.#end
    if (done) this.#attach()
    else this.#ended = true
    return done
  }

  #attach(): void {
    this.#socket.on('data', (octets: Buffer) => {
      this.#add(octets)
      this.#wake?.()
    })
    const ended = (): void => {
      this.#ended = true
      this.#wake?.()
    }
    this.#socket.on('end', ended)
    this.#socket.on('close', ended)
  }

  #add(octets: Buffer): void {
    if (this.unread + octets.length > this.#most) {
      this.reset()
      return
    }
    if (this.#end + octets.length > this.#store.length) {
      const larger = Buffer.allocUnsafe(2 * (this.unread + octets.length))
      this.#octets.copy(larger)
      this.#end -= this.#start
      this.#start = 0
      this.#store = larger
    }
    octets.copy(this.#store, this.#end)
    this.#end += octets.length
  }

  #take(length: number, end: number): Buffer {
    const taken = this.#octets.subarray(0, length)
    this.#start += length + end
    return taken
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false
    const before = this.unread
    await new Promise<void>(resolve => {
      this.#wake = resolve
    })
    this.#wake = undefined
    return this.unread !== before || !this.#ended
  }
}

/** RFC 5321 §4.5.2, octet by octet as it says, and not with the code of the client that is tested against it. */
function withoutStuffing(received: Buffer): Buffer {
  return Buffer.from(received.toString('latin1').replace(/(^|\r\n)\./g, '$1'), 'latin1')
}
