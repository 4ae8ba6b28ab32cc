/**
 * Carry: a mail of a stranger, made ready to be queued for somebody else: as it came, below what shows the way.
 *
 * Policy. Nothing is signed and nobody's leave is asked: it is not ours. What was here before, or went round for long, is not carried
 * (RFC 5321 §6.3). Who it is for, and who is told, is the caller's.
 *
 * Not here: what is passed on (pass-on.ts), what is forwarded (forward.ts).
 */
import { Buffer } from 'node:buffer'
import { cardOf, prepareRaw, sevenBit } from '../compose/index.ts'
import type { Domain } from '../model/address.ts'
import { MailerError } from '../model/error.ts'
import type { RawMessage } from '../model/message.ts'
import { makeQueueId } from '../model/queue-id.ts'
import type { Submission } from '../model/submission.ts'

export interface Carrying {
  readonly hostname: Domain
  /** The address of ours that it came to. */
  readonly to: string
  /** Header lines with CRLF to stand below Received, each. */
  readonly trace: string
  readonly now: number
  readonly expireAfterMs: number
  readonly cards: boolean
  readonly tags: Readonly<Record<string, string>>
}

const MOST_RECEIVED = 50

/** `loop`: it goes round. `unusable`: nobody could send it on, for an unreadable From and the like. */
export function carry(
  bytes: Uint8Array,
  { hostname, to, trace, now, expireAfterMs, cards, tags }: Carrying,
): Omit<Submission, 'envelope' | 'priority'> | 'loop' | 'unusable' {
  const id = makeQueueId(now)
  const date = new Date(now).toUTCString().replace('GMT', '+0000')
  const above = `Received: by ${hostname} (Postrider) id ${id};\r\n\t${date}\r\n${trace}Delivered-To: ${to}\r\n`
  const message = prepared(bytes, { now, hostname, trace: above })
  if (message === undefined) return 'unusable'
  if (goesRound(message, to)) return 'loop'
  return {
    id,
    message,
    clearance: {
      result: 'skipped',
      envelopeDomain: hostname,
      fromDomain: message.from[0]?.domain ?? hostname,
      publicAddresses: [],
      checks: [],
    },
    acceptedAt: now,
    notBefore: now,
    expiresAt: now + expireAfterMs,
    tags,
    ...(cards && { card: cardOf(message) }),
  }
}

/** As it leaves, without what shows the way: what is signed over these octets stays signed. */
export function readyToCarry(bytes: Uint8Array, options: Pick<Carrying, 'now' | 'hostname'>): Buffer | undefined {
  return prepared(bytes, { ...options, trace: '' })?.bytes
}

function prepared(bytes: Uint8Array, options: Pick<Carrying, 'now' | 'hostname' | 'trace'>): RawMessage | undefined {
  try {
    // Others look at the same octets.
    return sevenBit(prepareRaw(Buffer.from(bytes), { ...options, fixes: ['return-path'] }))
  } catch (error) {
    if (MailerError.is(error)) return undefined
    throw error
  }
}

function goesRound({ bytes, fields }: RawMessage, to: string): boolean {
  const here = fields.filter(
    ({ name, valueStart, end }) =>
      name === 'delivered-to' && bytes.toString('latin1', valueStart, end).trim().toLowerCase() === to.toLowerCase(),
  )
  // One of each is ours.
  return fields.filter(({ name }) => name === 'received').length > MOST_RECEIVED || here.length > 1
}
