/**
 * Authoritative: a resolver that asks the name servers of some domains themselves, so that a record is seen the moment it is
 * published, whatever others still remember.
 *
 * Policy. Only names in these domains and reverse names are asked there; everything else goes the ordinary way, as does what
 * those servers do not tell: DNSSEC proofs, aliases that lead elsewhere, servers that cannot be reached. It keeps the least
 * TTL it saw: what is asked again after it is new to everybody.
 *
 * Not here: how often it is asked again (the command). RFC 1034 §4.2.1.
 */
import type { Answer, OpenResolver, Question, Resolver } from '@postrider/core'

export interface AuthoritativeOptions {
  readonly ordinary: Resolver
  /** Asks these addresses, without memory. */
  readonly open: (addresses: readonly string[]) => OpenResolver
  /** Names at and below them are asked of their own servers. */
  readonly domains: readonly string[]
  /** Whether an error says that there is nothing. */
  readonly isAbsence: (error: unknown) => boolean
}

export interface Authoritative extends OpenResolver {
  /** Seconds: the least TTL that these servers gave since it was last asked for, at most `most`. */
  takeTtl(most: number): number
}

export function authoritativeResolver({ ordinary, open, domains, isAbsence }: AuthoritativeOptions): Authoritative {
  const zones = new Map<string, Promise<OpenResolver | undefined>>()
  let least = Number.POSITIVE_INFINITY

  const notice = (answer: Answer): Answer => {
    least = Math.min(least, answer.ttl)
    return answer
  }
  const serversOf = async (zone: string, signal: AbortSignal): Promise<OpenResolver | undefined> => {
    try {
      const { records } = await ordinary.query({ name: zone, type: 'NS' }, signal)
      const hosts = records.flatMap(record => (record.type === 'NS' ? [record.target] : []))
      const found = await Promise.all(hosts.map(host => addressesOf(host, signal)))
      const addresses = found.flat()
      return addresses.length === 0 ? undefined : open(addresses)
    } catch (error) {
      signal.throwIfAborted()
      if (isAbsence(error)) return undefined
      throw error
    }
  }
  const addressesOf = async (name: string, signal: AbortSignal): Promise<readonly string[]> => {
    const asked = await Promise.allSettled((['A', 'AAAA'] as const).map(type => ordinary.query({ name, type }, signal)))
    return asked.flatMap(result =>
      result.status === 'fulfilled'
        ? result.value.records.flatMap(record =>
            record.type === 'A' || record.type === 'AAAA' ? [record.address] : [],
          )
        : [],
    )
  }
  /** The servers of the deepest zone that holds a name. */
  const zoneOf = async (name: string, signal: AbortSignal): Promise<OpenResolver | undefined> => {
    for (let zone = name; zone.includes('.'); zone = zone.slice(zone.indexOf('.') + 1)) {
      const known = zones.get(zone) ?? serversOf(zone, signal)
      zones.set(zone, known)
      const servers = await known.catch(error => {
        zones.delete(zone)
        throw error
      })
      if (servers !== undefined) return servers
    }
    return undefined
  }
  const isOurs = ({ name, type }: Question): boolean => type !== 'TLSA' && concerns(name, domains)

  return {
    trustworthy: ordinary.trustworthy,
    query: async (question, signal) => {
      const asked = { ...question, name: question.name.toLowerCase() }
      if (!isOurs(asked)) return ordinary.query(question, signal)
      try {
        const servers = await zoneOf(asked.name, signal)
        if (servers !== undefined) return notice(await servers.query(question, signal))
      } catch (error) {
        signal.throwIfAborted()
        // That it says "nothing" at the end of an alias only means that the alias leads out of its zone.
        const { names, ttl } = error as { names?: readonly string[]; ttl?: number }
        if (isAbsence(error) && (names?.length ?? 1) === 1) {
          if (ttl !== undefined && ttl > 0) least = Math.min(least, ttl)
          throw error
        }
      }
      return ordinary.query(question, signal)
    },
    takeTtl: most => {
      const taken = Math.min(least, most)
      least = Number.POSITIVE_INFINITY
      return taken
    },
    close: async () => {
      const opened = await Promise.all([...zones.values()].map(zone => zone.catch(() => undefined)))
      await Promise.all(opened.map(zone => zone?.close()))
    },
  }
}

export interface Noting extends Resolver {
  /** Seconds: the greatest TTL of an answer about these domains, which is how long it may be remembered. */
  longest(): number
}

/** The same resolver, with what it says of these domains noted. */
export function noteTtl(resolver: Resolver, domains: readonly string[], most: number): Noting {
  let longest = 0
  const note = (name: string, ttl: number | undefined): void => {
    if (ttl !== undefined && concerns(name.toLowerCase(), domains)) longest = Math.max(longest, Math.min(ttl, most))
  }
  return {
    trustworthy: resolver.trustworthy,
    query: async (question, signal) => {
      try {
        const answer = await resolver.query(question, signal)
        note(question.name, answer.ttl)
        return answer
      } catch (error) {
        note(question.name, (error as { ttl?: number }).ttl)
        throw error
      }
    },
    longest: () => longest,
  }
}

function concerns(name: string, domains: readonly string[]): boolean {
  return /\.(?:in-addr|ip6)\.arpa$/.test(name) || domains.some(one => name === one || name.endsWith(`.${one}`))
}
