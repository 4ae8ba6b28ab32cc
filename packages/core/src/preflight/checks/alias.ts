/**
 * Alias: names that cannot have the records that are proposed for them.
 *
 * Policy. A name with a CNAME has no other record (RFC 1034 §3.6.2): what is proposed for it has to go where the alias leads,
 * and whoever runs that place has to publish it, or the alias has to go. A domain that somebody registered has the SOA and NS
 * records of its zone, so a CNAME there is a fault itself, and hides all that stands beside it: what would be published there
 * is told when it is gone. A name that is too long for the DNS can have nothing.
 *
 * Not here: an MX that names an alias (mx.ts).
 */
import { organisationalDomain } from '../../ambient/public-suffix.ts'
import { normalName } from '../../dns/index.ts'
import type { Domain } from '../../model/address.ts'
import type { Check } from '../../model/clearance.ts'
import { type Asking, askNames } from '../ask.ts'
import { check } from '../report.ts'

/** A line of a fix that is a record to publish. */
const RECORD = /^(publish only: )?(\S+)\. IN (?:TXT|A|AAAA|MX|TLSA|PTR) /gm

export async function checkApex(asking: Asking, domain: Domain): Promise<readonly Check[]> {
  if (organisationalDomain(domain) !== domain) return []
  const asked = await askNames(asking, domain, 'CNAME')
  if (asked.kind !== 'found') return []
  const target = asked.values[0] ?? ''
  return [
    check('domain.not-alias', {
      level: 'fail',
      found: `${domain} CNAME: ${target}`,
      wanted: 'a domain with records of its own',
      fix: [
        `remove the CNAME of ${domain}, and give it the A and AAAA records of ${target} (some providers keep them up to date: ALIAS, ANAME, "flattening")`,
        'then look again: beside it nothing else of the domain counts',
      ].join('\n'),
    }),
  ]
}

/** The same checks, without a record for a name that cannot have it. */
export async function placeRecords(asking: Asking, checks: readonly Check[]): Promise<readonly Check[]> {
  const apex = checks.find(({ id }) => id === 'domain.not-alias')
  const names = new Set(checks.flatMap(({ fix = '' }) => namesIn(fix)))
  const places = new Map(await Promise.all([...names].map(async name => [name, await placeOf(asking, name)] as const)))
  return checks.flatMap(each => {
    const astray = namesIn(each.fix ?? '').filter(name => places.get(name) !== undefined)
    if (astray.length === 0) return [each]
    if (apex !== undefined && astray.every(name => apex.found.startsWith(`${name} CNAME`))) return []
    return [{ ...each, fix: moved(each.fix ?? '', places) }]
  })
}

interface Place {
  /** Where the alias leads; undefined when the name cannot be. */
  readonly target: string | undefined
}

async function placeOf(asking: Asking, name: string): Promise<Place | undefined> {
  if (normalName(name) === undefined) return { target: undefined }
  const asked = await askNames(asking, name, 'CNAME')
  return asked.kind === 'found' ? { target: asked.values[0] } : undefined
}

function namesIn(fix: string): readonly string[] {
  return [...fix.matchAll(RECORD)].map(([, , name = '']) => name)
}

function moved(fix: string, places: ReadonlyMap<string, Place | undefined>): string {
  const lines = fix.split('\n').map(line => {
    const [name] = namesIn(line)
    const place = name === undefined ? undefined : places.get(name)
    if (name === undefined || place === undefined) return line
    if (place.target === undefined) return `${name} is too long for a name in the DNS: send from a shorter domain`
    const there = line.replace(`${name}. IN `, `${place.target}. IN `)
    return `${there}\n(there, because ${name} is an alias (CNAME) and can have no record of its own; where ${place.target} is not yours, ask who runs it, or remove the CNAME)`
  })
  return lines.join('\n')
}
