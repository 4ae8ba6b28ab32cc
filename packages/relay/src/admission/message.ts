/**
 * Message: may this message go on as it is: its authors, and whether it goes round in circles.
 *
 * Policy. Every author of every From must be one that the account may use, and so must the reverse-path; where the account
 * has a `rewriteFrom`, that takes the place of both. Fifty Received lines are a loop: a submission has hardly
 * any. The message is looked at as the mailer completed it, by the parse that signing uses, so that no second reading of
 * the same octets can find another author.
 *
 * Not here: Date, Message-ID, Bcc and line ends (the mailer completes them), size (listener/), the Received line
 * (listener/received.ts), how an author is replaced (rewrite-from.ts). RFC 6409 §6.1, §8, RFC 5321 §6.3.
 */
import { type Address, printAddress, type RawMessage, type Replacement } from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type Reply, refuse } from './refusal.ts'
import { rewriteFrom } from './rewrite-from.ts'
import { mayUse } from './sender.ts'

export interface MessageRules {
  /** Undefined where the client is in a trusted network: then every From is allowed. */
  readonly account: Account | undefined
  /** The reverse-path. */
  readonly sender: Address | null
  /** Received lines of others that are a loop. */
  readonly mostReceived: number
}

/** A refusal; what to send instead where the account has an address for it; undefined when all is well. */
export function judgeMessage(
  message: RawMessage,
  { account, sender, mostReceived }: MessageRules,
): Reply | Replacement | undefined {
  let received = 0
  for (const field of message.fields) if (field.name === 'received') received++
  // One of them is ours.
  if (received > mostReceived) return refuse('mail-loop')
  if (message.from.length === 0) return refuse('from-missing')
  if (account === undefined) return undefined
  const foreign = message.from.find(address => !mayUse(account.senders, address))
  const foreignPath = sender !== null && !mayUse(account.senders, sender)
  if (foreign === undefined && !foreignPath) return undefined
  const { rewriteFrom: address } = account
  if (address === undefined) return foreign ? refusedFrom(account, printAddress(foreign)) : refuse('sender-not-allowed')
  return {
    ...(foreign === undefined ? {} : { raw: rewriteFrom(message, address) }),
    ...(foreignPath ? { from: address } : {}),
  }
}

function refusedFrom({ senders }: Account, address: string): Reply {
  return refuse(
    'from-not-allowed',
    `From <${address}> is not allowed for this user; allowed: ${senders.join(' ') || 'nothing'}`,
  )
}
