/**
 * Egress: from which addresses mail leaves, as the world sees it, and whether it gets out at all.
 *
 * Policy. Many providers block port 25 until asked; then everything else may be right and no mail leaves. What is tried is a
 * real connection to a mail host of a large provider, through a function that is handed in.
 *
 * Not here: how the address is found (public-address.ts), its PTR (identity.ts).
 */
import type { Check, PublicAddress } from '../../model/clearance.ts'
import { type Asking, askMx } from '../ask.ts'
import { check } from '../report.ts'

/** Connects and reads the greeting. */
export type Probe = (
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
) => Promise<{ readonly greeting: string } | { readonly problem: string }>

export interface EgressSubject {
  readonly addresses: readonly PublicAddress[]
  /** The addresses of this machine. */
  readonly local: readonly string[]
  readonly viaSmarthost: boolean
  readonly probe?: Probe | undefined
  /** A domain whose mail host is tried. @default gmail.com */
  readonly probeDomain?: string | undefined
  /** A host that is tried instead. */
  readonly probeHost?: string | undefined
  /** @default 25 */
  readonly mailPort?: number | undefined
}

const PROBE_DOMAIN = 'gmail.com'

export async function checkEgress(asking: Asking, subject: EgressSubject): Promise<readonly Check[]> {
  return [known(subject), ...(await reach(asking, subject))]
}

function known({ addresses, local, viaSmarthost }: EgressSubject): Check {
  const wanted = 'the addresses that receivers see'
  if (addresses.length === 0) {
    const level = viaSmarthost ? 'note' : 'unknown'
    return check('egress.known', { level, found: 'not found out', wanted, fix: 'set egress.publicAddresses' })
  }
  const told = addresses.map(({ address, foundBy }) => {
    const nat = foundBy !== 'interface' && !local.includes(address) ? ', behind NAT' : ''
    return `IPv${address.includes(':') ? 6 : 4} ${address} (${foundBy}${nat})`
  })
  return check('egress.known', { level: 'ok', found: told.join(', '), wanted })
}

async function reach(
  asking: Asking,
  { probe, probeDomain = PROBE_DOMAIN, probeHost, mailPort = 25, viaSmarthost }: EgressSubject,
): Promise<readonly Check[]> {
  if (probe === undefined || viaSmarthost) return []
  const host = probeHost ?? (await bestHost(asking, probeDomain))
  const wanted = 'a greeting from port 25'
  if (host === undefined)
    return [check('egress.port-25', { level: 'unknown', found: `${probeDomain} has no MX to try`, wanted })]
  const seen = await probe({ host, port: mailPort }, asking.signal)
  if ('greeting' in seen)
    return [check('egress.port-25', { level: 'ok', found: `${host}:${mailPort} greets: ${seen.greeting}`, wanted })]
  const fix =
    'ask the provider of this machine to open port 25 outwards, or send through a smarthost (routes, domain: "*")'
  return [check('egress.port-25', { level: 'fail', found: `${host}:${mailPort}: ${seen.problem}`, wanted, fix })]
}

async function bestHost(asking: Asking, domain: string): Promise<string | undefined> {
  const mx = await askMx(asking, domain)
  return mx.kind === 'found' ? [...mx.values].sort((a, b) => a.preference - b.preference)[0]?.host : undefined
}
