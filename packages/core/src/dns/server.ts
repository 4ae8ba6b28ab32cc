/**
 * Server: where questions go, as written in `dns.servers`, and whether its AD bit is believed.
 *
 * Policy. AD is one unprotected bit. It is believed from a validating resolver on loopback, or when the operator says so
 * (`trustAd`). Docker's resolver at 127.0.0.11 only forwards, so the bit has crossed a network: not believed by itself.
 */
import { isIP, isIPv6 } from 'node:net'
import type { MailerError } from '../model/error.ts'
import { requireKind, shown, wrongValue } from '../model/wrong-value.ts'

export type Server =
  | { readonly kind: 'udp'; readonly address: string; readonly family: 4 | 6; readonly port: number }
  | { readonly kind: 'doh'; readonly url: string; readonly hostname: string }

export type UdpServer = Extract<Server, { kind: 'udp' }>
export type DohServer = Extract<Server, { kind: 'doh' }>

const DNS_PORT = 53

/** @throws MailerError `invalid-option` */
export function parseServer(text: string, where = 'dns.servers'): Server {
  requireKind(text, 'string', { code: 'invalid-option', where })
  if (text.startsWith('https://')) {
    if (!URL.canParse(text)) throw invalid(text, where)
    return { kind: 'doh', url: text, hostname: new URL(text).hostname.replace(/^\[|\]$/g, '') }
  }
  const [, bracketed, bracketedPort] = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(text) ?? []
  if (bracketed !== undefined && isIPv6(bracketed)) return udp(bracketed, bracketedPort, text, where)
  if (isIP(text) !== 0) return udp(text, undefined, text, where)
  const [, address, port] = /^([^:]+):(\d{1,5})$/.exec(text) ?? []
  if (address !== undefined && isIP(address) === 4) return udp(address, port, text, where)
  throw invalid(text, where)
}

function udp(address: string, portText: string | undefined, text: string, where: string): Server {
  const port = portText === undefined ? DNS_PORT : Number(portText)
  if (port < 1 || port > 65535) throw invalid(text, where)
  return { kind: 'udp', address, family: isIPv6(address) ? 6 : 4, port }
}

function invalid(text: string, where: string): MailerError {
  return wrongValue('invalid-option', {
    where,
    found: shown(text),
    wanted: 'ip, ip:port, [ipv6]:port or https://host/dns-query',
  })
}

const DOCKER_FORWARDER = '127.0.0.11'

/** Whether what this server says crosses no network. */
export function isLocalValidator(server: Server): boolean {
  const host = server.kind === 'udp' ? server.address : server.hostname
  return host === '::1' || (host.startsWith('127.') && isIP(host) === 4 && host !== DOCKER_FORWARDER)
}

export function printServer(server: Server): string {
  if (server.kind === 'doh') return server.url
  return server.family === 6 ? `[${server.address}]:${server.port}` : `${server.address}:${server.port}`
}
