/**
 * ForwardMail: what `mailer.forward()` and `mailer.authenticate()` do: is the mail what it says to be, and if so, on with it.
 *
 * Policy. What the domain of its author wants refused is not forwarded (DMARC, RFC 9989 §5.4), and where the DNS does not answer nobody
 * guesses. What is forwarded says what was found (RFC 8601).
 *
 * Not here: the checks (preflight/), the way on (flow/forward.ts).
 */

import { Buffer } from 'node:buffer'
import { isIP } from 'node:net'
import type { MailerParts } from '../assembly/mailer-parts.ts'
import { inspect } from '../compose/index.ts'
import { forward } from '../flow/forward.ts'
import { type Address, printAddress, requireAddress } from '../model/address.ts'
import type { DkimKey } from '../model/dkim-key.ts'
import { MailerError } from '../model/error.ts'
import type { RawMessage } from '../model/message.ts'
import { shown, wrongValue } from '../model/wrong-value.ts'
import { type Authenticated, authenticate, sealArc } from '../preflight/index.ts'
import { bytesOf, check } from './arguments.ts'
import type { AuthenticatedMail, AuthenticateRequest, ForwardedMail, ForwardRequest } from './requests.ts'

export async function forwardMail(
  mail: Uint8Array,
  request: ForwardRequest,
  parts: MailerParts,
  signal: AbortSignal,
): Promise<ForwardedMail> {
  const { to, goals, teller, sender, client } = readRequest(request)
  const key = request.seal === undefined ? undefined : requireKey(request.seal, parts.live.keys)
  const judged = await judge(bytesOf(mail, 'mail'), { sender, client }, parts, signal)
  if (typeof judged === 'string') return { result: judged }
  const { store, recorder, clock, live } = parts
  const { hostname, delivery, queue } = live.options
  const { arc: chain, results, field: trace } = judged
  const seal =
    key === undefined ? undefined : (ready: Buffer) => sealArc(ready, { key, chain, results, now: clock.now() })
  const carrying = { hostname, expireAfterMs: delivery.retry.expireAfterMs, cards: queue.cards }
  const sent = await forward(
    judged.bytes,
    { to, recipients: goals, operator: sender === null ? null : teller, trace, seal },
    { store, recorder, clock, carrying, returns: live.returnKeys !== undefined },
  )
  return 'problem' in sent ? { result: sent.problem } : { result: 'forwarded', id: sent.id, dmarc: judged.dmarc }
}

/** What `mailer.authenticate()` does. */
export async function authenticateMail(
  mail: Uint8Array,
  { from, client }: AuthenticateRequest,
  parts: MailerParts,
  signal: AbortSignal,
): Promise<AuthenticatedMail> {
  const incoming = { sender: readSender(from), client: readClient(client) }
  const judged = await judge(bytesOf(mail, 'mail'), incoming, parts, signal)
  if (typeof judged === 'string') return { result: judged }
  const { bytes, field, dmarc } = judged
  return { result: 'acceptable', dmarc, mail: Buffer.concat([Buffer.from(field, 'latin1'), bytes]) }
}

interface Incoming {
  readonly sender: Address | null
  readonly client: ForwardRequest['client']
}

interface Judged extends Pick<Authenticated, 'field' | 'results' | 'arc'> {
  /** Without fields that say in our name what we found. */
  readonly bytes: Buffer
  readonly dmarc: string
}

async function judge(
  mail: Buffer,
  { sender, client }: Incoming,
  { live, resolver }: MailerParts,
  signal: AbortSignal,
): Promise<Judged | 'unusable' | 'try-later' | 'dmarc-reject'> {
  const { hostname } = live.options
  const message = readable(mail)
  if (message === undefined) return 'unusable'
  const [author, ...others] = message.from
  const incoming = {
    bytes: message.bytes,
    author: others.length > 0 ? undefined : author,
    sender,
    helo: client.helo,
    address: client.address,
    hostname,
  }
  const { dmarc, policy, ...found } = await authenticate({ resolver, signal }, incoming)
  if (dmarc === 'temperror') return 'try-later'
  if (dmarc === 'fail' && policy === 'reject') return 'dmarc-reject'
  return { ...found, bytes: withoutForged(message, hostname), dmarc }
}

/** @throws MailerError `invalid-option`, `invalid-address` */
function readRequest({ to, recipients, operator, from, client }: ForwardRequest) {
  check(recipients, 'array', 'recipients')
  if (recipients.length === 0) {
    const [wanted, fix] = ['one recipient or more', 'name who gets the mail']
    throw wrongValue('invalid-option', { where: 'recipients', found: 'none', wanted, fix })
  }
  return {
    client: readClient(client),
    to: printAddress(requireAddress(to, 'to')),
    goals: recipients.map(one => requireAddress(one, 'recipients')),
    teller: requireAddress(operator, 'operator'),
    sender: readSender(from),
  }
}

/** RSA before Ed25519, which few who read seals know. @throws MailerError `invalid-option` */
function requireKey(domain: string, keys: readonly DkimKey[]): DkimKey {
  const ours = keys.filter(key => key.domain === domain.toLowerCase())
  const key = ours.find(({ algorithm }) => algorithm === 'rsa-sha256') ?? ours[0]
  if (key !== undefined) return key
  const [wanted, fix] = ['a domain of a DKIM key', 'name a domain with a DKIM key, or leave it out']
  throw wrongValue('invalid-option', { where: 'seal', found: shown(domain), wanted, fix })
}

function readSender(from: string | null): Address | null {
  return from === null ? null : requireAddress(from, 'from')
}

function readClient(client: ForwardRequest['client']): ForwardRequest['client'] {
  check(client, 'object', 'client')
  check(client.address, 'string', 'client.address')
  check(client.helo, 'string', 'client.helo')
  if (isIP(client.address) === 0) {
    const [wanted, fix] = ['an IP address', 'give the address that the client came from']
    throw wrongValue('invalid-option', { where: 'client.address', found: shown(client.address), wanted, fix })
  }
  return client
}

function readable(bytes: Buffer): RawMessage | undefined {
  try {
    return inspect(bytes)
  } catch (error) {
    if (MailerError.is(error)) return undefined
    throw error
  }
}

/** Fields that say in our name what we found: nobody but us may (RFC 8601 §5). */
function withoutForged({ bytes, fields }: RawMessage, hostname: string): Buffer {
  const own = hostname.toLowerCase()
  const forged = fields.filter(
    ({ name, valueStart, end }) =>
      name === 'authentication-results' &&
      bytes.toString('latin1', valueStart, end).trimStart().toLowerCase().startsWith(own),
  )
  if (forged.length === 0) return bytes
  const kept: Buffer[] = []
  let from = 0
  for (const { start, end } of forged) {
    kept.push(bytes.subarray(from, start))
    from = end
  }
  return Buffer.concat([...kept, bytes.subarray(from)])
}
