/**
 * Message: may this message go on as it is: its authors, and whether it goes round in circles.
 *
 * Policy. Every author of every From must be one that the account may use, and so must Sender, who resent it (Resent-From,
 * Resent-Sender), and the reverse-path; where the account
 * has a `rewriteFrom`, that takes the place of both. Fifty Received lines are a loop: a submission has hardly
 * any. The message is looked at as the mailer completed it, by the parse that signing uses, so that no second reading of
 * the same octets can find another author.
 *
 * Not here: Date, Message-ID, Bcc and line ends (the mailer completes them), size (listener/), the Received line
 * (listener/received.ts), how an author is replaced (rewrite-from.ts). RFC 6409 §6.1, §8, RFC 5321 §6.3.
 */
import {
  type Address,
  addressesIn,
  parseAddress,
  printAddress,
  type RawMessage,
  type Replacement,
} from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type Reply, refuse } from './refusal.ts'
import { isSenderField, rewriteFrom, withoutSenders } from './rewrite-from.ts'
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
  const foreignSender = foreignSenderOf(message, account)
  if (foreign === undefined && foreignSender === undefined && !foreignPath) return undefined
  const { rewriteFrom: address } = account
  if (address === undefined) {
    if (foreign !== undefined) return refusedFrom(account, printAddress(foreign))
    return foreignPath ? refuse('sender-not-allowed') : refuse('sender-field-not-allowed', foreignSender)
  }
  return {
    ...(foreign !== undefined
      ? { raw: rewriteFrom(message, address) }
      : foreignSender !== undefined && { raw: withoutSenders(message) }),
    ...(foreignPath ? { from: address } : {}),
  }
}

/** What is wrong with the first address in Sender, Resent-From or Resent-Sender that the account may not use. */
function foreignSenderOf(message: RawMessage, { senders }: Account): string | undefined {
  for (const field of message.fields.filter(isSenderField)) {
    for (const text of addressesIn(message, field)) {
      const address = parseAddress(text)
      if (text === '' || senders.includes('*') || (!('problem' in address) && mayUse(senders, address))) continue
      return `${field.name} <${text}> is not allowed for this user; allowed: ${senders.join(' ') || 'nothing'}`
    }
  }
  return undefined
}

function refusedFrom({ senders }: Account, address: string): Reply {
  return refuse(
    'from-not-allowed',
    `From <${address}> is not allowed for this user; allowed: ${senders.join(' ') || 'nothing'}`,
  )
}
