/**
 * TLS source: submits messages over STARTTLS, in a process of its own: what smtp-source does without TLS.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext } from 'node:tls'

const options = JSON.parse(process.argv[2] ?? '{}') as {
  readonly address: string
  readonly port: number
  readonly messages: number
  readonly sessions: number
  readonly bodyBytes: number
  readonly reuse: boolean
  readonly from: string
  readonly to: string
}

const secureContext = createSecureContext()
let left = options.messages

class Conversation {
  readonly #socket: Socket
  #held = ''
  #wake: (() => void) | undefined
  #lost: Error | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#held += text
      this.#wake?.()
    })
    const lose = (error?: Error): void => {
      this.#lost ??= error ?? new Error('the relay hung up')
      this.#wake?.()
    }
    socket.on('error', lose).on('close', () => lose())
  }

  /** Waits for as many replies as codes are given. @throws when one has another code */
  async expect(...codes: readonly string[]): Promise<void> {
    for (const code of codes) {
      const reply = await this.#reply()
      if (!reply.startsWith(code)) throw new Error(`the relay said ${reply}`)
    }
  }

  async #reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-[^\n]*\n)*\d{3}[^\n-][^\n]*\n/.exec(this.#held)
      if (match) {
        this.#held = this.#held.slice(match[0].length)
        return match[0].slice(match[0].trimEnd().lastIndexOf('\n') + 1)
      }
      if (this.#lost) throw this.#lost
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
  }

  say(text: string): void {
    this.#socket.write(text)
  }

  /** Leaves the socket to another. */
  release(): Socket {
    this.#socket.removeAllListeners()
    return this.#socket
  }
}

async function open(): Promise<Conversation> {
  const socket = connect(options.port, options.address)
  socket.setNoDelay(true)
  const plain = new Conversation(socket)
  await plain.expect('220')
  plain.say('EHLO source.bench.test\r\n')
  await plain.expect('250')
  plain.say('STARTTLS\r\n')
  await plain.expect('220')
  const tls = connectTls({ socket: plain.release(), secureContext, rejectUnauthorized: false })
  await once(tls, 'secureConnect')
  const secure = new Conversation(tls)
  secure.say('EHLO source.bench.test\r\n')
  await secure.expect('250')
  return secure
}

const head = `From: <${options.from}>\r\nTo: <${options.to}>\r\nSubject: a benchmark\r\n`
const line = `${'X'.repeat(78)}\r\n`
const body = line.repeat(Math.ceil(options.bodyBytes / line.length)).slice(0, options.bodyBytes)

async function session(): Promise<void> {
  let talk: Conversation | undefined
  while (left-- > 0) {
    talk ??= await open()
    const id = `<${process.pid}.${left}@bench.test>`
    talk.say(`MAIL FROM:<${options.from}>\r\nRCPT TO:<${options.to}>\r\nDATA\r\n`)
    await talk.expect('250', '250', '354')
    talk.say(`${head}Message-ID: ${id}\r\nDate: ${new Date().toUTCString()}\r\n\r\n${body}\r\n.\r\n`)
    await talk.expect('250')
    if (options.reuse) continue
    talk.say('QUIT\r\n')
    await talk.expect('221')
    talk = undefined
  }
  talk?.say('QUIT\r\n')
}

await Promise.all(Array.from({ length: options.sessions }, session))
process.exit(0)
