/**
 * Identity: do the EHLO name, its addresses and the PTR of each egress address agree?
 *
 * Policy. Every address that the world sees needs a PTR whose name leads back to it (forward-confirmed), IPv6 as much as
 * IPv4: Gmail refuses without (550 5.7.25). A name made from the address itself is what dial-up lines have, and is treated
 * so. That PTR and EHLO are the same name is what many small hosts compare; a difference is a warning only.
 *
 * Not here: whether the name may stand in EHLO at all (config/). RFC 5321 §4.1.1.1, RFC 1912 §2.1.
 */

import { reverseName } from '../dns/index.ts'
import { say } from '../language/findings-host.ts'
import type { Domain } from '../model/address.ts'
import type { Check } from '../model/clearance.ts'
import { type Asking, askAddresses, askNames, printNothing } from './ask.ts'
import { addressLine, pointerLine } from './record-text.ts'
import { check } from './report.ts'

export interface IdentitySubject {
  readonly hostname: Domain
  readonly addresses: readonly string[]
}

/** More than that is a mistake, and no receiver looks further (RFC 7208 §4.6.4 has the same limit). */
const MAX_NAMES = 10

export async function checkIdentity(
  asking: Asking,
  { hostname, addresses }: IdentitySubject,
): Promise<readonly Check[]> {
  const pointers = addresses.map(address => checkPointer(asking, { hostname, address }))
  const [host, ...pointed] = await Promise.all([checkHostname(asking, { hostname, addresses }), ...pointers])
  return [host!, ...pointed].flat()
}

async function checkHostname(asking: Asking, { hostname, addresses }: IdentitySubject): Promise<readonly Check[]> {
  const wanted =
    addresses.length === 0
      ? say('host.resolves.wanted.any')
      : say('host.resolves.wanted', { count: addresses.length, addresses: addresses.join(' and ') })
  const fix =
    addresses.map(address => addressLine(hostname, address)).join('\n') ||
    say('host.resolves.fix.unknown', { hostname })
  const [v4, v6] = await Promise.all([askAddresses(asking, hostname, 4), askAddresses(asking, hostname, 6)])
  const has = [v4, v6].flatMap(asked => (asked.kind === 'found' ? asked.values : []))
  if (has.length === 0) {
    const unknown = [v4, v6].find(asked => asked.kind === 'unknown')
    const found = `${hostname} A, AAAA: ${unknown?.kind === 'unknown' ? say('dns.no-answer-because', { why: unknown.why }) : say('host.resolves.found.no-address')}`
    if (unknown) return [check('host.resolves', { level: 'unknown', found, wanted })]
    return [check('host.resolves', { level: 'fail', found, wanted, fix })]
  }
  const without = addresses.filter(address => !has.some(other => sameAddress(other, address)))
  // What could not be asked for may well stand there.
  const missing = without.filter(address => (address.includes(':') ? v6 : v4).kind !== 'unknown')
  const found = `${hostname} A, AAAA: ${has.join(', ')}`
  if (without.length > missing.length && missing.length === 0) {
    const unsure = say('host.resolves.found.unsure', { found, addresses: without })
    return [check('host.resolves', { level: 'unknown', found: unsure, wanted })]
  }
  const lines = missing.map(address => addressLine(hostname, address)).join('\n')
  return [check('host.resolves', { level: missing.length > 0 ? 'fail' : 'ok', found, wanted, fix: lines })]
}

/** Whether one of the names of an address leads back to it, as receivers ask; `undefined`: that could not be found out. */
export async function leadsBack(asking: Asking, address: string): Promise<boolean | undefined> {
  const reverse = reverseName(address)
  const asked = reverse === undefined ? undefined : await askNames(asking, reverse, 'PTR')
  if (asked === undefined || asked.kind === 'unknown') return undefined
  const answers = asked.kind === 'found' ? await forwardOf(asking, { names: asked.values, address }) : []
  return answers.includes('yes') || (answers.includes('unknown') ? undefined : false)
}

function forwardOf(
  asking: Asking,
  { names, address }: { readonly names: readonly string[]; readonly address: string },
): Promise<readonly ('yes' | 'no' | 'unknown')[]> {
  return Promise.all(names.slice(0, MAX_NAMES).map(name => isForward(asking, { name, address })))
}

async function checkPointer(
  asking: Asking,
  { hostname, address }: { readonly hostname: Domain; readonly address: string },
): Promise<readonly Check[]> {
  const reverse = reverseName(address)
  if (reverse === undefined) return []
  const fix = say('host.ptr.fix', { record: pointerLine(reverse, hostname) })
  const asked = await askNames(asking, reverse, 'PTR')
  if (asked.kind !== 'found') {
    const found = `${address} PTR: ${printNothing(asked, 'PTR')}`
    if (asked.kind === 'unknown') return [check('host.ptr', { level: 'unknown', found, wanted: hostname })]
    return [check('host.ptr', { level: 'fail', found, wanted: hostname, fix })]
  }
  const names = asked.values.slice(0, MAX_NAMES)
  const found = `${address} PTR: ${asked.values.join(', ')}`
  const forward = await forwardOf(asking, { names, address })
  if (!forward.includes('yes')) {
    // That our own name misses the address is told by host.resolves.
    if (names.includes(hostname)) return []
    if (forward.includes('unknown'))
      return [
        check('host.ptr-confirmed', {
          level: 'unknown',
          found: say('host.ptr-confirmed.found.unknown', { found }),
          wanted: address,
        }),
      ]
    const astray = say('host.ptr-confirmed.found.astray', { found })
    return [check('host.ptr-confirmed', { level: 'fail', found: astray, wanted: address, fix })]
  }
  const confirmed = check('host.ptr-confirmed', {
    level: 'ok',
    found: say('host.ptr-confirmed.found', { found }),
    wanted: address,
  })
  const generic = names.find(name => isGenericName(name, address))
  // Whoever says it in EHLO as well is no less a dial-up line.
  if (generic === hostname)
    return [
      check('host.ptr-generic', {
        level: 'warn',
        found,
        wanted: say('host.ptr-generic.wanted'),
        fix: say('host.ptr-generic.fix'),
      }),
    ]
  if (names.includes(hostname)) return [confirmed]
  if (generic !== undefined) return [check('host.ptr-generic', { level: 'warn', found, wanted: hostname, fix })]
  return [confirmed, check('host.ptr-equals-helo', { level: 'note', found, wanted: hostname, fix })]
}

async function isForward(
  asking: Asking,
  { name, address }: { readonly name: string; readonly address: string },
): Promise<'yes' | 'no' | 'unknown'> {
  const asked = await askAddresses(asking, name, address.includes(':') ? 6 : 4)
  if (asked.kind === 'unknown') return 'unknown'
  return asked.kind === 'found' && asked.values.some(other => sameAddress(other, address)) ? 'yes' : 'no'
}

/** IPv6 addresses have many spellings; the reverse name has one. */
function sameAddress(a: string, b: string): boolean {
  return a === b || reverseName(a) === reverseName(b)
}

/** Made from the address (`5.113.0.203.example.net`, `host-203-0-113-5`), or saying what kind of line it is. */
function isGenericName(name: string, address: string): boolean {
  if (
    /(?:^|[.-])(?:dyn(?:amic)?|dsl|adsl|dhcp|pppoe?|pool|cable|dial-?up|broadband|customers?|clients?|static)(?:[.-]|\d)/.test(
      name,
    )
  )
    return true
  if (address.includes(':')) {
    const nibbles = reverseName(address)!.replaceAll('.', '').replace('ip6arpa', '')
    const letters = name.replaceAll(/[^0-9a-f]/g, '')
    return letters.includes(nibbles.slice(0, 12)) || letters.includes([...nibbles].reverse().join('').slice(0, 12))
  }
  const octets = address.split('.')
  const forms = [octets, [...octets].reverse()].flatMap(order => [
    order.join('.'),
    order.join('-'),
    order.map(octet => octet.padStart(3, '0')).join(''),
    order.map(octet => Number(octet).toString(16).padStart(2, '0')).join(''),
  ])
  return forms.some(form => name.includes(form))
}
