/** A client as plain as can be: it says lines, and gives the replies. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as secure } from 'node:tls'
import type { ProviderSimulator } from './simulator-options.ts'

interface Sent {
  readonly from?: string
  readonly to?: readonly string[]
  readonly signer?: string
}

export class PlainClient implements AsyncDisposable {
  #socket: Socket
  #text = ''
  #ended = false
  #wake = (): void => {}

  constructor(socket: Socket) {
    this.#socket = socket
    this.#attach()
  }

  static async to({ address, port }: Pick<ProviderSimulator, 'address' | 'port'>): Promise<PlainClient> {
    const socket = connect({ host: address, port })
    await once(socket, 'connect')
    return new PlainClient(socket)
  }

  /** One reply, its lines joined by a space; `closed` where there is none. */
  async reply(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#text)
      if (found !== null) {
        this.#text = this.#text.slice(found[0].length)
        return found[0].trim().replaceAll('\r\n', ' ')
      }
      if (this.#ended) return 'closed'
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  async say(line: string): Promise<string> {
    if (!this.#ended) this.#socket.write(`${line}\r\n`)
    return this.reply()
  }

  /** EHLO, STARTTLS, EHLO. */
  async begin(): Promise<string> {
    const greeting = await this.reply()
    if (!greeting.startsWith('220')) return greeting
    await this.say('EHLO out.sender.test')
    await this.say('STARTTLS')
    const secured = secure({ socket: this.#socket, rejectUnauthorized: false })
    await once(secured, 'secureConnect')
    this.#socket = secured
    this.#attach()
    await this.say('EHLO out.sender.test')
    return greeting
  }

  /** One message, and the first reply that is no 2xx or 3xx, or the last. */
  async send({ from = 'me@sender.test', to = ['you@dest.test'], signer = 'sender.test' }: Sent = {}): Promise<string> {
    const refused = (reply: string): boolean => !/^[23]/.test(reply)
    const mail = await this.say(`MAIL FROM:<${from}>`)
    if (refused(mail)) return mail
    let last = ''
    for (const recipient of to) {
      last = await this.say(`RCPT TO:<${recipient}>`)
      if (refused(last)) {
        await this.say('RSET')
        return last
      }
    }
    await this.say('DATA')
    return this.say(`DKIM-Signature: v=1; a=rsa-sha256;\r\n d=${signer}; s=a; b=x\r\nFrom: ${from}\r\n\r\nhello\r\n.`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    if (!this.#ended) await once(this.#socket, 'close')
  }

  #attach(): void {
    const socket = this.#socket
    socket.on('error', () => {})
    socket.on('data', octets => {
      if (socket !== this.#socket) return
      this.#text += octets
      this.#wake()
    })
    socket.on('close', () => {
      if (socket !== this.#socket) return
      this.#ended = true
      this.#wake()
    })
  }
}
