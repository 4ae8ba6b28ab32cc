/**
 * AddressGuard: keeps what somebody wrote over HTTP from being a way into the network of the relay.
 *
 * Policy. A name is asked once, and the connection goes to an address that was looked at, so that a name whose answers change leads nowhere
 * else. Of several addresses those that may be reached are taken. A host that is an address itself is looked at as it is written.
 *
 * Not here: which addresses are of the public internet (core), redirects, which nobody follows (poster.ts).
 */
import { type LookupAddress, lookup } from 'node:dns'
import { isIP } from 'node:net'

export type MayReach = (address: string) => boolean

/** Asks the system for all addresses of a name. */
export type AskAddresses = (
  host: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

const askSystem: AskAddresses = (host, done) => lookup(host, { all: true }, done)

/** As `net.connect` asks. */
type Lookup = (
  host: string,
  options: { readonly all?: boolean | undefined },
  done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void

/** For `connect`: finds only addresses that may be reached. */
export function guardedLookup(mayReach: MayReach, ask: AskAddresses = askSystem): Lookup {
  return (host, options, done) => {
    ask(host, (error, found) => {
      if (error !== null) return done(error as NodeJS.ErrnoException, '')
      const addresses = found.filter(({ address }) => mayReach(address))
      const [first] = addresses
      if (first === undefined) return done(refusal(host), '')
      if (options.all === true) done(null, [...addresses])
      else done(null, first.address, first.family)
    })
  }
}

/** A host that is an address and may not be reached. */
export function isForbidden(url: string, mayReach: MayReach): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !mayReach(host)
}

export function refusal(host: string): Error {
  return new Error(`${host} has no address of the public internet`)
}
