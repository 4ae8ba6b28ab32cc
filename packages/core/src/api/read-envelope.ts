/**
 * ReadEnvelope: the envelope of a ready-made message, from the words of a caller to checked addresses.
 *
 * Policy. TypeScript is not asked, as for a draft. What could not be written in an SMTP command is refused here, because later
 * nobody is there who could mend it. RFC 3461 §4.
 */
import { printAddress, requireAddress } from '../model/address.ts'
import type { Envelope, Notify, Recipient } from '../model/envelope.ts'
import type { MailerError } from '../model/error.ts'
import { type Kind, requireKeys, requireKind, shown, wrongValue } from '../model/wrong-value.ts'

/** A recipient with the notices that are wanted of it (RFC 3461). */
export interface AcceptRecipient {
  /** As `local@domain`. Throws `invalid-address` for what is none. */
  readonly address: string
  /** RFC 3461 §4.1 */
  readonly notify?: readonly Notify[]
  /** RFC 3461 §4.2 */
  readonly originalRecipient?: string
}

/** For whom a ready message is, and where its notices go. */
export interface AcceptEnvelope {
  /** The reverse-path; `null` is `<>`. */
  readonly from: string | null
  /** The recipients (RCPT TO): `local@domain`, or with the notices that are wanted. At least one, at most `limits.recipients`. */
  readonly to: readonly (string | AcceptRecipient)[]
  /** How much of the message a notice of failure returns (RET, RFC 3461 §4.3). By default its header. */
  readonly ret?: 'full' | 'headers'
  /** A name of the sender's own for this transaction, given back in notices (ENVID, RFC 3461 §4.4). */
  readonly envid?: string
  /** RFC 8689. @default false */
  readonly requireTls?: boolean
}

/** What `accept` takes, made of a draft. */
export interface ComposedMessage {
  /** The message in RFC 5322 form with CRLF line ends, not signed yet: `accept` signs. */
  readonly raw: Uint8Array
  /** The authors, as `local@domain`. */
  readonly from: readonly string[]
  /** The reverse-path and every recipient of `to`, `cc` and `bcc`. */
  readonly envelope: AcceptEnvelope
}

/** In the words of a caller. */
export function printEnvelope({ reversePath, recipients, requireTls }: Envelope): AcceptEnvelope {
  return {
    from: reversePath === null ? null : printAddress(reversePath),
    to: recipients.map(({ address }) => printAddress(address)),
    ...(requireTls === true ? { requireTls } : {}),
  }
}

const ENVELOPE = {
  from: 'any',
  to: 'array',
  ret: 'string',
  envid: 'string',
  requireTls: 'boolean',
} as const satisfies Record<keyof AcceptEnvelope, Kind>
const RECIPIENT = {
  address: 'string',
  notify: 'array',
  originalRecipient: 'string',
} as const satisfies Record<keyof AcceptRecipient, Kind>

/** @throws MailerError `invalid-address`, `invalid-draft` without recipients, `too-many-recipients`, `invalid-option`, `invalid-header` */
export function readEnvelope(given: AcceptEnvelope, most: number): Envelope {
  requireKeys(given, { code: 'invalid-option', where: 'envelope', kinds: ENVELOPE, aliases: { recipients: 'to' } })
  const { from, to, ret, envid, requireTls } = given
  requireKind(to, 'array', { code: 'invalid-option', where: 'envelope.to' })
  if (to.length === 0) {
    throw wrongValue('invalid-draft', { where: 'envelope.to', found: 'no recipient', wanted: 'at least one address' })
  }
  if (to.length > most) {
    throw wrongValue('too-many-recipients', {
      where: 'envelope.to',
      found: `${to.length} recipients`,
      wanted: `at most ${most}`,
      fix: 'send to fewer at once, or raise limits.recipients',
    })
  }
  checkDsnOptions(ret, envid)
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
    const recipient: AcceptRecipient = typeof one === 'string' ? { address: one } : one
    requireKeys(recipient, { code: 'invalid-option', where: `envelope.to[${index}]`, kinds: RECIPIENT })
    const { address: text, notify, originalRecipient } = recipient
    const address = requireAddress(text, `envelope.to[${index}]`)
    const key = printAddress(address)
    checkNotify(notify, `envelope.to[${index}].notify`)
    checkOriginal(originalRecipient, `envelope.to[${index}].originalRecipient`)
    if (byAddress.has(key)) continue
    byAddress.set(key, {
      address,
      ...(notify === undefined ? {} : { notify }),
      ...(originalRecipient === undefined ? {} : { originalRecipient }),
    })
  }
  return [...byAddress.values()]
}

const NOTIFY: readonly unknown[] = ['never', 'success', 'failure', 'delay'] satisfies readonly Notify[]

function checkDsnOptions(ret: unknown, envid: unknown): void {
  if (ret !== undefined && ret !== 'full' && ret !== 'headers') throw wrong('envelope.ret', ret, "'full' or 'headers'")
  // RFC 3461 §4.4
  if (envid !== undefined && (typeof envid !== 'string' || !/^[\x20-\x7e]{1,100}$/.test(envid)))
    throw wrong('envelope.envid', envid, '1 to 100 printable ASCII characters')
}

/** RFC 3461 §4.1 */
function checkNotify(notify: unknown, where: string): void {
  if (notify === undefined) return
  const wanted = "some of 'success', 'failure', 'delay', or 'never' alone"
  if (!Array.isArray(notify) || notify.length === 0 || !notify.every(word => NOTIFY.includes(word)))
    throw wrong(where, notify, wanted)
  if (notify.length > 1 && notify.includes('never')) throw wrong(where, notify, wanted)
}

/** RFC 3461 §4.2 */
function checkOriginal(original: unknown, where: string): void {
  if (original === undefined) return
  if (typeof original !== 'string' || !/^[a-zA-Z0-9-]+;[^\x00-\x1f\x7f]{1,500}$/u.test(original))
    throw wrong(where, original, 'an address type and an address, such as rfc822;name@example.com')
}

function wrong(where: string, value: unknown, wanted: string): MailerError {
  const code = typeof value === 'string' && /[\r\n\0]/.test(value) ? 'invalid-header' : 'invalid-option'
  return wrongValue(code, { where, found: shown(value), wanted })
}
