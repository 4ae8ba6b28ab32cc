/**
 * InterfacePlace: the addresses under which people reach what listens, and the links that lead into the web interface.
 *
 * Policy. What lets somebody in stands behind `#`, which browsers send to nobody: to no server, no proxy, no log of either.
 */
import type { RelayConfig } from '../config/options.ts'
import { type HttpAddress, parseHttpAddress, rootOf } from '../server/http-address.ts'

/** As far as the configuration says; none when there is no interface. */
export function interfaceUrlsOf(config: RelayConfig): readonly string[] {
  const { listen } = config.relay.http
  return interfaceUrls(
    config,
    listen.map(text => parseHttpAddress(text)).filter(address => address !== undefined),
  )
}

export function interfaceUrls({ options, relay }: RelayConfig, listening: readonly HttpAddress[]): readonly string[] {
  if (!relay.http.interface) return []
  const [name = options.hostname] = relay.http.names
  const urls = listening.map(place => `${rootOf(place, name)}/ui/`)
  return [...new Set(urls)]
}

/** @param place where the interface is */
export function loginUrl(place: string, token: string): string {
  return `${place}#/login?link=${token}`
}
