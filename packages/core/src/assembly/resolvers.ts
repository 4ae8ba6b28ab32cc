/**
 * Resolvers: the resolvers of one mailer: with memory for routes, past it for what was refused a moment ago, and one that asks a
 * given server to learn our own address.
 */
import type { Clock } from '../ambient/clock.ts'
import type { ResolvedOptions } from '../config/index.ts'
import { createResolver, type OpenResolver, type Resolver } from '../dns/index.ts'

export interface Names {
  readonly resolver: Resolver
  /** The same, past all memory of ours, which then holds what was found. */
  readonly fresh: Resolver
  /** Absent when the embedder brought a resolver: then nobody else is asked. */
  readonly askServer?: (server: string) => Resolver
  close(): Promise<void>
}

export function openNames({ dns, tls }: ResolvedOptions, given: Resolver | undefined, clock: Clock): Names {
  if (given !== undefined) return { resolver: given, fresh: given.fresh ?? given, close: async () => {} }
  const opened = new Map<string, OpenResolver>()
  const open = (name: string, servers: readonly string[], cache: { readonly cacheEntries?: number }): OpenResolver => {
    const known = opened.get(name)
    if (known !== undefined) return known
    const made = createResolver({
      servers,
      timeoutMs: dns.timeoutMs,
      clock,
      ...(dns.trustAd === 'auto' ? {} : { trustAd: dns.trustAd }),
      ...(tls.ca === undefined ? {} : { https: { ca: tls.ca } }),
      ...cache,
    })
    opened.set(name, made)
    return made
  }
  const resolver = open('remembering', dns.servers, {})
  return {
    resolver,
    fresh: resolver.fresh ?? resolver,
    askServer: server => open(server, [server], { cacheEntries: 0 }),
    close: async () => {
      await Promise.all([...opened.values()].map(one => one.close()))
    },
  }
}
