/**
 * simulateProvider: a large provider as senders meet it, on a socket: what it says, whom it counts, and what it forgives.
 *
 * Policy. It knows of its clients what their sessions show, and nothing of how they work. Nothing of a message is kept but its counts.
 * A mailbox whose name begins with `unknown` does not exist, one that begins with `full` is full.
 *
 * Not here: what is said and to whom (judge.ts), SMTP itself (fake-mx-server.ts), options (simulator-options.ts).
 */
import { type Clock, systemClock } from '../../ambient/clock.ts'
import type { Certificate } from '../certificate.ts'
import { type FakeMx, startFakeMx } from '../fake-mx.ts'
import type { FakeAnswer, HeardCommand, ReceivedMessage } from '../fake-mx-options.ts'
import type { Behaviour, Counted, Moment, SimulatedProvider } from './behaviour.ts'
import { type Asked, type Hidden, Judge, type Judgement } from './judge.ts'
import {
  type ProviderSimulator,
  requireOptions,
  requireProvider,
  type SimulatedAnswer,
  type SimulatorOptions,
} from './simulator-options.ts'
import { BEHAVIOURS } from './table.ts'

/** Of all clients together; it holds no more than so many messages of that size. */
const MOST_OPEN = 100
const MESSAGE_BYTES = 10 * 1024 * 1024
const CAPABILITIES = ['PIPELINING', `SIZE ${MESSAGE_BYTES}`, '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']
const BUSY = '421 4.3.2 System not accepting network messages'
const MOMENTS: Readonly<Record<string, Moment>> = { CONNECT: 'CONNECT', MAIL: 'MAIL', RCPT: 'RCPT', MESSAGE: 'MESSAGE' }

/**
 * Starts a provider of the table; `await using` closes it.
 * @param provider such as `gmail` or `netease`
 * @throws MailerError `invalid-option`
 */
export async function simulateProvider(
  provider: SimulatedProvider,
  options: SimulatorOptions = {},
): Promise<ProviderSimulator> {
  requireProvider(provider)
  requireOptions(options)
  const simulator = new Simulator(provider, options)
  await simulator.listen()
  return simulator
}

class Simulator implements ProviderSimulator {
  readonly provider: SimulatedProvider
  readonly counts = { connections: 0, taken: 0, deferred: 0, refused: 0, closed: 0, complaints: 0 }
  readonly #behaviour: Behaviour
  readonly #options: SimulatorOptions
  readonly #clock: Pick<Clock, 'now'>
  readonly #judge: Judge
  /** The domain of MAIL FROM and how many recipients were taken since, by connection. */
  readonly #transactions = new Map<number, { readonly sender: string; recipients: number }>()
  #mx: FakeMx | undefined
  #said = 0

  constructor(provider: SimulatedProvider, options: SimulatorOptions) {
    this.provider = provider
    this.#options = options
    this.#behaviour = BEHAVIOURS[provider]
    this.#clock = options.clock ?? systemClock
    const { authentication = 'pass', reverseName = 'pass', blocked = [], known = [], seed = 1 } = options
    this.#judge = new Judge(this.#behaviour, { authentication, reverseName, blocked, known }, seed)
  }

  get #server(): FakeMx {
    if (this.#mx === undefined) throw new Error('not started')
    return this.#mx
  }

  get host(): string {
    return this.#behaviour.host
  }

  get address(): string {
    return this.#server.address
  }

  get port(): number {
    return this.#server.port
  }

  get certificate(): Certificate {
    const { certificate } = this.#server
    if (certificate === undefined) throw new Error('without a certificate')
    return certificate
  }

  get hidden(): Hidden {
    return this.#judge.hidden
  }

  trust(of: Counted, name: string): number {
    return this.#judge.trust(of, { address: '', now: this.#clock.now(), [of]: name })
  }

  async listen(): Promise<void> {
    const { address = '127.0.0.1', port = 0, certificate } = this.#options
    this.#mx = await startFakeMx({
      ...{ name: this.host, address, port, capabilities: CAPABILITIES, keep: 0, messageBytes: MESSAGE_BYTES },
      ...(certificate !== undefined && { certificate }),
      hangsUpAfter421: true,
      answer: heard => this.#answer(heard),
      left: ({ connection, peer }) => {
        this.#transactions.delete(connection)
        this.#judge.disconnect(plainAddress(peer))
      },
    })
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #answer(heard: HeardCommand): FakeAnswer {
    const moment = MOMENTS[heard.verb]
    if (moment === undefined) return undefined
    if (moment === 'CONNECT') this.counts.connections++
    if (moment === 'MAIL')
      this.#transactions.set(heard.connection, { sender: domainOf(heard.address ?? ''), recipients: 0 })
    const transaction = this.#transactions.get(heard.connection)
    const asked: Asked = {
      address: plainAddress(heard.peer),
      now: this.#clock.now(),
      tls: heard.tls,
      transaction: heard.transaction,
      sender: transaction?.sender ?? '',
      signer: heard.message && signerOf(heard.message),
    }
    const recipients = heard.message?.recipients.map(({ address }) => address) ?? [heard.address ?? '']
    const judged = this.#judged(moment, asked, recipients, transaction?.recipients ?? 0)
    if (moment === 'RCPT' && judged === undefined && transaction !== undefined) transaction.recipients++
    const reply = judged === 'close' ? judged : this.#worded(judged ?? this.#usual(moment), asked, recipients[0])
    if (judged !== undefined || moment === 'MESSAGE') this.#tell(moment, asked, recipients, reply ?? '')
    if (judged === undefined && moment === 'MESSAGE') this.#complain(asked, recipients, heard.message)
    return reply
  }

  #judged(moment: Moment, asked: Asked, recipients: readonly string[], before: number): Judgement {
    const [recipient = ''] = recipients
    switch (moment) {
      case 'CONNECT': {
        const judged = this.#judge.connect(asked)
        return this.#server.open > MOST_OPEN ? BUSY : judged
      }
      case 'MAIL':
        return this.#judge.mail(asked)
      case 'RCPT':
        return this.#judge.rcpt(asked, recipient, before)
      case 'MESSAGE':
        return this.#judge.message(asked, recipients)
    }
    return moment satisfies never
  }

  #usual(moment: Moment): string | undefined {
    return moment === 'CONNECT' ? this.#behaviour.greeting : moment === 'MESSAGE' ? this.#behaviour.taken : undefined
  }

  #worded(reply: string | undefined, { address, sender = '', signer = sender }: Asked, recipient = ''): FakeAnswer {
    if (reply === undefined) return undefined
    const id = `p${(++this.#said).toString(36).padStart(8, '0')}`
    const values: Readonly<Record<string, string>> = { ip: address, sender, signer, recipient, id }
    // What a client said may hold anything but what ends a line.
    return reply.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  }

  #tell(moment: Moment, { now: at, address, sender = '' }: Asked, named: readonly string[], reply: string): void {
    const outcome = outcomeOf(reply)
    const recipients = moment === 'MESSAGE' ? named.length : 1
    this.counts[outcome] += recipients
    const said = { at, moment, address, sender, recipients, reply: outcome === 'closed' ? '' : reply, outcome }
    this.#options.told?.(said)
  }

  #complain(asked: Asked, [recipient = '']: readonly string[], message: ReceivedMessage | undefined): void {
    const { complaints = 0, complained } = this.#options
    if (!this.#judge.complains(complaints, asked)) return
    this.counts.complaints++
    const { now: at, sender = '' } = asked
    if (this.#behaviour.feedback) complained?.({ at, sender, recipient, original: String(message?.content ?? '') })
  }
}

function outcomeOf(reply: string): SimulatedAnswer['outcome'] {
  if (reply === 'close') return 'closed'
  return reply.startsWith('2') ? 'taken' : reply.startsWith('4') ? 'deferred' : 'refused'
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** Of an IPv4 client on a socket of both families. */
function plainAddress(peer: string): string {
  return peer.replace(/^::ffff:/i, '')
}

/** The domain of the first DKIM-Signature (RFC 6376 §3.5); whether it is good is not looked at. */
function signerOf({ content }: ReceivedMessage): string | undefined {
  const end = content.indexOf('\r\n\r\n')
  const head = content.toString('latin1', 0, end < 0 ? content.length : end).replace(/\r\n[ \t]+/g, ' ')
  return /^DKIM-Signature:(?:.*?[; ])?d=([^;\s]+)/im.exec(head)?.[1]?.toLowerCase()
}
