/**
 * RawClient: a client that says exactly the octets it is told to, for tests of the wire.
 */
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface RawClientOptions {
  readonly port: number
  readonly host?: string
  /** TLS from the first octet. */
  readonly tls?: boolean
  readonly localAddress?: string
}

export class RawClient {
  #socket: Socket
  #text = ''
  #ended = false
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  get socket(): Socket {
    return this.#socket
  }

  /** Says these octets as they are. */
  send(octets: string | Buffer): void {
    this.#socket.write(typeof octets === 'string' ? Buffer.from(octets) : octets)
  }

  /** The next reply, all its lines joined by LF without CR. '' when the server has ended the connection. */
  async reply(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#text)
      if (found) {
        this.#text = this.#text.slice(found[0].length)
        return found[0].slice(0, -2).replaceAll('\r\n', '\n')
      }
      if (this.#ended) return ''
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** Says a line and reads the reply. */
  async ask(line: string): Promise<string> {
    this.send(`${line}\r\n`)
    return this.reply()
  }

  /** Asks each line; the last reply. */
  async askAll(...lines: readonly string[]): Promise<string> {
    let reply = ''
    for (const line of lines) reply = await this.ask(line)
    return reply
  }

  /** All that is said until the server ends the connection. */
  async rest(): Promise<string> {
    while (!this.#ended) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.#text
  }

  /** Speaks TLS from here on. */
  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('data')
    this.#socket.removeAllListeners('end')
    const secured = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    await once(secured, 'secureConnect')
    this.#socket = secured
    this.#listen()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('utf8')
      this.#wake?.()
    })
    const over = (): void => {
      this.#ended = true
      this.#wake?.()
    }
    this.#socket.on('end', over)
    this.#socket.on('close', over)
    this.#socket.on('error', over)
  }
}

/** Connects, and reads nothing yet. */
export async function connectRaw({
  port,
  host = '127.0.0.1',
  tls,
  localAddress,
}: RawClientOptions): Promise<RawClient> {
  const target = { port, host, noDelay: true, ...(localAddress ? { localAddress } : {}) }
  const socket = tls ? connectTls({ ...target, rejectUnauthorized: false }) : connectTcp(target)
  const client = new RawClient(socket)
  await once(socket, tls ? 'secureConnect' : 'connect')
  return client
}

/** The initial response of AUTH PLAIN. */
export function plain(user: string, password: string): string {
  return Buffer.from(`\0${user}\0${password}`).toString('base64')
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
