/**
 * Message: may this message go on as it is: its authors, and whether it goes round in circles.
 *
 * Policy. Every author of every From must be one that the account may use; where the account has a `rewriteFrom`, that takes
 * the place of a foreign From and the author is kept in Reply-To. Fifty Received lines are a loop: a submission has hardly
 * any. The message is looked at as the mailer completed it, by the parse that signing uses, so that no second reading of
 * the same octets can find another author.
 *
 * Not here: Date, Message-ID, Bcc and line ends (the mailer completes them), size (listener/), the Received line
 * (listener/received.ts). RFC 6409 §6.1, §8, RFC 5321 §6.3.
 */
import { Buffer } from 'node:buffer'
import { type HeaderField, printAddress, type RawMessage } from '@postrider/core'
import type { Account } from '../account/index.ts'
import { type Reply, refuse } from './refusal.ts'
import { mayUse } from './sender.ts'

export interface MessageRules {
  /** Undefined where the client is in a trusted network: then every From is allowed. */
  readonly account: Account | undefined
  /** Received lines of others that are a loop. */
  readonly mostReceived: number
}

/** A refusal; `rewrite` when the account has an address to put in place of the From; undefined when all is well. */
export function judgeMessage(
  message: RawMessage,
  { account, mostReceived }: MessageRules,
): Reply | 'rewrite' | undefined {
  let received = 0
  for (const field of message.fields) if (field.name === 'received') received++
  // One of them is ours.
  if (received > mostReceived) return refuse('mail-loop')
  if (message.from.length === 0) return refuse('from-missing')
  if (account === undefined) return undefined
  const foreign = message.from.find(address => !mayUse(account.senders, address))
  if (foreign === undefined) return undefined
  return account.rewriteFrom === undefined ? refusedFrom(account, printAddress(foreign)) : 'rewrite'
}

/**
 * The author keeps its name and gets the answers; the address is one that receivers will believe. Our Received line on top is
 * left out: it is written anew.
 */
export function rewriteFrom(message: RawMessage, address: string): Buffer {
  const { bytes, fields } = message
  const isReplaced = ({ name }: HeaderField, place: number): boolean =>
    name === 'from' || name === 'sender' || (place === 0 && name === 'received')
  const replaced = fields.filter(isReplaced)
  const original = textOf(
    bytes,
    fields.find(field => field.name === 'from'),
  )
  const name = /^\s*("(?:[^"\\]|\\.)*"|[^<"@,;:]+?)\s*</.exec(original)?.[1]
  const from = `From: ${name ? `${name} ` : ''}<${address}>\r\n`
  const authors = message.from.map(printAddress).join(', ')
  const added = fields.some(field => field.name === 'reply-to') ? from : `${from}Reply-To: ${authors}\r\n`
  return Buffer.concat([Buffer.from(added), ...without(bytes, replaced)])
}

function refusedFrom({ senders }: Account, address: string): Reply {
  return refuse(
    'from-not-allowed',
    `From <${address}> is not allowed for this user; allowed: ${senders.join(' ') || 'nothing'}`,
  )
}

function textOf(bytes: Buffer, field: HeaderField | undefined): string {
  return field ? bytes.toString('utf8', field.valueStart, field.end).replaceAll('\r\n', '') : ''
}

function without(bytes: Buffer, fields: readonly HeaderField[]): Buffer[] {
  const kept: Buffer[] = []
  let at = 0
  for (const field of fields) {
    kept.push(bytes.subarray(at, field.start))
    at = field.end
  }
  kept.push(bytes.subarray(at))
  return kept
}
