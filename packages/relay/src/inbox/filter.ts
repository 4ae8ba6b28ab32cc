/**
 * Filter: which captured messages are meant. Texts are compared without case; an address is that of a recipient or of a header.
 */
import type { Captured } from './captured.ts'
import { inMailbox, type Mailbox } from './mailbox.ts'
import { covers, hasTag } from './pattern.ts'

export interface InboxFilter {
  readonly id?: string | undefined
  /** An address, or part of one; `*` stands for anything. */
  readonly to?: string | undefined
  readonly from?: string | undefined
  /** Part of it. */
  readonly subject?: string | undefined
  readonly account?: string | undefined
  /** `name`, or `name=value`. */
  readonly tag?: string | undefined
  readonly mailbox?: Mailbox | undefined
  readonly unread?: boolean | undefined
  /** Captured then or later. */
  readonly since?: number | undefined
  /** Captured before. */
  readonly before?: number | undefined
  /** Captured after this one: ids are in the order of acceptance. */
  readonly after?: string | undefined
}

export function matches(mail: Captured, filter: InboxFilter): boolean {
  const { id, to, from, subject, account, tag, mailbox, unread, since, before, after } = filter
  if (id !== undefined && mail.id !== id) return false
  if (to !== undefined && !addressesTo(mail).some(address => covers(to, address))) return false
  if (from !== undefined && ![mail.from, mail.author?.address ?? ''].some(address => covers(from, address)))
    return false
  if (subject !== undefined && !mail.subject.toLowerCase().includes(subject.toLowerCase())) return false
  if (account !== undefined && mail.account !== account) return false
  if (tag !== undefined && !hasTag(mail.tags, tag)) return false
  if (mailbox !== undefined && !inMailbox(mail, mailbox)) return false
  if (unread !== undefined && mail.isRead === unread) return false
  if (since !== undefined && mail.at < since) return false
  if (before !== undefined && mail.at >= before) return false
  return after === undefined || mail.id > after
}

function addressesTo({ recipients, to, cc }: Captured): readonly string[] {
  return [...recipients, ...to.map(({ address }) => address), ...cc.map(({ address }) => address)]
}
