/** GivenPolicy: what `relay.public` answers of MTA-STS. RFC 8461 §3.2 */
import type { RelayConfig } from '../config/options.ts'

/** The MTA-STS policy that `relay.public` gives for a domain, word for word; undefined: it gives none. */
export async function givenPolicy({ options, relay }: RelayConfig, domain: string): Promise<string | undefined> {
  const { listen, mtaSts } = relay.public
  const isGiven = mtaSts.domains.some(one => one.toLowerCase() === domain.toLowerCase())
  if (listen.length === 0 || !isGiven) return undefined
  const { policyText } = await import('../public/index.ts')
  return policyText(mtaSts, options.hostname)
}
