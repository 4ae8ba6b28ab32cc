/**
 * Sources: from which of our addresses the mail of a job leaves, and why from that one.
 *
 * Policy.
 * - Each domain has an order of our addresses of its own, and takes the first: greylisting knows us by it. Mail that names a pool
 *   leaves from the addresses of that pool; other mail from those that have none.
 * - One that a mail site has refused, that this machine has lost, or whose reverse name does not lead back to it where the provider
 *   demands that, is passed over, there alone; hops that only such a one could reach are left out while others are left.
 * - One that has no room in its warm-up is passed over for one that has: each grows within its own.
 * - When nothing is left, the first is taken: to say what is wrong is the doctor's, and mail must not wait for a mistake of ours.
 * - An address that is lost is told once, and looked for now and then; no message is tried with it until this machine has it again.
 *
 * Not here: the order (route/hosts.ts), who refuses (pace.ts), the reverse names (reverse-names.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import type { Departure, SourceReason } from '../model/egress.ts'
import type { Fact } from '../model/fact.ts'
import type { Job } from '../model/job.ts'
import type { Hop, Route } from '../model/route.ts'
import { wantsReverseName } from '../provider/index.ts'
import type { Standings } from '../schedule/index.ts'
import type { ReverseNames } from './reverse-names.ts'

export interface SourcesPort {
  /**
   * The hops of a route, each from the address of ours that it is to leave from.
   * @param hasRoom whether one may be tried with the job now
   */
  choose(
    route: Pick<Route, 'site' | 'hops' | 'via'>,
    job: Pick<Job, 'pool'>,
    hasRoom: (source: string | undefined) => boolean,
  ): readonly Hop[] | Promise<readonly Hop[]>
  /** This machine has the address no more: nothing leaves from there for a while, wherever it goes. */
  lose(source: string, address: string): void
  close(): void
}

export interface SourcesPorts {
  readonly standings: Pick<Standings, 'restOf'>
  readonly clock: Pick<Clock, 'now' | 'after'>
  /** Why this machine cannot bind to an address; undefined: it can. */
  readonly bindProblem: (address: string) => Promise<string | undefined>
  readonly recorder: { record(fact: Fact): void }
  /** @default nobody asks */
  readonly reverseNames?: ReverseNames | undefined
}

/** An address that this machine has lost is looked for again after that. */
const LOOK_EVERY_MS = 60_000

/** For mail that goes nowhere. */
export const noSources: SourcesPort = { choose: ({ hops }) => hops, lose: () => {}, close: () => {} }

type Choice = Parameters<SourcesPort['choose']>
type Out = Exclude<SourceReason, 'own' | 'overflow'>

export function openSources({ standings, clock, recorder, bindProblem, reverseNames }: SourcesPorts): SourcesPort {
  /** How to stop looking for each that is lost. */
  const lost = new Map<string, () => void>()
  const outBecause = ({ site, via }: Choice[0], { source = '', localAddress = '' }: Departure): Out | undefined => {
    if (lost.has(localAddress)) return 'lost'
    if (standings.restOf(site, `source ${source}`)?.moves === true) return 'refused'
    return via !== 'smarthost' && wantsReverseName(site) && reverseNames?.leadsBack(source) === false
      ? 'reverse-name'
      : undefined
  }

  const choose = (route: Choice[0], { pool }: Choice[1], hasRoom: Choice[2]): readonly Hop[] => {
    const out = (departure: Departure): Out | undefined => outBecause(route, departure)
    const chosen = inPool(route.hops, pool).map(ways => from(ways, out, hasRoom))
    // What only such an address could reach is no way, while there is another: the other family is.
    const good = chosen.filter(({ because }) => because === undefined || because === 'warm-up')
    return (good.length > 0 ? good : chosen).map(({ hop }) => hop)
  }

  return {
    choose: (route, job, hasRoom) => {
      const known =
        route.via !== 'smarthost' && wantsReverseName(route.site)
          ? reverseNames?.known(sourcesOf(route.hops))
          : undefined
      return known === undefined ? choose(route, job, hasRoom) : known.then(() => choose(route, job, hasRoom))
    },
    lose: (source, address) => {
      if (lost.has(address)) return
      lookLater(source, address)
      recorder.record({ kind: 'source-lost', at: clock.now(), source, address })
    },
    close: () => {
      for (const stop of lost.values()) stop()
      lost.clear()
    },
  }

  function lookLater(source: string, address: string): void {
    const look = async (): Promise<void> => {
      const problem = await bindProblem(address)
      if (!lost.has(address)) return
      if (problem !== undefined) return lookLater(source, address)
      lost.delete(address)
      recorder.record({ kind: 'source-found', at: clock.now(), source, address })
    }
    lost.set(address, clock.after(LOOK_EVERY_MS, look, { idle: true }))
  }
}

interface Ways {
  readonly hop: Hop
  /** The domain's own first; never empty. */
  readonly departures: readonly Departure[]
}

function departuresOf({ departure, otherDepartures = [] }: Hop): readonly Departure[] {
  return [departure, ...otherDepartures]
}

function sourcesOf(hops: readonly Hop[]): readonly string[] {
  return [...new Set(hops.flatMap(departuresOf).flatMap(({ source }) => source ?? []))]
}

/** The hops that can be reached from addresses of the pool; where the pool has none at all, as if none was named. */
function inPool(hops: readonly Hop[], pool: string | undefined): readonly Ways[] {
  const fitting = (fits: (departure: Departure) => boolean): readonly Ways[] =>
    hops.flatMap(hop => {
      const departures = departuresOf(hop).filter(fits)
      return departures.length === 0 ? [] : [{ hop, departures }]
    })
  const own = fitting(departure => departure.pool === pool)
  if (own.length > 0) return own
  const ofNobody = fitting(departure => departure.pool === undefined)
  return ofNobody.length > 0 ? ofNobody : fitting(() => true)
}

/** @returns the hop from the first that is not out; what is out for want of room goes before what is out for worse */
function from(
  { hop, departures }: Ways,
  out: (departure: Departure) => Out | undefined,
  hasRoom: Choice[2],
): { readonly hop: Hop; readonly because: Out | undefined } {
  const [first] = departures as readonly [Departure, ...Departure[]]
  // Where there is no other, its room decides nothing here.
  if (departures.length === 1) return { because: out(first), hop: { ...withOthers(hop, []), departure: first } }
  const whys = departures.map(each => out(each) ?? (hasRoom(each.source) ? undefined : 'warm-up'))
  const free = whys.indexOf(undefined)
  const at = free >= 0 ? free : Math.max(0, whys.indexOf('warm-up'))
  const taken = departures[at] as Departure
  const others = departures.filter(each => each !== taken)
  const why = at === 0 ? 'own' : (whys[0] ?? 'own')
  return { because: whys[at], hop: { ...withOthers(hop, others), departure: { ...taken, because: why } } }
}

function withOthers({ otherDepartures: _, ...hop }: Hop, others: readonly Departure[]): Hop {
  return others.length === 0 ? hop : { ...hop, otherDepartures: others }
}
