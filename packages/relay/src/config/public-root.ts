/**
 * PublicRoot: the address of what strangers may look at, as links begin with it.
 */
import { type HttpAddress, isLoopback, parseHttpAddress, rootOf } from '../server/http-address.ts'
import type { RelaySettings } from './relay-options.ts'

interface Naming {
  readonly options: { readonly hostname: string }
  readonly relay: {
    readonly public: Pick<RelaySettings['public'], 'listen' | 'names'>
    readonly http: Pick<RelaySettings['http'], 'proxies'>
  }
}

/** Under which addresses strangers find the public part, as far as the configuration says; none when it does not listen. */
export function publicRootsOf(config: Naming): readonly string[] {
  const { names } = config.relay.public
  const listening = listeningOf(config)
  const all = names.length > 0 ? names : [config.options.hostname]
  return all.flatMap(name => publicRootOf(config, listening, name) ?? [])
}

/** Where links lead to. An encrypted listener comes before one that leads there. Undefined: nothing listens. */
export function publicRootOf(
  { options, relay }: Naming,
  listening: readonly HttpAddress[],
  name: string = relay.public.names[0] ?? options.hostname,
): string | undefined {
  const best = listening.find(({ tls }) => tls) ?? listening.find(({ host }) => isLoopback(host)) ?? listening[0]
  if (best === undefined) return undefined
  // A name or a proxy says that strangers come, by a proxy that encrypts: this machine itself is no place for a link.
  const isBehind = !best.tls && (relay.public.names.length > 0 || relay.http.proxies.length > 0)
  return isBehind ? `https://${name}` : rootOf(best, name)
}

/** Where one click unsubscribes, as far as the configuration says (RFC 8058 §3.1). */
export function unsubscribePageOf(config: Naming): string | undefined {
  const root = publicRootOf(config, listeningOf(config))
  return root?.startsWith('https://') ? `${root}/unsubscribe/` : undefined
}

function listeningOf({ relay }: Naming): readonly HttpAddress[] {
  return relay.public.listen.flatMap(text => parseHttpAddress(text) ?? [])
}
