/**
 * Fake MX server: one connection served as a simple mail server would. RFC 5321 §4.1.
 *
 * Policy. Commands out of order are refused as the RFC says and kept as faults; `answer` may replace any reply, and a
 * replaced reply of 400 or more also undoes what the command would have done.
 */
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { FakeMxState, HeardCommand, ReceivedMessage } from './fake-mx-options.ts'
import { FakeMxSocket } from './fake-mx-socket.ts'

interface Envelope {
  readonly from: string
  readonly parameters: string
  readonly recipients: { readonly address: string; readonly parameters: string }[]
}

/** Thrown by `answer` to end the connection; caught right below. */
class Gone extends Error {}

export async function serveSmtp(raw: Socket, state: FakeMxState, connection: number): Promise<void> {
  const peer = raw.remoteAddress ?? ''
  const conversation = new Conversation(new FakeMxSocket(raw, state.options.messageBytes), state, { connection, peer })
  try {
    await conversation.run()
  } catch (error) {
    // The knobs said so, or the client went away.
    if (!(error instanceof Gone)) throw error
  }
}

class Conversation {
  readonly #socket: FakeMxSocket
  readonly #state: FakeMxState
  readonly #connection: number
  readonly #peer: string
  #hello = ''
  #user: string | undefined
  #envelope: Envelope | undefined
  #transaction = 0

  constructor(
    socket: FakeMxSocket,
    state: FakeMxState,
    { connection, peer }: { readonly connection: number; readonly peer: string },
  ) {
    this.#socket = socket
    this.#state = state
    this.#connection = connection
    this.#peer = peer
  }

  async run(): Promise<void> {
    if (this.#state.options.implicitTls === true) await this.#secure()
    if ((await this.#say('CONNECT', '', `220 ${this.#state.name} ESMTP fake`)) >= 400) return this.#socket.end()
    for (let line = await this.#socket.line(); line !== undefined; line = await this.#socket.line()) {
      const verb = (/^[a-z0-9]+/i.exec(line)?.[0] ?? '').toUpperCase()
      if (!(await this.#obey(verb, line))) break
    }
    this.#socket.end()
  }

  /** `false` ends the conversation. */
  async #obey(verb: string, line: string): Promise<boolean> {
    switch (verb) {
      case 'EHLO':
      case 'HELO':
        this.#envelope = undefined
        if ((await this.#say(verb, line, this.#greetBack(verb))) < 400) this.#hello = line.slice(5)
        return true
      case 'STARTTLS':
        if (this.#socket.tls !== undefined) return this.#outOfOrder(line)
        if (this.#socket.unread > 0) this.#state.fault('octets pipelined after STARTTLS')
        if ((await this.#say(verb, line, '220 2.0.0 go ahead')) < 400) await this.#secure()
        return true
      case 'AUTH':
        return this.#login(line)
      case 'MAIL':
        return this.#mail(line)
      case 'RCPT':
        return this.#rcpt(line)
      case 'DATA':
        return this.#data(line)
      case 'RSET':
        this.#envelope = undefined
        await this.#say(verb, line, '250 2.0.0 ok')
        return true
      case 'NOOP':
        await this.#say(verb, line, '250 2.0.0 ok')
        return true
      case 'QUIT':
        await this.#say(verb, line, '221 2.0.0 bye')
        return false
      default:
        this.#state.fault(`unknown command "${line}"`)
        await this.#say(verb, line, '500 5.5.1 unknown command')
        return true
    }
  }

  #greetBack(verb: string): string {
    if (verb === 'HELO') return `250 ${this.#state.name}`
    const { capabilities, context, options } = this.#state
    const lines = [this.#state.name, ...capabilities]
    if (context !== undefined && this.#socket.tls === undefined) lines.push('STARTTLS')
    if (options.login !== undefined && (context === undefined || this.#socket.tls !== undefined))
      lines.push('AUTH PLAIN LOGIN XOAUTH2')
    return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n')
  }

  async #mail(line: string): Promise<boolean> {
    const found = /^MAIL FROM:<([^>]*)> ?(.*)$/i.exec(line)
    if (found === null || this.#envelope !== undefined || this.#hello === '') return this.#outOfOrder(line)
    this.#transaction++
    const address = found[1] ?? ''
    if ((await this.#say('MAIL', line, '250 2.1.0 ok', { address })) < 400)
      this.#envelope = { from: address, parameters: found[2] ?? '', recipients: [] }
    return true
  }

  async #rcpt(line: string): Promise<boolean> {
    const found = /^RCPT TO:<([^>]+)> ?(.*)$/i.exec(line)
    if (found === null || this.#envelope === undefined) return this.#outOfOrder(line)
    const address = found[1] ?? ''
    if ((await this.#say('RCPT', line, '250 2.1.5 ok', { address })) < 400)
      this.#envelope.recipients.push({ address, parameters: found[2] ?? '' })
    return true
  }

  async #data(line: string): Promise<boolean> {
    const envelope = this.#envelope
    if (envelope === undefined) return this.#outOfOrder(line)
    const usual = envelope.recipients.length === 0 ? '554 5.5.1 no valid recipients' : '354 go ahead'
    if ((await this.#say('DATA', line, usual)) !== 354) return true
    const content = await this.#socket.message()
    if (content === undefined) throw new Gone()
    this.#envelope = undefined
    const message = this.#messageOf(envelope, content)
    if (envelope.recipients.length === 0) await this.#say('MESSAGE', '', '554 5.5.1 no valid recipients')
    else if ((await this.#say('MESSAGE', '', '250 2.0.0 taken', { message })) < 400) this.#state.received(message)
    return true
  }

  #messageOf(envelope: Envelope, content: Buffer): ReceivedMessage {
    const tls = this.#socket.tls
    const serverName = tls?.servername
    return {
      hello: this.#hello,
      from: envelope.from,
      fromParameters: envelope.parameters,
      recipients: envelope.recipients,
      content,
      connection: this.#connection,
      ...(this.#user === undefined ? {} : { user: this.#user }),
      ...(tls === undefined
        ? {}
        : {
            tls: {
              protocol: tls.getProtocol() ?? '',
              serverName: typeof serverName === 'string' ? serverName : '',
              resumed: tls.isSessionReused(),
            },
          }),
    }
  }

  async #login(line: string): Promise<boolean> {
    const [, mechanism = '', initial] = line.split(' ')
    const given = mechanism.toUpperCase() === 'LOGIN' ? await this.#askLogin() : decoded(initial ?? '')
    const { login } = this.#state.options
    const wanted: Readonly<Record<string, string>> =
      login === undefined
        ? {}
        : {
            PLAIN: `\0${login.user}\0${login.password}`,
            LOGIN: `${login.user} ${login.password}`,
            XOAUTH2: `user=${login.user}\x01auth=Bearer ${login.password}\x01\x01`,
          }
    const right = login !== undefined && wanted[mechanism.toUpperCase()] === given
    if (!right && mechanism.toUpperCase() === 'XOAUTH2') {
      this.#socket.write('334 eyJzdGF0dXMiOiI0MDEifQ==\r\n')
      await this.#socket.line()
    }
    const code = await this.#say('AUTH', line, right ? '235 2.7.0 welcome' : '535 5.7.8 wrong')
    if (code === 235) this.#user = login?.user
    return true
  }

  async #askLogin(): Promise<string> {
    this.#socket.write('334 VXNlcm5hbWU6\r\n')
    const user = decoded((await this.#socket.line()) ?? '')
    this.#socket.write('334 UGFzc3dvcmQ6\r\n')
    return `${user} ${decoded((await this.#socket.line()) ?? '')}`
  }

  async #outOfOrder(line: string): Promise<true> {
    // After a refused MAIL or RCPT a pipelining client cannot know better.
    if (!/^(?:RCPT|DATA)/i.test(line)) this.#state.fault(`out of order: "${line}"`)
    this.#socket.write('503 5.5.1 bad sequence of commands\r\n')
    return true
  }

  async #secure(): Promise<void> {
    const { context } = this.#state
    if (context === undefined || !(await this.#socket.startTls(context))) throw new Gone()
    // RFC 3207 §4.2: what was known before is forgotten.
    this.#hello = ''
    this.#envelope = undefined
  }

  /** Says the usual reply, or what `answer` wants instead; gives the code that was said. */
  async #say(verb: string, line: string, usual: string, more: Partial<HeardCommand> = {}): Promise<number> {
    const heard: HeardCommand = {
      verb,
      line,
      tls: this.#socket.tls !== undefined,
      transaction: this.#transaction,
      connection: this.#connection,
      peer: this.#peer,
      ...more,
    }
    const asked = this.#state.options.answer?.(heard)
    const reply = (asked instanceof Promise ? await asked : asked) ?? usual
    if (reply === 'reset') this.#socket.reset()
    if (reply === 'close') this.#socket.end()
    if (reply === 'close' || reply === 'reset') throw new Gone()
    this.#socket.write(`${reply}\r\n`)
    const code = Number(reply.slice(0, 3))
    if (code === 421 && this.#state.options.hangsUpAfter421 === true) {
      this.#socket.end()
      throw new Gone()
    }
    return code
  }
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}
