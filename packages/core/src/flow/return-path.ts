/**
 * ReturnPath: which mail leaves with a return address of ours as its MAIL FROM, and with which.
 *
 * Policy. Decided when a message is accepted, and kept with it. `auto` takes the place of an address of the same organisational
 * domain alone, so that SPF is aligned as it was (RFC 7489 §3.1.2), and never of one that somebody made to hear of bounces: VERP, SRS,
 * BATV, owner- and bounce addresses. The null reverse-path stays null. When there are no keys any more, mail leaves as it was given.
 *
 * Not here: how an address proves itself (report/return-address.ts), what comes back (take-report.ts). RFC 5321 §4.4.
 */
import { organisationalDomain } from '../ambient/public-suffix.ts'
import { type Address, type Domain, requireAddress } from '../model/address.ts'
import type { Envelope, PassOnTo, ReturnPathUse } from '../model/envelope.ts'
import type { Job, JobRecipient } from '../model/job.ts'
import { printReturnAddress, type ReturnKeys } from '../report/index.ts'

/** What the sender wants of it, in place of what is configured. */
export interface ReturnWish {
  readonly returnPath?: ReturnPathUse
  readonly passOn?: PassOnTo
}

/** Where bounces come back to, when that is an address of ours. */
export interface Returning {
  readonly domain: Domain
  readonly marks: Pick<Envelope, 'returnsToUs' | 'passesOn'>
}

/** `list-bounces+ann=example.net`, `+verp-0af3`, `SRS0=`, `prvs=`, `btv1==`, `owner-list`, `bounce` */
const FOR_BOUNCES = /=|(?:^|[+._-])(?:verp|bounces?|owner)(?:[+._-]|$)/i

/** Whether mail with this reverse-path comes back to addresses at `domain`. */
export function returnsToUs(reversePath: Address | null, use: ReturnPathUse, domain: Domain): boolean {
  if (reversePath === null || use === 'as-given') return false
  if (use === 'ours') return true
  const organisation = organisationalDomain(domain)
  const isOurs = organisation !== undefined && organisation === organisationalDomain(reversePath.domain)
  return isOurs && !FOR_BOUNCES.test(reversePath.local)
}

/** MAIL FROM for each recipient of a job; undefined: as it was given. */
export function returnPathOf(
  { returnsToUs, messageId }: Job,
  keys: ReturnKeys | undefined,
): ((recipient: JobRecipient) => Address) | undefined {
  if (!returnsToUs || keys === undefined) return undefined
  return ({ index }) =>
    requireAddress(
      printReturnAddress({ purpose: 'bounce', id: messageId, recipient: index }, keys),
      'returnPath.domain',
    )
}
