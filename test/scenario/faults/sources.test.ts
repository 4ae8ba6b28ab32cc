/** Faults of the addresses that mail is sent from, each under a name of its own, one at a time. */
import { suite } from 'node:test'
import type { Domain } from '../../../packages/core/src/model/address.ts'
import { PTR6, SPF, V4, V6 } from '../../support/healthy-zone.ts'
import { type Fault, testFault } from './world.ts'

/** Six is sent from under a name of its own. */
const SOURCES = [
  { address: V4, weight: 1 },
  { address: V6, weight: 1, hostname: 'six.example.com' as Domain },
]
const SIX = { 'six.example.com': { AAAA: V6, TXT: `v=spf1 ip6:${V6} -all` }, 'mail.example.com': { A: V4, TXT: SPF } }

const FAULTS: Readonly<Record<string, Fault>> = {
  'an address to send from that the machine has lost': {
    sources: SOURCES.slice(0, 1),
    outside: { bind: async () => 'EADDRNOTAVAIL' },
    finds: 'egress.bindable',
    mended: {
      says: /give 203\.0\.113\.5 to an interface of this machine/,
      by: { sources: SOURCES.slice(0, 1), outside: { bind: async () => undefined } },
    },
  },
  'an address whose PTR is the name of another': {
    sources: SOURCES,
    zone: { ...SIX, 'mail.example.com': { A: V4, AAAA: V6, TXT: SPF } },
    finds: 'host.ptr-equals-helo',
    level: 'note',
  },
  'an address whose own name leads elsewhere': {
    sources: SOURCES,
    zone: { ...SIX, [PTR6]: { PTR: 'six.example.com' }, 'six.example.com': { TXT: `v=spf1 ip6:${V6} -all` } },
    finds: 'host.resolves',
  },
}

suite('the doctor in a world of faults of the addresses that mail is sent from', () => {
  for (const [name, fault] of Object.entries(FAULTS)) testFault(name, fault)
})
