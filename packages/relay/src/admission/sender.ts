/**
 * Sender: may this account use this address as MAIL FROM or From.
 *
 * Policy. An account lists what it may use: `bob@abc.mail`, `*@abc.mail`, `*@*.abc.mail` for every name below it, `*` for
 * everything. Local parts are compared without case, as every mail host in use does, and without a `+detail`. MAIL FROM may
 * be null: the message is then held to its From alone. All authors of all From fields must be allowed. RFC 6409 §6.1.
 */
import { type Address, type Domain, parseDomain } from '@postrider/core'

/** Whether one of the patterns covers the address. */
export function mayUse(senders: readonly string[], address: Address): boolean {
  return senders.some(pattern => covers(pattern, address))
}

/** Why a text is no pattern of senders, or undefined. */
export function senderPatternProblem(pattern: string): string | undefined {
  if (pattern === '*') return undefined
  const at = pattern.lastIndexOf('@')
  if (at <= 0) return 'it is not name@domain, *@domain, *@*.domain or *'
  const host = pattern.slice(at + 1)
  const domain = parseDomain(host.startsWith('*.') ? host.slice(2) : host)
  return typeof domain === 'string' ? undefined : domain.problem
}

function covers(pattern: string, address: Address): boolean {
  if (pattern === '*') return true
  const at = pattern.lastIndexOf('@')
  return coversDomain(pattern.slice(at + 1), address.domain) && coversLocal(pattern.slice(0, at), address.local)
}

function coversDomain(pattern: string, domain: Domain): boolean {
  const below = pattern.startsWith('*.')
  const wanted = parseDomain(below ? pattern.slice(2) : pattern)
  if (typeof wanted !== 'string') return false
  return below ? domain.endsWith(`.${wanted}`) : domain === wanted
}

function coversLocal(pattern: string, local: string): boolean {
  if (pattern === '*') return true
  const wanted = pattern.normalize('NFC').toLowerCase()
  const given = local.toLowerCase()
  return given === wanted || (!given.startsWith('"') && given.startsWith(`${wanted}+`))
}
