/**
 * Envelope: who a draft goes to, and where notices about it come back to.
 *
 * Policy. to, cc and bcc in this order, each address once: two spellings of a domain are one address, two spellings of a local
 * part are two, because only its host may tell (RFC 5321 §2.4).
 *
 * Not here: what stands in the header (mime.ts). RFC 5321 §2.3.1, §4.5.5.
 */
import { type Address, printAddress, requireAddress } from '../model/address.ts'
import type { Draft, Mailbox } from '../model/draft.ts'
import type { Envelope, Recipient } from '../model/envelope.ts'
import { wrongValue } from '../model/wrong-value.ts'
import { invalidDraft, shown } from './draft-error.ts'
import { requireHeaderText } from './header-text.ts'
import { type NamedAddress, parseMailbox } from './mailboxes.ts'

/** The mailboxes of a draft, read once for header and envelope. */
export interface Parties {
  readonly from: NamedAddress
  readonly to: readonly NamedAddress[]
  readonly cc: readonly NamedAddress[]
  readonly bcc: readonly NamedAddress[]
  readonly replyTo: readonly NamedAddress[]
}

/** @throws {MailerError} `invalid-draft`, `invalid-address` */
export function readParties(draft: Draft): Parties {
  if (Array.isArray(draft.from)) {
    throw invalidDraft('from', shown(draft.from), 'exactly one author: mailbox providers refuse several')
  }
  if (draft.from === undefined) throw invalidDraft('from', 'nothing', 'the address of the author')
  return {
    from: parseMailbox(draft.from, 'from'),
    to: readList(draft.to, 'to'),
    cc: readList(draft.cc, 'cc'),
    bcc: readList(draft.bcc, 'bcc'),
    replyTo: readList(draft.replyTo, 'replyTo'),
  }
}

function readList(given: Mailbox | readonly Mailbox[] | undefined, where: string): readonly NamedAddress[] {
  if (given === undefined) return []
  if (!isList(given)) return [parseMailbox(given, where)]
  return given.map((mailbox, index) => parseMailbox(mailbox, `${where}[${index}]`))
}

function isList(given: Mailbox | readonly Mailbox[]): given is readonly Mailbox[] {
  return Array.isArray(given)
}

/** @throws {MailerError} `invalid-draft` without recipients, `too-many-recipients`, `invalid-address` */
export function makeEnvelope(draft: Draft, { from, to, cc, bcc }: Parties, mostRecipients: number): Envelope {
  const unique = new Map<string, Recipient>()
  for (const { address } of [...to, ...cc, ...bcc]) {
    const key = printAddress(address)
    if (!unique.has(key)) unique.set(key, { address })
  }
  if (unique.size === 0) throw invalidDraft('to', 'no recipient', 'at least one address in to, cc or bcc')
  if (unique.size > mostRecipients) {
    throw wrongValue('too-many-recipients', {
      where: 'to, cc, bcc',
      found: `${unique.size} recipients`,
      wanted: `at most ${mostRecipients} (limits.recipients)`,
      fix: 'send several messages, best one to each recipient',
    })
  }
  return {
    reversePath: readReversePath(draft.returnPath, from.address),
    recipients: [...unique.values()],
    ...(draft.requireTls ? { requireTls: true } : {}),
  }
}

function readReversePath(given: string | null | undefined, from: Address): Address | null {
  if (given === undefined) return from
  if (given === null || given === '' || given === '<>') return null
  if (typeof given !== 'string') throw invalidDraft('returnPath', shown(given), 'an address, or null')
  return requireAddress(requireHeaderText(given, 'returnPath'), 'returnPath')
}
