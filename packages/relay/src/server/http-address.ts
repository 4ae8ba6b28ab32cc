/**
 * HttpAddress: `0.0.0.0:443/tls`, `127.0.0.1:8080/plain`: where HTTP is listened for, and whether it is encrypted.
 *
 * Policy. One of the two words must be said: a key that crosses a network in plain text is everybody's.
 */
import { isIP } from 'node:net'

export interface HttpAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+|localhost)):(\d{1,5})\/(tls|plain)$/
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/

/** Undefined when the text is no such address. */
export function parseHttpAddress(text: string): HttpAddress | undefined {
  const [, v6, v4, port, word] = FORM.exec(text.trim()) ?? []
  const host = v6 ?? v4
  if (host === undefined || Number(port) > 65535) return undefined
  if (v6 !== undefined ? isIP(v6) !== 6 : v4 !== 'localhost' && isIP(host) !== 4) return undefined
  return { host, port: Number(port), tls: word === 'tls' }
}

/** Plain text beyond this machine is spoken with proxies alone. */
export function mayConnect(address: HttpAddress, client: string, isProxy: (address: string) => boolean): boolean {
  return address.tls || isLoopback(address.host) || isProxy(client)
}

/** Nobody else can read what is said to it. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** What listens there, as a browser asks for it. */
export function rootOf({ host, port, tls }: HttpAddress, name: string): string {
  if (tls) return `https://${name}${port === 443 ? '' : `:${port}`}`
  // Where it is not on this machine alone, a proxy stands in front of it.
  return isLoopback(host) ? `http://${host.includes(':') ? `[${host}]` : host}:${port}` : `https://${name}`
}
