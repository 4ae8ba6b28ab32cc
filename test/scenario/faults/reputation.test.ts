/** Faults of the host, of the mail host of the domain, and of what the world thinks of them, one at a time. */
import { suite } from 'node:test'
import type { NameLiteral } from '@postrider/core/testing'
import { PTR4, PTR6 } from '../../support/healthy-zone.ts'
import { type Fault, HEALTHY, testFault } from './world.ts'

const listed = (reverse: string, zone: string): string => `${reverse.replace(/\.(?:in-addr|ip6)\.arpa$/, '')}.${zone}`

const FAULTS = reputation({
  'an address listed by Spamhaus': [listed(PTR4, 'zen.spamhaus.org'), { A: '127.0.0.2', TXT: 'spam' }],
  'an address in a range for clients': [listed(PTR4, 'zen.spamhaus.org'), { A: '127.0.0.11' }],
  'an IPv6 address listed by Spamhaus': [listed(PTR6, 'zen.spamhaus.org'), { A: '127.0.0.4' }],
  'an address listed by SpamCop': [listed(PTR4, 'bl.spamcop.net'), { A: '127.0.0.2' }],
  'a domain listed by Spamhaus': ['example.com.dbl.spamhaus.org', { A: '127.0.1.2' }],
  'a list that does not answer public resolvers': [listed(PTR4, 'zen.spamhaus.org'), { A: '127.255.255.254' }],
  'a list that has lost its test entry': ['2.0.0.127.psbl.surriel.com', {}],
  'a list that lists everything': ['*.psbl.surriel.com', { A: '127.0.0.2' }],
  'a list that gives an answer that is none of it': [listed(PTR4, 'bl.spamcop.net'), { A: '127.0.0.1' }],
  'a list that says it in a way of its own': ['example.com.black.uribl.com', { A: '127.0.0.1' }],
})

function reputation(
  listings: Readonly<Record<string, readonly [string, NameLiteral]>>,
): Readonly<Record<string, Fault>> {
  const entries = Object.entries(listings).map(([what, [name, listing]]): [string, Fault] => {
    const refused = what.startsWith('a list that')
    const says = refused
      ? /a resolver of your own \(dns\.servers\)/
      : what.includes('range')
        ? /its provider .*or send through a smarthost; https:/
        : /ask for removal: https:/
    const fault: Fault = {
      zone: { [name]: listing },
      finds: 'reputation.dnsbl',
      mended: { says, by: { zone: { [name]: HEALTHY[name] ?? {} } } },
    }
    return [what, refused ? { ...fault, level: 'unknown' } : fault]
  })
  return Object.fromEntries(entries)
}

suite('the doctor in a world of block lists', () => {
  for (const [name, fault] of Object.entries(FAULTS)) testFault(name, fault)
})
