/**
 * Value: what the single values of options look like, where a type does not say it.
 */
import { isIP } from 'node:net'
import { parseAddress, parseDomain, parseServer } from '../model/address.ts'

// RFC 6376 §3.1: labels, as in a domain name
const DKIM_SELECTOR = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/i

export function isDomainName(value: string): boolean {
  const domain = parseDomain(value)
  return typeof domain === 'string' && !domain.startsWith('[')
}

/** RFC 5321 §2.3.5: a name in EHLO is fully qualified. */
export function isHostName(value: string): boolean {
  return isDomainName(value) && value.replace(/\.$/, '').includes('.')
}

/** A server that the operator names; it need not be known to the world. */
export function isServer(value: string): boolean {
  return typeof parseServer(value) === 'string'
}

export function isNameServer(value: string): boolean {
  if (isIP(value) !== 0) return true
  if (value.startsWith('https://')) return URL.canParse(value)
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(value) ?? []
  return isIP(v6 ?? v4 ?? '') === (v6 === undefined ? 4 : 6) && Number(port) >= 1 && Number(port) <= 65535
}

export function isSelector(value: string): boolean {
  return typeof value === 'string' && value.length <= 63 && DKIM_SELECTOR.test(value)
}

export function isMailbox(value: string): boolean {
  return !('problem' in parseAddress(value))
}

/** Of a route: one domain, `.domain` for those below it, `*` for all. */
export function isPattern(value: string): boolean {
  return value === '*' || isDomainName(value.startsWith('.') ? value.slice(1) : value)
}
