/**
 * Pace: what mail sites told us of our volume, obeyed: what may not go now, how much a connection bears, what a reply changes.
 *
 * Policy. What is held of a message (its sender, signature, a link, its Message-ID) is held at the site that said so, and waits
 * there without an attempt. What a reply asks is done to whom it names, and to nobody else; where it names nobody, to what the
 * refused message shows.
 *
 * Not here: which reply asks what (outcome/), how wide a lane is (schedule/), from which address mail leaves (sources.ts).
 */
import type { Effect } from '../model/effect.ts'
import type { Evidence } from '../model/evidence.ts'
import { type Fact, ofMessage } from '../model/fact.ts'
import { type Failure, reasonOf } from '../model/failure.ts'
import type { Job } from '../model/job.ts'
import type { MessageContent } from '../model/message.ts'
import type { Lane } from '../model/parcel.ts'
import type { SiteLimits } from '../model/route.ts'
import { type StandingKey, splitKey } from '../model/standing.ts'
import { firstDayAt } from '../provider/index.ts'
import { coldAgain } from '../reputation/index.ts'
import type { Standings } from '../schedule/index.ts'
import { openMessageRests } from './message-rests.ts'
import { shownNames } from './shown-names.ts'

/** Why nothing of a message goes out now. */
export interface Wait {
  readonly site: string
  readonly until: number
  readonly because: string
}

export interface PacePort {
  /** What of a message is held at a site. */
  held(site: string, job: Job, content: MessageContent): Wait | undefined | Promise<Wait | undefined>
  /** What the lane proved to bear, where that is less. */
  limits(lane: Lane, limits: SiteLimits): SiteLimits
  /** That a message waits is told once. */
  tell(job: Job, wait: Wait): void
  /** @returns whether another connection may go on at once */
  obey(told: Told): boolean | Promise<boolean>
}

/** What a lane said of a message. */
export interface Told {
  readonly lane: Lane
  readonly job: Job
  readonly content: MessageContent
  readonly failures: readonly Failure[]
  readonly seen: Evidence
}

export interface PacePorts {
  readonly standings: Standings
  readonly clock: { now(): number }
  readonly recorder: { record(fact: Fact): void }
}

/** A limit that a site proved to have is tried again after a day. */
const LEARNT_MS = 86_400_000
/** Of those that were told so many are remembered: one that waits long is told again. */
const MOST_TOLD = 20_000

/** What may be held of a message: keys that the envelope shows, and those that are looked for in its content. */
interface Asked {
  readonly site: string
  readonly plain: readonly StandingKey[]
  readonly ofContent: readonly StandingKey[]
  readonly content: MessageContent
}

/** For mail that goes nowhere. */
export const noPace: PacePort = {
  held: () => undefined,
  limits: (_, limits) => limits,
  tell: () => {},
  obey: () => false,
}

export function openPace(ports: PacePorts): PacePort {
  const { standings, clock } = ports
  const rests = openMessageRests(ports)
  return {
    held: (site, job, content) => {
      if (!standings.knows(site)) return undefined
      const { reversePath, facts } = job
      const plain: readonly StandingKey[] = [
        ...(reversePath === null ? [] : [`sender ${reversePath.domain}` as const]),
        `message-id ${facts.messageId}`,
      ]
      const ofContent = standings.contentRestsOf(site)
      return ofContent.length === 0 ? heldBy(site, plain) : heldContent({ site, plain, ofContent, content })
    },
    limits: (lane, limits) => learntLimits(standings, lane, limits),
    tell: teller(ports),
    obey: told => (told.failures.some(({ effects }) => effects !== undefined) ? obey(told) : false),
  }

  function heldBy(site: string, keys: readonly StandingKey[]): Wait | undefined {
    const held = rests.held(site, keys)
    return held && { site, until: held.until, because: held.because }
  }

  async function heldContent({ site, plain, ofContent, content }: Asked): Promise<Wait | undefined> {
    const shown = await shownNames(content)
    const found = ofContent.filter(key => {
      const [on, name] = splitKey(key)
      return on === 'signer' ? shown.signers.includes(name) : shown.linksTo(name)
    })
    return heldBy(site, [...plain, ...found])
  }

  async function obey({ lane, job, content, failures, seen }: Told): Promise<boolean> {
    const { site, source } = lane
    let goesOn = false
    for (const failure of failures) {
      for (const effect of failure.effects ?? []) {
        const { measure } = effect
        if (measure.kind === 'reconnect') {
          goesOn = learnConnection({ site, source }, seen) || goesOn
        } else if (measure.kind === 'cold-again') {
          forget(standings, { site, source })
        } else if (measure.kind === 'rest' && effect.on !== 'site' && effect.on !== 'source') {
          const told = { forMs: measure.forMs, because: reasonOf(failure) }
          for (const key of await keysOf(effect, job, content)) rests.rest(site, key, told)
        }
      }
    }
    return goesOn
  }

  /** What it served is what it bears. On the first message of a connection that says nothing. */
  function learnConnection({ site, source }: Lane, { served = 0 }: Evidence): boolean {
    if (served < 1) return false
    // One that was let in before this was known found out the same, later.
    const known = standings.learntOf(site, laneKey(source))?.messagesPerConnection ?? served
    const messagesPerConnection = Math.min(known, served)
    standings.learn(site, laneKey(source), { until: clock.now() + LEARNT_MS, messagesPerConnection })
    return true
  }
}

/** Its volume begins anew. */
function forget(standings: Standings, { site, source }: Lane): void {
  const cap = firstDayAt(site)
  if (cap === undefined) return
  standings.change(site, laneKey(source), known =>
    known.warmUp === undefined ? known : { ...known, warmUp: coldAgain(known.warmUp, cap) },
  )
}

function learntLimits(standings: Standings, { site, source }: Lane, limits: SiteLimits): SiteLimits {
  const learnt = standings.knows(site) ? standings.learntOf(site, laneKey(source)) : undefined
  if (learnt === undefined) return limits
  const { connections = limits.connections, messagesPerConnection = limits.messagesPerConnection } = learnt
  return {
    ...limits,
    connections: Math.min(limits.connections, connections),
    messagesPerConnection: Math.min(limits.messagesPerConnection, messagesPerConnection),
  }
}

function teller({ clock, recorder }: PacePorts): PacePort['tell'] {
  const told = new Set<string>()
  return (job, { site, until, because }) => {
    const name = `${job.messageId} ${job.domain}`
    if (told.has(name)) return
    if (told.size >= MOST_TOLD) told.clear()
    told.add(name)
    const at = clock.now()
    recorder.record({ kind: 'waiting', ...ofMessage(job, at), domain: job.domain, site, until, because })
  }
}

async function keysOf({ on, name }: Effect, job: Job, content: MessageContent): Promise<readonly StandingKey[]> {
  if (on === 'site') return []
  if (name !== undefined) return [`${on} ${name}`]
  switch (on) {
    case 'sender':
      return job.reversePath === null ? [] : [`sender ${job.reversePath.domain}`]
    case 'message-id':
      return job.facts.messageId === '' ? [] : [`message-id ${job.facts.messageId}`]
    case 'signer':
      return (await shownNames(content)).signers.map((domain): StandingKey => `signer ${domain}`)
    case 'link':
    case 'source':
      return []
  }
  return on satisfies never
}

function laneKey(source: string | undefined): StandingKey {
  return source === undefined ? 'site' : `source ${source}`
}
