/**
 * Mailboxes: would the domain's mail host take what comes back: bounces to the sender, complaints to postmaster?
 *
 * Policy. Asked as a notice would come, with a null reverse-path, of the first mail host only, and without sending anything.
 * A refusal of the address is told; a host that cannot be reached or is busy tells nothing.
 *
 * Not here: whether the MX is right (mx.ts). RFC 5321 §4.5.1, §4.5.5.
 */
import { say } from '../../language/findings-host.ts'
import { type Address, printAddress } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askMx } from '../ask.ts'
import type { AskMailboxes } from '../doctor-probes.ts'
import { check } from '../report.ts'

export async function checkMailboxes(
  asking: Asking,
  { sender, askMailboxes }: { readonly sender: Address; readonly askMailboxes: AskMailboxes },
): Promise<readonly Check[]> {
  const mx = await askMx(asking, sender.domain)
  const host = mx.kind === 'found' ? [...mx.values].sort((a, b) => a.preference - b.preference)[0]?.host : undefined
  // Without a mail host there is a check that says so.
  if (host === undefined || host === '.') return []
  const postmaster: Address = { local: 'postmaster', domain: sender.domain }
  const addresses = sender.local.toLowerCase() === 'postmaster' ? [postmaster] : [sender, postmaster]
  const { answers, problem } = await askMailboxes({ host, addresses }, asking.signal)
  return addresses.map(address => {
    const name = printAddress(address)
    const answer = answers.find(each => each.address === name)
    const wanted = say('mx.mailboxes.wanted', { address: name })
    if (answer === undefined)
      return check('mx.mailboxes', { level: 'unknown', found: `${host}: ${problem ?? say('dns.no-answer')}`, wanted })
    const level = answer.code < 300 ? 'ok' : answer.code < 500 ? 'unknown' : 'warn'
    const found = say('mx.mailboxes.found', { host, address: name, reply: answer.reply })
    return check('mx.mailboxes', { level, found, wanted, fix: say('mx.mailboxes.fix', { address: name, host }) })
  })
}
