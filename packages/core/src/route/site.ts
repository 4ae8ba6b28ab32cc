/**
 * Site: a set of mail hosts to the name of the site they are; the key of site queues, session pools and windows.
 *
 * Policy. All domains with the same set of hosts are one site, whatever order DNS gave it in, and so are all domains of a
 * provider that shares its hosts among them. Preference does not matter: the same machines bear the load.
 */
import type { Domain } from '../model/address.ts'
import { providerOf } from '../provider/index.ts'

export function siteOf(hosts: readonly Domain[]): string {
  const [first] = hosts
  const provider = first === undefined ? undefined : providerOf(first)
  if (provider?.group === 'provider' && hosts.every(host => providerOf(host) === provider)) return provider.id
  return [...new Set(hosts)].sort().join('+')
}

/** Smarthosts are sites of their own: the same machine may bear more from its customers than from strangers. */
export function smarthostSite(host: Domain, port: number): string {
  return `smarthost:${host}:${port}`
}
