/**
 * Replay: events that an endpoint has passed, told to it again.
 *
 * Policy. They are parked, and the relay that tells the endpoint finds them there: within some seconds it tells them
 * beside what is new, with the ids that they had, so that a receiver can leave out what it has. Only events that the endpoint
 * asks for are told, only what the queue still keeps, and no more than may be parked.
 *
 * Not here: who asks (webhooks.ts), telling (tenure.ts).
 */
import { type Mailer, MailerError } from '@postrider/core'
import { type Endpoint, originOf, wants } from './endpoint.ts'
import { BEGINNING, numberOf, type Place, placeOf, readPlace } from './place.ts'
import { MOST_PARKED, type Parked, type Records } from './records.ts'

/** Events after `after` and up to `through`. */
export interface Replayed {
  /** The place right before the first event. */
  readonly after: Place
  /** The place of the last event. */
  readonly through: Place
  /** How many of them will be told again. */
  readonly events: number
}

/** Places, ids of events, or moments such as 2026-11-30T10:00Z. */
export interface ReplayRange {
  readonly after?: string | undefined
  readonly through?: string | undefined
  /** Like `through`, without the event itself. */
  readonly before?: string | undefined
}

export interface ReplayPorts {
  readonly records: Records
  readonly mailer: Pick<Mailer, 'readFacts' | 'newestFact'>
  readonly now: () => number
}

const PAGE = 500

/** @param typed without anything in it what was dropped @throws MailerError `not-possible`, `invalid-option` */
export async function replay(endpoint: Endpoint, typed: ReplayRange, ports: ReplayPorts): Promise<readonly Replayed[]> {
  const { records } = ports
  const { id } = endpoint
  const standing = await records.standing(id)
  if (standing === undefined) throw impossible(`nothing was ever sent to ${originOf(endpoint)}`, 'start the relay')
  const range = await readRange(typed, ports)
  const dropped = range === undefined ? await records.dropped(id) : []
  const ranges = range === undefined ? dropped : [{ after: range.after, through: range.through ?? standing.place }]
  let room = MOST_PARKED - standing.parked
  const done: Replayed[] = []
  for (const { after, through } of ranges) {
    // What it has not been told yet it will be told anyway.
    const last = through > standing.place ? standing.place : through
    const told = await park(endpoint, { after, through: last, room }, ports)
    room -= told
    done.push({ after, through: last, events: told })
  }
  await records.undrop(id, dropped)
  return done
}

async function park(
  endpoint: Endpoint,
  { after, through, room }: { readonly after: Place; readonly through: Place; readonly room: number },
  { records, mailer, now }: ReplayPorts,
): Promise<number> {
  const since = now()
  let count = 0
  for (let at = numberOf(after); ; ) {
    const page = await mailer.readFacts({ after: at, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined) return count
    const wanted = page.filter(({ number, fact }) => placeOf(number) <= through && wants(endpoint, fact))
    if (count + wanted.length > room)
      throw impossible(
        `more than ${MOST_PARKED} events would wait for one endpoint; ${count} of these do already`,
        'replay a smaller range, or wait until those are sent',
      )
    await records.replay(
      endpoint.id,
      wanted.map(({ number }): Parked => ({ ...beside(number), since, attempts: 0, due: since })),
    )
    count += wanted.length
    at = last.number
    if (placeOf(at) >= through) return count
  }
}

function beside(number: number): Pick<Parked, 'place' | 'after'> {
  return { place: placeOf(number), after: placeOf(number - 1) }
}

async function readRange(
  typed: ReplayRange,
  { mailer }: ReplayPorts,
): Promise<{ readonly after: Place; readonly through: Place | undefined } | undefined> {
  const { after, through, before } = typed
  if (through !== undefined && before !== undefined)
    throw new MailerError('invalid-option', 'through and before both say where it ends', {
      where: 'before',
      fix: 'give one of them',
    })
  if (after === undefined && through === undefined && before === undefined) return undefined
  const end = through ?? before
  return {
    after: after === undefined ? BEGINNING : await placeIn(after, 'after', mailer),
    through: end === undefined ? undefined : await placeIn(end, through === undefined ? 'before' : 'through', mailer),
  }
}

/** Up to where the events are that are meant. */
async function placeIn(text: string, where: keyof ReplayRange, mailer: ReplayPorts['mailer']): Promise<Place> {
  const place = readPlace(text)
  if (place !== undefined) return where === 'before' ? placeOf(Math.max(0, numberOf(place) - 1)) : place
  const moment = /^\d{4}-\d\d-\d\d(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN
  // After a moment is with its own events, through it too, before it is without.
  if (!Number.isNaN(moment)) return lastBefore(where === 'through' ? moment + 1 : moment, mailer)
  throw new MailerError(
    'invalid-option',
    `${where}: found ${JSON.stringify(text)}, wanted a place or the id of an event`,
    {
      where,
      found: text,
      wanted: 'a place such as 0000000000000042, the id of an event, or a moment such as 2026-11-30T10:00Z',
    },
  )
}

/** The log is in the order of time, but for a clock that was set: looked up by halves. */
async function lastBefore(moment: number, mailer: ReplayPorts['mailer']): Promise<Place> {
  let low = 0
  let high = await mailer.newestFact()
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [next] = await mailer.readFacts({ after: middle, limit: 1 })
    if (next === undefined || next.fact.at >= moment) high = middle
    else low = next.number
  }
  return placeOf(low)
}

function impossible(message: string, fix: string): MailerError {
  return new MailerError('not-possible', message, { where: 'relay.webhooks', fix })
}
