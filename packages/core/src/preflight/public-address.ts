/**
 * PublicAddress: which addresses the world sees when we send.
 *
 * Policy. What the operator gave is taken as it is, and told of where it is no address of the internet (egress.ts). A global address that we bind to, or the only global one of its family
 * on this machine, is what the world sees. Behind NAT, or with several, name servers that tell their asker's address are
 * asked directly, one after the other (through a recursive resolver they would tell the resolver's). Nothing found is a
 * possible answer: then SPF cannot be judged, and nothing is refused for it.
 *
 * Not here: which local address a connection is bound to (route/), PTR of these addresses (identity.ts).
 */

import { isIP } from 'node:net'
import { isPublicAddress, type SpecialRange } from '../ambient/special-ranges.ts'
import type { Resolver } from '../dns/index.ts'
import { say } from '../language/findings-host.ts'
import type { PublicAddress } from '../model/clearance.ts'
import { type Asking, askAddresses, askTxt } from './ask.ts'

export interface Surroundings {
  /** egress.publicAddresses */
  readonly given: readonly string[]
  /** egress.addresses */
  readonly bound: readonly string[]
  readonly families: readonly (4 | 6)[]
  /** The addresses of this machine. */
  readonly interfaces: () => readonly string[]
  /** A resolver that asks this one server; absent where nothing outside may be asked. */
  readonly askServer?: ((server: string) => Resolver) | undefined
  /** Those that are not of the internet. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
}

/** What to do about a given address that no receiver sees. */
export function givePublic(): string {
  return say('egress.known.fix')
}

/** A TXT record that holds the address of whoever asks, and the name of a server that answers it. */
interface Whoami {
  readonly server: string
  readonly name: string
  readonly type: 'TXT' | 'address'
}

const WHOAMI: readonly Whoami[] = [
  { server: 'ns1.google.com', name: 'o-o.myaddr.l.google.com', type: 'TXT' },
  { server: 'resolver1.opendns.com', name: 'myip.opendns.com', type: 'address' },
]

export async function findPublicAddresses(
  asking: Asking,
  surroundings: Surroundings,
): Promise<readonly PublicAddress[]> {
  const { given, families } = surroundings
  if (given.length > 0) return given.map(address => ({ address, foundBy: 'given' }))
  const found = await Promise.all(families.map(family => findOfFamily(asking, { family, surroundings })))
  return found.flat()
}

async function findOfFamily(
  asking: Asking,
  { family, surroundings }: { readonly family: 4 | 6; readonly surroundings: Surroundings },
): Promise<PublicAddress[]> {
  const { bound, interfaces, askServer, ranges } = surroundings
  const isGlobal = (address: string): boolean => isPublicAddress(address, ranges)
  const ofFamily = (address: string): boolean => isIP(address) === family
  const boundHere = bound.filter(ofFamily)
  // Bound to addresses of the other family only: nothing is sent over this one.
  if (bound.length > 0 && boundHere.length === 0) return []
  const local = boundHere.length > 0 ? boundHere : interfaces().filter(ofFamily).filter(isGlobal)
  const certain = boundHere.length > 0 ? boundHere.every(isGlobal) : local.length === 1
  if (certain) return local.map(address => ({ address, foundBy: 'interface' }))
  // No address of our own that leads anywhere in IPv6: there is no NAT to look behind.
  if (family === 6 && local.length === 0) return []
  if (askServer === undefined) return []
  for (const whoami of WHOAMI) {
    const address = await askWhoami(asking, { whoami, family, askServer, isGlobal })
    if (address !== undefined) return [{ address, foundBy: 'dns-whoami' }]
  }
  return []
}

async function askWhoami(
  asking: Asking,
  {
    whoami,
    family,
    askServer,
    isGlobal,
  }: { whoami: Whoami; family: 4 | 6; askServer: (server: string) => Resolver; isGlobal: (address: string) => boolean },
): Promise<string | undefined> {
  const servers = await askAddresses(asking, whoami.server, family)
  if (servers.kind !== 'found') return undefined
  const direct: Asking = { resolver: askServer(servers.values[0]!), signal: asking.signal }
  const told =
    whoami.type === 'TXT' ? await askTxt(direct, whoami.name) : await askAddresses(direct, whoami.name, family)
  return told.kind === 'found' ? told.values.find(text => isIP(text) === family && isGlobal(text)) : undefined
}
