/**
 * Accept: the envelope of a ready-made message, from the words of a caller to checked addresses.
 */
import { printAddress, requireAddress } from './model/address.ts'
import type { Envelope, Notify, Recipient } from './model/envelope.ts'
import { MailerError } from './model/error.ts'

export interface AcceptRecipient {
  readonly address: string
  /** RFC 3461 §4.1 */
  readonly notify?: readonly Notify[]
  /** RFC 3461 §4.2 */
  readonly originalRecipient?: string
}

export interface AcceptEnvelope {
  /** The reverse-path; `null` is `<>`. */
  readonly from: string | null
  readonly to: readonly (string | AcceptRecipient)[]
  readonly ret?: 'full' | 'headers'
  readonly envid?: string
  /** RFC 8689. @default false */
  readonly requireTls?: boolean
}

/** @throws MailerError `invalid-address`, `invalid-draft` without recipients, `too-many-recipients` */
export function readEnvelope({ from, to, ret, envid, requireTls }: AcceptEnvelope, most: number): Envelope {
  if (to.length === 0) {
    throw new MailerError('invalid-draft', 'envelope.to: found no recipient, wanted at least one', {
      where: 'envelope.to',
      found: 'no recipient',
      wanted: 'at least one address',
    })
  }
  if (to.length > most) {
    throw new MailerError('too-many-recipients', `envelope.to: found ${to.length} recipients, wanted at most ${most}`, {
      where: 'envelope.to',
      found: `${to.length} recipients`,
      wanted: `at most ${most}`,
      fix: 'send to fewer at once, or raise limits.recipients',
    })
  }
  return {
    reversePath: from === null || from === '' ? null : requireAddress(from, 'envelope.from'),
    recipients: readRecipients(to),
    ...(ret === undefined ? {} : { ret }),
    ...(envid === undefined ? {} : { envid }),
    ...(requireTls === true ? { requireTls } : {}),
  }
}

/** The same mailbox twice is one recipient. */
function readRecipients(to: AcceptEnvelope['to']): readonly Recipient[] {
  const byAddress = new Map<string, Recipient>()
  for (const [index, one] of to.entries()) {
    const {
      address: text,
      notify,
      originalRecipient,
    } = typeof one === 'string' ? ({ address: one } as AcceptRecipient) : one
    const address = requireAddress(text, `envelope.to[${index}]`)
    const key = printAddress(address)
    if (byAddress.has(key)) continue
    byAddress.set(key, {
      address,
      ...(notify === undefined ? {} : { notify }),
      ...(originalRecipient === undefined ? {} : { originalRecipient }),
    })
  }
  return [...byAddress.values()]
}
