/**
 * Verify: whether mail of a sender, or of the domains that this host sends for, could be sent now.
 *
 * Policy. What may pass, such as a name server that does not answer, does not block a message; whoever asks beforehand is told.
 */
import type { ResolvedOptions } from '../config/index.ts'
import type { Sender } from '../flow/submission.ts'
import { type Domain, requireAddress } from '../model/address.ts'
import type { Check, Clearance } from '../model/clearance.ts'
import { MailerError } from '../model/error.ts'
import { printWrong } from '../model/wrong-value.ts'
import { check, checkKeys, KINDS } from './arguments.ts'
import type { SenderAddresses } from './requests.ts'

/** @throws MailerError `invalid-option`, `invalid-address` */
export function readSender(sender: SenderAddresses): Sender {
  checkKeys(sender, KINDS.sender, 'sender')
  check(sender.from, 'array', 'sender.from')
  return {
    envelopeFrom: sender.envelopeFrom === null ? null : requireAddress(sender.envelopeFrom, 'envelopeFrom'),
    from: sender.from.map((address, index) => requireAddress(address, `from[${index}]`)),
  }
}

/** The domains that keys sign for, or else the host's own. */
export function sendingDomains({ dkim, hostname }: ResolvedOptions): ReadonlySet<Domain> {
  return new Set(dkim.length === 0 ? [hostname] : dkim.map(({ domain }) => domain))
}

/** @throws MailerError `not-cleared` of the first that is not */
export async function verifyEach(
  domains: Iterable<Domain>,
  clear: (sender: SenderAddresses) => Promise<Clearance>,
): Promise<readonly Clearance[]> {
  const found: Clearance[] = []
  for (const domain of domains) {
    const address = `postmaster@${domain}`
    const clearance = await clear({ envelopeFrom: address, from: [address] })
    requireVerified(domain, clearance)
    found.push(clearance)
  }
  return found
}

/** @throws MailerError `not-cleared` where a check could not be made */
function requireVerified(domain: Domain, { checks: all }: Clearance): void {
  const checks: readonly Check[] = all.filter(({ level }) => level === 'unknown')
  const [first] = checks
  if (first === undefined) return
  const { id, found, wanted } = first
  throw new MailerError('not-cleared', printWrong({ where: `${id} of ${domain}`, found, wanted }), {
    where: id,
    found,
    wanted,
    fix: 'try again when the name servers answer; `postrider doctor` says more',
    checks,
  })
}
