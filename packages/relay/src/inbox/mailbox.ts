/**
 * Mailbox: a name for some of the captured mail: that of an account, with a tag, or to some recipients; whatever it says must hold.
 */
import type { Captured } from './captured.ts'
import { covers, hasTag } from './pattern.ts'

export interface Mailbox {
  readonly name: string
  readonly account?: string | undefined
  /** `name`, or `name=value`. */
  readonly tag?: string | undefined
  /** `*@shop.example` */
  readonly to?: string | undefined
}

export function inMailbox({ account, tags, recipients }: Captured, mailbox: Mailbox): boolean {
  const { account: whose, tag, to } = mailbox
  if (whose !== undefined && account !== whose) return false
  if (tag !== undefined && !hasTag(tags, tag)) return false
  return to === undefined || recipients.some(address => covers(to, address))
}
