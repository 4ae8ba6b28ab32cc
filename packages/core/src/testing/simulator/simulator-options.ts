/**
 * Simulator options: what a simulated provider is told at its start, and what it tells.
 *
 * Policy. What is unknown or of another kind is refused with its place.
 *
 * Not here: what follows of it (simulate-provider.ts).
 */
import { isIP } from 'node:net'
import type { Clock } from '../../ambient/clock.ts'
import { nearest } from '../../model/nearest.ts'
import { type Kinds, requireKeys, shown, wrongValue } from '../../model/wrong-value.ts'
import type { Certificate } from '../certificate.ts'
import { type Counted, type Moment, SIMULATED, type SimulatedProvider } from './behaviour.ts'
import type { Hidden } from './judge.ts'

/** How a simulated provider is begun. */
export interface SimulatorOptions {
  /** What its hidden figures are drawn from. @default 1 */
  readonly seed?: number
  /** Its time, for quotas that are by hour and day. @default that of the system */
  readonly clock?: Pick<Clock, 'now'>
  /** The address that it listens on. @default '127.0.0.1' */
  readonly address?: string
  /** The TCP port. @default 0, any free one */
  readonly port?: number
  /** What STARTTLS presents. @default self-signed, for its mail host */
  readonly certificate?: Certificate
  /** What it finds of SPF, DKIM and DMARC, which it does not check itself. @default 'pass' */
  readonly authentication?: 'pass' | 'fail'
  /** Whether the addresses of clients have a name that is confirmed. @default 'pass' */
  readonly reverseName?: 'pass' | 'fail'
  /** Addresses of clients that are on its block list. */
  readonly blocked?: readonly string[]
  /** Addresses of clients on its allow-list, where it has one. */
  readonly known?: readonly string[]
  /** The part of messages that somebody complains of. @default 0 */
  readonly complaints?: number
  /** Hears of everything that it says of a sender. */
  readonly told?: (said: SimulatedAnswer) => void
  /** Hears of complaints, if the provider tells senders of them, with the message. */
  readonly complained?: (complaint: SimulatedComplaint) => void
}

/** What it said. */
export interface SimulatedAnswer {
  /** When it was said, in milliseconds since 1970, by its clock. */
  readonly at: number
  /** In answer to what: the connection, MAIL, RCPT or the message. */
  readonly moment: Moment
  /** The address of the client. */
  readonly address: string
  /** The domain of MAIL FROM; empty before it, and for `<>`. */
  readonly sender: string
  /** Of a message: how many it was for. */
  readonly recipients: number
  /** Empty where it hung up. */
  readonly reply: string
  /** `taken` 2yz, `deferred` 4yz, `refused` 5yz, `closed` it hung up. */
  readonly outcome: 'taken' | 'deferred' | 'refused' | 'closed'
}

/** Somebody who got a message and did not want it. */
export interface SimulatedComplaint {
  /** When the complaint was made, in milliseconds since 1970, by its clock. */
  readonly at: number
  /** The domain of MAIL FROM. */
  readonly sender: string
  /** Who complained, as `local@domain`. */
  readonly recipient: string
  /** The whole message that it is about. */
  readonly original: string
}

/** What became of what it was asked: recipients of messages, and each refusal before one. */
export interface SimulatorCounts {
  /** Connections that were opened. */
  readonly connections: number
  /** Recipients of messages that it took. */
  readonly taken: number
  /** Answers 4yz: recipients of a message, or one for each command that was answered so. */
  readonly deferred: number
  /** Answers 5yz, counted as `deferred`. */
  readonly refused: number
  /** It hung up without a word. */
  readonly closed: number
  /** Messages that somebody complained about. */
  readonly complaints: number
}

/** A provider that runs. */
export interface ProviderSimulator extends AsyncDisposable {
  /** Which provider it plays. */
  readonly provider: SimulatedProvider
  /** Its mail host, by which senders know it. */
  readonly host: string
  /** The address that it listens on. */
  readonly address: string
  /** The TCP port, for `delivery.port`. */
  readonly port: number
  /** What STARTTLS presents: hand `cert` to `tls.caFile` to trust it. */
  readonly certificate: Certificate
  /** What no sender can see: the figures that were drawn. */
  readonly hidden: Hidden
  /** What it was asked so far; grows while it runs. */
  readonly counts: SimulatorCounts
  /** How far an address or a domain is trusted, from 1 downwards. */
  trust(of: Counted, name: string): number
  /** Stops listening, and breaks what is connected. */
  close(): Promise<void>
}

const KINDS: Readonly<Record<keyof SimulatorOptions, Kinds[string]>> = {
  seed: 'count',
  clock: 'object',
  address: 'string',
  port: 'count',
  certificate: 'object',
  authentication: 'string',
  reverseName: 'string',
  blocked: 'array',
  known: 'array',
  complaints: 'number',
  told: 'function',
  complained: 'function',
}
const CODE = 'invalid-option'
const MOST_PORT = 65_535

/** @throws {MailerError} `invalid-option` */
export function requireProvider(provider: unknown): asserts provider is SimulatedProvider {
  if (SIMULATED.some(known => known === provider)) return
  const meant = typeof provider === 'string' ? nearest(provider, SIMULATED) : undefined
  const wanted = meant === undefined ? `one of ${SIMULATED.join(', ')}` : `${meant} (did you mean that?)`
  throw wrongValue(CODE, { where: 'provider', found: shown(provider), wanted })
}

/** @throws {MailerError} `invalid-option` */
export function requireOptions(options: SimulatorOptions): void {
  requireKeys(options, { code: CODE, where: 'options', kinds: KINDS })
  const { address, port = 0, complaints = 0, clock, certificate } = options
  const require = (isFine: boolean, where: keyof SimulatorOptions, value: unknown, wanted: string): void => {
    if (!isFine) throw wrongValue(CODE, { where: `options.${where}`, found: shown(value), wanted })
  }
  require(address === undefined || isIP(address) !== 0, 'address', address, 'an IP address')
  require(port <= MOST_PORT, 'port', port, `a port, 0 to ${MOST_PORT}`)
  require(complaints >= 0 && complaints <= 1, 'complaints', complaints, 'a part, 0 to 1')
  require(clock === undefined || typeof clock.now === 'function', 'clock', clock, 'a clock with now()')
  for (const key of ['authentication', 'reverseName'] as const) {
    const value = options[key]
    require(value === undefined || value === 'pass' || value === 'fail', key, value, 'pass or fail')
  }
  for (const key of ['blocked', 'known'] as const)
    for (const each of options[key] ?? [])
      require(typeof each === 'string' && isIP(each) !== 0, key, each, 'IP addresses')
  const { cert, key } = certificate ?? { cert: '', key: '' }
  require(typeof cert === 'string' &&
    typeof key === 'string', 'certificate', certificate, 'a certificate and its key, PEM')
}
