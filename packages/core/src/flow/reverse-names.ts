/**
 * ReverseNames: whether the reverse name of each of our addresses leads back to it, as large providers ask before they listen.
 *
 * Policy. Asked of the DNS when the first mail to such a provider is under way, and again when that is old; a message waits for the
 * first answer alone, and not long. What could not be found out is taken for good: the provider will say.
 *
 * Not here: who demands it (provider/), what follows (sources.ts), what people are told (preflight/identity.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { withDeadline } from '../ambient/deadline.ts'
import { isPublicAddress } from '../ambient/special-ranges.ts'
import { type Egress, sourceOf, systemSource } from '../model/egress.ts'

export interface ReverseNames {
  /** `undefined`: not known. */
  leadsBack(source: string): boolean | undefined
  /** Resolves when as much as can be is known of them; `undefined`: it is already. */
  known(sources: readonly string[]): Promise<void> | undefined
}

export interface ReverseNamesPorts {
  readonly clock: Clock
  /** Whether one of the addresses that the world sees of a source has a name that leads back. */
  readonly ask: (source: string, signal: AbortSignal) => Promise<boolean | undefined>
}

interface Known {
  readonly leadsBack: boolean | undefined
  /** By the monotonic clock. */
  readonly until: number
}

/** A message waits so long for the DNS. */
const BUDGET_MS = 3_000
/** A record that was just published is seen after this. */
const BAD_MS = 10 * 60_000
const UNSURE_MS = 60_000
const GOOD_MS = 60 * 60_000

export function openReverseNames({ clock, ask }: ReverseNamesPorts): ReverseNames {
  const known = new Map<string, Known>()
  const asking = new Map<string, Promise<void>>()

  const learn = (source: string): Promise<void> => {
    const running = asking.get(source)
    if (running !== undefined) return running
    const within = { clock, ms: BUDGET_MS, signal: new AbortController().signal }
    const asked = withDeadline(within, signal => ask(source, signal))
      // Whatever went wrong, nothing is known.
      .catch(() => undefined)
      .then(leadsBack => {
        const ms = leadsBack === undefined ? UNSURE_MS : leadsBack ? GOOD_MS : BAD_MS
        known.set(source, { leadsBack, until: clock.monotonic() + ms })
        asking.delete(source)
      })
    asking.set(source, asked)
    return asked
  }

  return {
    leadsBack: source => known.get(source)?.leadsBack,
    known: sources => {
      const old = sources.filter(source => (known.get(source)?.until ?? 0) <= clock.monotonic())
      const pending = old.map(learn)
      // An old answer stands in for the new one.
      const unknown = pending.filter((_, at) => !known.has(old[at] as string))
      return unknown.length === 0 ? undefined : Promise.all(unknown).then(() => {})
    },
  }
}

/** The addresses that the world sees of a source, as far as that is known. */
export function publicAddressesOf(
  source: string,
  { hostname, sources, found }: Egress & { readonly found: readonly { readonly address: string }[] },
): readonly string[] {
  const ofFamily = (family: 4 | 6): readonly string[] =>
    found.map(({ address }) => address).filter(address => address.includes(':') === (family === 6))
  const own = sources.filter(({ address }) => sourceOf(address) === source)
  if (own.length === 0)
    return ([4, 6] as const).flatMap(family => (systemSource(hostname, family) === source ? ofFamily(family) : []))
  return own.flatMap(({ address, publicAddress }) => {
    if (publicAddress !== undefined || isPublicAddress(address)) return [publicAddress ?? address]
    // Behind NAT, with several outside, it may be any.
    const seen = ofFamily(address.includes(':') ? 6 : 4)
    return seen.length === 1 ? seen : []
  })
}
