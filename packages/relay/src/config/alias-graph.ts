/**
 * AliasGraph: where names lead to in the end, through each other.
 *
 * Policy. A name that an address of ours means is followed as a name is: mail there would come back to us. A name that leads round
 * leads to nobody, and its mail would be lost, so it is told and not followed. Each name is looked at once, however many lead to it.
 *
 * Not here: what a name or a target may be (alias-file.ts), finding the name of an address when mail comes (listener/aliases.ts).
 */
import { parseAddress, printAddress } from '@postrider/core'

export interface AliasNode {
  /** In lower case. */
  readonly name: string
  readonly targets: readonly string[]
}

export interface Followed<N extends AliasNode> {
  /** In the end, each once: of each name that leads somewhere. */
  readonly people: ReadonlyMap<N, readonly string[]>
  readonly circles: readonly N[]
  /** A target that is neither an address nor a name. */
  readonly unknown: readonly { readonly node: N; readonly target: string }[]
}

interface Links<N> {
  readonly people: readonly string[]
  readonly names: readonly N[]
}

/**
 * @param nodes the first of a name holds
 * @param domains where mail to a name comes to us
 * @param most beyond so many people, one more is enough
 */
export function follow<N extends AliasNode>(
  nodes: readonly N[],
  { domains, most }: { readonly domains: ReadonlySet<string>; readonly most: number },
): Followed<N> {
  const named = new Map<string, N>()
  for (const node of nodes) if (!named.has(node.name)) named.set(node.name, node)
  const unknown: { node: N; target: string }[] = []
  const links = new Map<N, Links<N>>()
  for (const node of nodes) {
    const people: string[] = []
    const names: N[] = []
    for (const target of node.targets) {
      const to = meantBy(target, named, domains)
      if (to === undefined) unknown.push({ node, target })
      else if (typeof to === 'string') people.push(to)
      else names.push(to)
    }
    links.set(node, { people, names })
  }
  const { order, rest } = fromTheEnds(nodes, node => links.get(node)?.names ?? [])
  const people = new Map<N, readonly string[]>()
  for (const node of order) {
    const { people: own, names } = links.get(node) as Links<N>
    const all = new Set(own)
    for (const next of names) for (const one of people.get(next) ?? []) if (all.size <= most) all.add(one)
    people.set(node, [...all])
  }
  // Of what is left, a name that nothing left leads to is in no circle: it leads to one.
  const before = new Map<N, N[]>(rest.map(node => [node, []]))
  for (const node of rest) for (const next of links.get(node)?.names ?? []) before.get(next)?.push(node)
  return { people, circles: fromTheEnds(rest, node => before.get(node) ?? []).rest, unknown }
}

/** A name, an address as it is printed; undefined: neither. */
function meantBy<N>(
  target: string,
  named: ReadonlyMap<string, N>,
  domains: ReadonlySet<string>,
): N | string | undefined {
  const address = target.includes('@') ? parseAddress(target) : undefined
  if (address === undefined || 'problem' in address) return named.get(target.toLowerCase())
  const local = address.local.toLowerCase()
  const host = address.domain.toLowerCase()
  const find = (name: string): N | undefined =>
    named.get(`${name}@${host}`) ?? (domains.has(host) ? named.get(name) : undefined)
  const plain = local.indexOf('+') > 0 ? local.slice(0, local.indexOf('+')) : local
  return find(local) ?? find(plain) ?? printAddress(address)
}

/** Each after all that it leads to, and those of which that cannot be: no recursion, for a chain may be long. */
function fromTheEnds<N>(
  nodes: readonly N[],
  next: (node: N) => readonly N[],
): { readonly order: readonly N[]; readonly rest: readonly N[] } {
  const open = new Map<N, number>()
  const waiting = new Map<N, N[]>()
  for (const node of nodes) {
    const others = next(node)
    open.set(node, others.length)
    for (const other of others) {
      const known = waiting.get(other)
      if (known === undefined) waiting.set(other, [node])
      else known.push(node)
    }
  }
  const order = nodes.filter(node => open.get(node) === 0)
  for (const done of order) {
    for (const node of waiting.get(done) ?? []) {
      const left = (open.get(node) ?? 0) - 1
      open.set(node, left)
      if (left === 0) order.push(node)
    }
  }
  return { order, rest: nodes.filter(node => (open.get(node) ?? 0) > 0) }
}
