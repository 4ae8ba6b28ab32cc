/**
 * Egress: from which addresses mail leaves, as the world sees it, and whether it gets out at all.
 *
 * Policy. Many providers block port 25 until asked, and some answer on it themselves; then everything else may be right and no
 * mail leaves. What is tried is a
 * real connection to a mail host of a large provider, through a function that is handed in.
 *
 * Not here: how the address is found (public-address.ts), its PTR (identity.ts).
 */

import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { printSpecial, type SpecialRange, specialRange } from '../../ambient/special-ranges.ts'
import { say } from '../../language/findings-host.ts'
import type { Check, PublicAddress } from '../../model/clearance.ts'
import type { Source } from '../../model/egress.ts'
import { type Asking, askMx } from '../ask.ts'
import { givePublic } from '../public-address.ts'
import { check } from '../report.ts'

/** Connects and reads the greeting. */
export type Probe = (
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
) => Promise<{ readonly greeting: string } | { readonly problem: string }>

/** Why an address cannot be bound to; undefined: it can. */
export type Bind = (address: string) => Promise<string | undefined>

export interface EgressSubject {
  readonly addresses: readonly PublicAddress[]
  /** The addresses of this machine. */
  readonly local: readonly string[]
  readonly viaSmarthost: boolean
  /** Addresses that no receiver sees. @default all of IANA's */
  readonly ranges?: readonly SpecialRange[] | undefined
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

function known({ addresses, local, viaSmarthost, ranges }: EgressSubject): Check {
  const wanted = say('egress.known.wanted')
  if (addresses.length === 0) {
    const level = viaSmarthost ? 'note' : 'unknown'
    return check('egress.known', {
      level,
      found: say('egress.known.found.nothing'),
      wanted,
      fix: say('egress.known.fix.set'),
    })
  }
  const told = addresses.map(({ address, foundBy }) => {
    const nat = foundBy !== 'interface' && !local.includes(address) ? say('egress.known.found.nat') : ''
    return `IPv${address.includes(':') ? 6 : 4} ${address} (${foundBy}${nat})`
  })
  const special = addresses.flatMap(({ address }) => {
    const range = specialRange(address, ranges)
    return range === undefined ? [] : [printSpecial(address, range)]
  })
  if (special.length === 0) return check('egress.known', { level: 'ok', found: told.join(', '), wanted })
  const found = say('egress.known.found.unseen', { addresses: told, special: special.join('; ') })
  return check('egress.known', { level: 'warn', found, wanted, fix: givePublic() })
}

/** Whether this machine has the addresses that mail is to leave from. */
export async function checkSources(sources: readonly Source[], bind: Bind): Promise<readonly Check[]> {
  const wanted = say('egress.bindable.wanted')
  const problems = await Promise.all(sources.map(({ address }) => bind(address)))
  return sources.map(({ address }, at) => {
    const problem = problems[at]
    if (problem === undefined) return check('egress.bindable', { level: 'ok', found: address, wanted })
    const found = say('egress.bindable.found', { address, problem })
    return check('egress.bindable', { level: 'fail', found, wanted, fix: say('egress.bindable.fix', { address }) })
  })
}

async function reach(
  asking: Asking,
  { probe, probeDomain = PROBE_DOMAIN, probeHost, mailPort = 25, viaSmarthost }: EgressSubject,
): Promise<readonly Check[]> {
  if (probe === undefined || viaSmarthost) return []
  const host = probeHost ?? (await bestHost(asking, probeDomain))
  const wanted = say('egress.port-25.wanted')
  if (host === undefined)
    return [
      check('egress.port-25', {
        level: 'unknown',
        found: say('egress.port-25.found.no-mx', { domain: probeDomain }),
        wanted,
      }),
    ]
  const seen = await probe({ host, port: mailPort }, asking.signal)
  if ('greeting' in seen) return [judgeGreeting(seen.greeting, { host, mailPort, given: probeHost !== undefined })]
  const fix = say('egress.port-25.fix.closed')
  return [check('egress.port-25', { level: 'fail', found: `${host}:${mailPort}: ${seen.problem}`, wanted, fix })]
}

/** Any host may refuse us, and not every greeting is that of the host that was called. RFC 5321 §3.1, §4.2 */
function judgeGreeting(
  greeting: string,
  { host, mailPort, given }: { readonly host: string; readonly mailPort: number; readonly given: boolean },
): Check {
  const id = 'egress.port-25'
  const found = say('egress.port-25.found', { host, port: mailPort, greeting })
  const wanted = say('egress.port-25.wanted')
  const [, code = '', name = ''] = /^(\d{3})[ -]?(\S*)/.exec(greeting) ?? []
  if (code.startsWith('4'))
    return check(id, {
      level: 'unknown',
      found: say('egress.port-25.found.busy', { found }),
      wanted,
      fix: say('egress.port-25.fix.busy'),
    })
  if (code !== '220') {
    const fix = say('egress.port-25.fix.refused')
    return check(id, { level: 'fail', found: say('egress.port-25.found.refused', { found }), wanted, fix })
  }
  const organisation = (text: string): string => organisationalDomain(text.toLowerCase()) ?? text.toLowerCase()
  // Of a host that somebody named we do not know what it calls itself, and some say no name.
  if (given || !name.includes('.') || organisation(name) === organisation(host))
    return check(id, { level: 'ok', found, wanted })
  const fix = say('egress.port-25.fix.stranger')
  return check(id, { level: 'warn', found: say('egress.port-25.found.stranger', { found }), wanted, fix })
}

async function bestHost(asking: Asking, domain: string): Promise<string | undefined> {
  const mx = await askMx(asking, domain)
  return mx.kind === 'found' ? [...mx.values].sort((a, b) => a.preference - b.preference)[0]?.host : undefined
}
