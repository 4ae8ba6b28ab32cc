/**
 * NameServers: what each of the name servers of a name says of its TXT record.
 *
 * Policy. Each server of the zone is asked by itself, past all memory, and counts as one whichever of its addresses answers; one that
 * cannot be asked has not shown it. The name itself is asked of nobody else before: "there is none" would be remembered. Where an alias
 * leads out of the zone, the servers of the place it leads to are asked.
 *
 * Not here: what is wanted (step.ts). RFC 1034 §3.6.2, §4.2.1; RFC 2308 §5.
 */
import { isAbsence, type OpenResolver, type Resolver } from '@postrider/core'

export interface NameServerPorts {
  /** Finds the servers. */
  readonly resolver: Resolver
  /** Asks one address, without memory. */
  readonly open: (address: string) => OpenResolver
}

export interface ServerAnswer {
  /** Its name. */
  readonly server: string
  /** The TXT records; none where it says that there are none. */
  readonly texts: readonly string[]
  /** Why it has said nothing. */
  readonly problem?: string
}

/** Resolvers stop at about that many. */
const LONGEST_CHAIN = 8

/** Empty when no server could be found. */
export async function askNameServers(
  name: string,
  ports: NameServerPorts,
  signal: AbortSignal,
): Promise<readonly ServerAnswer[]> {
  return askServersOf(name, { ports, step: 0 }, signal)
}

/** What a resolver says that remembers. */
export async function askResolver(name: string, resolver: Resolver, signal: AbortSignal): Promise<ServerAnswer> {
  return textsOf(await ask(name, resolver, signal), 'resolver')
}

interface Asking {
  readonly ports: NameServerPorts
  /** How many aliases led here. */
  readonly step: number
}

async function askServersOf(name: string, asking: Asking, signal: AbortSignal): Promise<readonly ServerAnswer[]> {
  const { ports, step } = asking
  const servers = await serversOf(step === 0 ? above(name) : name, ports.resolver, signal)
  const said = await Promise.all(
    servers.map(async server => ({ server, said: await askServer(name, server, { ports, signal }) })),
  )
  const aliases = new Set(said.flatMap(each => each.said.alias ?? []))
  const beyond = step < LONGEST_CHAIN ? [...aliases] : []
  const further = await Promise.all(beyond.map(alias => askServersOf(alias, { ports, step: step + 1 }, signal)))
  const own = said.filter(each => each.said.alias === undefined || beyond.length === 0)
  return [...own.map(each => textsOf(each.said, each.server)), ...further.flat()]
}

/** The hosts of the deepest zone that holds it. */
async function serversOf(name: string, resolver: Resolver, signal: AbortSignal): Promise<readonly string[]> {
  for (let zone = name; zone.includes('.'); zone = above(zone)) {
    try {
      const { records } = await resolver.query({ name: zone, type: 'NS' }, signal)
      return records.flatMap(record => (record.type === 'NS' ? [record.target] : []))
    } catch (error) {
      signal.throwIfAborted()
      if (!isAbsence(error)) return []
    }
  }
  return []
}

interface Said {
  readonly texts: readonly string[]
  readonly problem?: string
  /** It leads there, out of what this server knows. */
  readonly alias?: string
}

async function askServer(
  name: string,
  server: string,
  { ports, signal }: { readonly ports: NameServerPorts; readonly signal: AbortSignal },
): Promise<Said> {
  let last: Said = { texts: [], problem: 'unreachable' }
  for (const address of await addressesOf(server, ports.resolver, signal)) {
    const open = ports.open(address)
    try {
      last = await ask(name, open, signal)
    } finally {
      await open.close()
    }
    if (last.problem === undefined) return last
  }
  return last
}

async function addressesOf(name: string, resolver: Resolver, signal: AbortSignal): Promise<readonly string[]> {
  const asked = await Promise.allSettled((['A', 'AAAA'] as const).map(type => resolver.query({ name, type }, signal)))
  signal.throwIfAborted()
  return asked.flatMap(result =>
    result.status === 'fulfilled'
      ? result.value.records.flatMap(one => (one.type === 'A' || one.type === 'AAAA' ? [one.address] : []))
      : [],
  )
}

async function ask(name: string, resolver: Resolver, signal: AbortSignal): Promise<Said> {
  try {
    const { records } = await resolver.query({ name, type: 'TXT' }, signal)
    return { texts: records.flatMap(record => (record.type === 'TXT' ? [record.strings.join('')] : [])) }
  } catch (error) {
    signal.throwIfAborted()
    if (!isAbsence(error)) return { texts: [], problem: (error as { code?: string }).code ?? (error as Error).message }
    const alias = error.names.at(-1)
    return { texts: [], ...(error.names.length > 1 && alias !== undefined && { alias }) }
  }
}

function textsOf({ texts, problem }: Said, server: string): ServerAnswer {
  return { server, texts, ...(problem !== undefined && { problem }) }
}

function above(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}
