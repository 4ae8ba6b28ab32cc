/**
 * Reputation: is an address or domain of ours on a blocklist that receivers use?
 *
 * Policy. 127.255.255.x is no listing: the list does not answer this resolver, because it is a public one that asks for too
 * many. The same goes for the codes by which single lists say so. Then nothing is known, and the remedy is a resolver of
 * one's own. Only lists that large receivers act upon stand here.
 *
 * Not here: what providers say of us in replies (outcome/). RFC 5782.
 */
import { isIPv4 } from 'node:net'
import { reverseName } from '../../dns/index.ts'
import type { Domain } from '../../model/address.ts'
import type { Check, CheckLevel } from '../../model/clearance.ts'
import { type Asking, askAddresses, askTxt, printNothing } from '../ask.ts'
import { check } from '../report.ts'

interface Blocklist {
  readonly zone: string
  readonly lists: 'addresses' | 'domains'
  readonly families: readonly (4 | 6)[]
  /** How bad a listing is. */
  readonly level: CheckLevel
  readonly removal: string
  /** Codes by which this list refuses to answer. */
  readonly refusals: readonly string[]
}

const BLOCKLISTS: readonly Blocklist[] = [
  // https://www.spamhaus.org/zen/
  {
    zone: 'zen.spamhaus.org',
    lists: 'addresses',
    families: [4, 6],
    level: 'fail',
    removal: 'https://check.spamhaus.org/',
    refusals: [],
  },
  // https://www.spamcop.net/bl.shtml
  {
    zone: 'bl.spamcop.net',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://www.spamcop.net/bl.shtml',
    refusals: [],
  },
  // https://www.barracudacentral.org/rbl
  {
    zone: 'b.barracudacentral.org',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://www.barracudacentral.org/rbl/removal-request',
    refusals: [],
  },
  // https://psbl.org/
  {
    zone: 'psbl.surriel.com',
    lists: 'addresses',
    families: [4],
    level: 'warn',
    removal: 'https://psbl.org/remove',
    refusals: [],
  },
  // https://www.spamhaus.org/dbl/: 127.0.1.255 says that an address was asked for
  {
    zone: 'dbl.spamhaus.org',
    lists: 'domains',
    families: [],
    level: 'fail',
    removal: 'https://check.spamhaus.org/',
    refusals: ['127.0.1.255'],
  },
  // https://uribl.com/refused.shtml: 127.0.0.1 says that this resolver may not ask
  {
    zone: 'black.uribl.com',
    lists: 'domains',
    families: [],
    level: 'warn',
    removal: 'https://admin.uribl.com/',
    refusals: ['127.0.0.1'],
  },
]

export async function checkReputation(
  asking: Asking,
  { domain, addresses }: { readonly domain: Domain; readonly addresses: readonly string[] },
): Promise<readonly Check[]> {
  const questions = BLOCKLISTS.flatMap(list => {
    if (list.lists === 'domains') return [{ list, subject: domain, name: `${domain}.${list.zone}` }]
    return addresses
      .filter(address => list.families.includes(isIPv4(address) ? 4 : 6))
      .map(address => ({ list, subject: address, name: `${reversed(address)}.${list.zone}` }))
  })
  return Promise.all(questions.map(question => askList(asking, question)))
}

function reversed(address: string): string {
  return (reverseName(address) ?? '').replace(/\.(?:in-addr|ip6)\.arpa$/, '')
}

async function askList(
  asking: Asking,
  { list, subject, name }: { readonly list: Blocklist; readonly subject: string; readonly name: string },
): Promise<Check> {
  const id = 'reputation.dnsbl'
  const wanted = `not listed by ${list.zone}`
  const asked = await askAddresses(asking, name, 4)
  if (asked.kind === 'absent')
    return check(id, { level: 'ok', found: `${subject}: not listed by ${list.zone}`, wanted })
  if (asked.kind === 'unknown')
    return check(id, { level: 'unknown', found: `${name} A: ${printNothing(asked, 'A')}`, wanted })
  const codes = asked.values.filter(code => code.startsWith('127.'))
  const refused = codes.every(code => code.startsWith('127.255.255.') || list.refusals.includes(code))
  if (refused) {
    const found = `${name} A: ${asked.values.join(', ')}: your resolver may not ask ${list.zone}; this is no listing`
    return check(id, {
      level: 'unknown',
      found,
      wanted,
      fix: 'ask through a resolver of your own (dns.servers), not a public one',
    })
  }
  const reason = await askTxt(asking, name)
  const why = reason.kind === 'found' ? `: ${reason.values.join(' ')}` : ''
  return check(id, {
    level: list.level,
    found: `${subject}: ${list.zone} answers ${codes.join(', ')}${why}`,
    wanted,
    fix: removalOf(list, codes),
  })
}

/** Spamhaus PBL (127.0.0.10 and .11) lists ranges that should not send at all: no removal helps while that is so. */
function removalOf({ zone, removal }: Blocklist, codes: readonly string[]): string {
  const policyRange = zone === 'zen.spamhaus.org' && codes.some(code => code === '127.0.0.10' || code === '127.0.0.11')
  return policyRange
    ? `the range is meant for clients: have its provider take the address out of it, or send through a smarthost; ${removal}`
    : `mend what it was listed for, then ask for removal: ${removal}`
}
