/**
 * Judge: what a simulated provider says to a connection, a sender, a recipient and a message.
 *
 * Policy. Everything hidden is drawn once, from a seed: the same seed and the same mail at the same times give the same answers.
 * Memory is bounded: of so many addresses, domains and triplets the oldest are forgotten, and are strangers then.
 *
 * Not here: sockets (simulate-provider.ts), what is counted of somebody (standing.ts), who says what (table.ts).
 */
import { type Random, seededRandom } from '../../ambient/random.ts'
import type { Behaviour, Counted, Moment, Quota, Range, Said } from './behaviour.ts'
import { type DrawnQuota, Standing, type Temper, TRUSTED } from './standing.ts'

/** What of our side the provider finds out, or is told. */
export interface Findings {
  readonly authentication: 'pass' | 'fail'
  readonly reverseName: 'pass' | 'fail'
  readonly blocked: readonly string[]
  readonly known: readonly string[]
}

/** Who asks, as far as it is known. */
export interface Asked {
  readonly address: string
  readonly now: number
  readonly tls?: boolean
  readonly sender?: string
  readonly signer?: string | undefined
  /** Of this connection, from 1. */
  readonly transaction?: number
}

/** What was drawn. */
export interface Hidden {
  /** Connections of one address that it bears at once. */
  readonly connections: number
  /** Messages that it takes of one connection. */
  readonly perConnection: number
  /** How many recipients an address or domain may have in a span of time, and how that grows. */
  readonly quotas: readonly (Pick<Quota, 'of' | 'perMs' | 'at'> & DrawnQuota)[]
  /** How long a stranger has to wait before a second try is taken; undefined: it does not greylist. */
  readonly greylistMs: number | undefined
  /** When its days begin, and how fast trust is lost and won. */
  readonly temper: Temper
}

/** A reply, or to hang up. */
export type Judgement = string | 'close' | undefined

const MOST_NAMES = 10_000
const MOST_TRIPLETS = 50_000
const DAY_MS = 86_400_000

export class Judge {
  readonly hidden: Hidden
  readonly #behaviour: Behaviour
  readonly #findings: Findings
  readonly #random: Random
  readonly #standings = new Map<string, Standing>()
  readonly #greylist = new Map<string, number>()
  readonly #open = new Map<string, number>()

  constructor(behaviour: Behaviour, findings: Findings, seed: number) {
    this.#behaviour = behaviour
    this.#findings = findings
    this.#random = seededRandom(seed)
    this.hidden = this.#drawn()
  }

  connect(asked: Asked): Judgement {
    const { address } = asked
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1)
    const { allowList } = this.#behaviour
    if (allowList !== undefined && !this.#findings.known.includes(address)) return allowList.reply
    return this.#meets('CONNECT', asked)
  }

  disconnect(address: string): void {
    const left = (this.#open.get(address) ?? 1) - 1
    if (left > 0) this.#open.set(address, left)
    else this.#open.delete(address)
  }

  mail(asked: Asked): Judgement {
    const { tls, perConnection } = this.#behaviour
    if (tls !== undefined && asked.tls === false) return tls.reply
    if ((asked.transaction ?? 1) > this.hidden.perConnection && perConnection.at !== 'MESSAGE')
      return perConnection.reply ?? 'close'
    return this.#meets('MAIL', asked)
  }

  /** @param before how many recipients of this transaction were taken already */
  rcpt(asked: Asked, recipient: string, before = 0): Judgement {
    const { greylist, unknownUser, fullMailbox } = this.#behaviour
    const found = this.#meets('RCPT', asked, before + 1)
    if (found !== undefined) return found
    if (unknownUser.at === 'RCPT' && isUnknown(recipient)) return this.#unknown(asked, unknownUser)
    if (fullMailbox.at === 'RCPT' && isFull(recipient)) return fullMailbox.reply
    if (greylist !== undefined && this.#isNew(asked, recipient)) return greylist.reply
    return undefined
  }

  message(asked: Asked, recipients: readonly string[]): Judgement {
    const { unknownUser, fullMailbox, unauthenticated } = this.#behaviour
    if (unauthenticated !== undefined && this.#findings.authentication === 'fail') return unauthenticated.reply
    const found = this.#meets('MESSAGE', asked, recipients.length)
    if (found !== undefined) return found
    if (unknownUser.at === 'MESSAGE' && recipients.some(isUnknown)) return this.#unknown(asked, unknownUser)
    if (fullMailbox.at === 'MESSAGE' && recipients.some(isFull)) return fullMailbox.reply
    for (const whom of ['address', 'sender', 'signer'] as const)
      this.#standing(whom, asked)?.take(recipients.length, asked.now)
    return undefined
  }

  /** Whether somebody complains of what was just taken. */
  complains(part: number, asked: Asked): boolean {
    if (this.#random() >= part) return false
    for (const whom of ['address', 'sender'] as const) this.#standing(whom, asked)?.note('complaints', asked.now)
    return true
  }

  /** From 1 downwards; below a fifth nothing is taken. */
  trust(of: Counted, asked: Asked): number {
    return this.#standing(of, asked)?.trustAt(asked.now) ?? 1
  }

  /** What stands against who asks at this moment of the session. */
  #meets(at: Moment, asked: Asked, count = 1): Judgement {
    const { blocked, noReverseName, connections, distrusted, quotas } = this.#behaviour
    if (blocked.at === at && this.#findings.blocked.includes(asked.address)) return blocked.reply
    if (noReverseName?.at === at && this.#findings.reverseName === 'fail') return noReverseName.reply
    if (connections.at === at && (this.#open.get(asked.address) ?? 0) > this.hidden.connections) {
      this.#standing('address', asked)?.note('knocks', asked.now)
      return connections.reply
    }
    for (const [of, said] of Object.entries(distrusted) as [Counted, Said][])
      if (said.at === at && this.trust(of, asked) < TRUSTED) return said.reply
    const places = new Map<Counted, number>()
    for (const quota of quotas) {
      const place = places.get(quota.of) ?? 0
      places.set(quota.of, place + 1)
      // Of those under way together each was let in; no more is taken all the same.
      const isAsked = quota.at === at || at === 'MESSAGE'
      if (isAsked && this.#standing(quota.of, asked)?.isOver(place, count, asked.now)) return quota.reply
    }
    return undefined
  }

  /** Names that it knows something of. */
  get remembered(): number {
    return this.#standings.size + this.#greylist.size
  }

  #unknown(asked: Asked, { reply }: Said): string {
    this.#standing('address', asked)?.note('unknown', asked.now)
    return reply
  }

  /** The first time somebody writes to somebody; who comes back after the wait is let in, and known for a month. */
  #isNew({ address, sender, now }: Asked, recipient: string): boolean {
    const name = `${networkOf(address)} ${sender} ${recipient}`
    const seen = this.#greylist.get(name)
    const wait = this.hidden.greylistMs ?? 0
    if (seen !== undefined && now - seen < 30 * DAY_MS) return now - seen < wait
    bound(this.#greylist, MOST_TRIPLETS).set(name, now)
    return true
  }

  #standing(of: Counted, { address, sender, signer, now }: Asked): Standing | undefined {
    const whose = { address: networkOf(address), sender, signer }[of]
    if (whose === undefined || whose === '') return undefined
    const name = `${of} ${whose}`
    const known = this.#standings.get(name)
    if (known !== undefined) return known
    const quotas = this.hidden.quotas.filter(quota => quota.of === of)
    const standing = new Standing(quotas, this.hidden.temper, now)
    bound(this.#standings, MOST_NAMES).set(name, standing)
    return standing
  }

  #drawn(): Hidden {
    const { connections, perConnection, quotas, greylist } = this.#behaviour
    const draw = (range: Range): number => drawn(range, this.#random)
    return {
      connections: Math.round(draw(connections.most)),
      perConnection: Math.round(draw(perConnection.most)),
      quotas: quotas.map(({ of, perMs, at, first, growth, restMs }) => ({
        of,
        perMs,
        at,
        first: Math.round(draw(first)),
        growth: growth === undefined ? 0 : draw(growth),
        restMs: Math.round(draw(restMs)),
      })),
      greylistMs: greylist && Math.round(draw(greylist.waitMs)),
      temper: {
        offsetMs: Math.floor(this.#random() * DAY_MS),
        shrink: draw([0.5, 0.8]),
        forgive: draw([0.7, 0.9]),
      },
    }
  }
}

function drawn([least, most]: Range, random: Random): number {
  return least * (most / least) ** random()
}

/** The oldest goes for the newest. */
function bound<T>(map: Map<string, T>, most: number): Map<string, T> {
  const [oldest] = map.keys()
  if (map.size >= most && oldest !== undefined) map.delete(oldest)
  return map
}

/** An IPv4 address, or the /64 of an IPv6 one. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')].slice(0, 4).join(':')
}

function isUnknown(recipient: string): boolean {
  return /^unknown/i.test(recipient)
}

function isFull(recipient: string): boolean {
  return /^full/i.test(recipient)
}
