/**
 * WarmUp: how much a new address or sender may send to one provider, day by day.
 *
 * Policy. Only first attempts count, by recipient. A day begins with its cap and is spent in hourly slices, of which an hour
 * that was not used leaves one to the next. What of yesterday lies within the last 24 hours counts too: providers begin their days when
 * they like. After a clean day on which at least half of the cap was used it grows by two
 * fifths; it is held by a day on which some were told to come back for our volume or reputation, or complaints come in, and
 * halved by a bad one. Days on which little was sent change nothing; after thirty days of silence a quarter is left. Who may
 * send twenty thousand is known, and has no cap. What is urgent is not bound by slices, and may have a fifth more.
 *
 * Nobody is asked to know any of this: who sends fifty a day never meets it.
 *
 * Not here: which provider begins where (provider/), what is done with what has no room (flow/delivery.ts).
 */
import type { Tally, WarmUp } from '../model/standing.ts'

const HOUR_MS = 3_600_000
const HOURS = 24
const DAY_MS = HOURS * HOUR_MS
const RAISE = 1.4
const LOWER = 0.5
/** Parts of the first attempts that were deferred. */
const CLEAN = 0.02
const BAD = 0.1
/** Parts of the messages that were complained about; one alone says nothing. */
const COMPLAINED = 0.001
const COMPLAINED_MUCH = 0.003
const LEAST_COMPLAINTS = 2
export const KNOWN = 20_000
const LEAST_CAP = 20
/** No hour has less, so that a small sender may send all at once. */
const LEAST_SLICE = 60
const SLICES = 10
const SILENT_DAYS = 30
const LEFT_AFTER_SILENCE = 0.25
/** What a day leaves to the next of complaints: about a week's worth counts. */
const FADE = 6 / 7
const URGENT_MORE = 1.2
/** A few deferrals of a few messages are nothing to go by. */
const LEAST_SAMPLE = 20

export function begun(cap: number, now: number): WarmUp {
  const day = Math.floor(now / DAY_MS)
  return {
    day,
    cap,
    trend: 'begun',
    sendingDays: 0,
    sentOn: day,
    busiest: 0,
    hour: Math.floor(now / HOUR_MS),
    inHour: 0,
    before: 0,
    first: 0,
    deferred: 0,
    refused: 0,
    complaints: 0,
    recentFirst: 0,
    recentComplaints: 0,
  }
}

/** As it is at that time: a new hour, a new day. Never goes back. */
export function turned(known: WarmUp, now: number): WarmUp {
  const hour = Math.floor(now / HOUR_MS)
  // The clock was set back, or another relay's is ahead: what was counted stands.
  if (hour < known.hour - 1) {
    const day = Math.min(known.day, Math.floor(now / DAY_MS))
    return { ...known, day, hour, sentOn: Math.min(known.sentOn, day), before: 0 }
  }
  if (hour <= known.hour) return known
  const before = hour === known.hour + 1 ? known.inHour : 0
  const day = Math.floor(now / DAY_MS)
  const today = day > known.day ? nextDay(known, day) : known
  return { ...today, hour, inHour: 0, before }
}

function nextDay(known: WarmUp, day: number): WarmUp {
  const judged = judge(known)
  const sentOn = known.first > 0 ? known.day : known.sentOn
  const wasSilent = day - sentOn >= SILENT_DAYS
  const faded = FADE ** (day - known.day)
  return {
    ...known,
    ...judged,
    ...(wasSilent && {
      cap: Math.min(judged.cap, Math.max(LEAST_CAP, Math.ceil(Math.max(judged.cap, 1) * LEFT_AFTER_SILENCE))),
      trend: 'begun' as const,
    }),
    day,
    yesterday: day === known.day + 1 ? known.first : 0,
    sentOn,
    busiest: Math.round(Math.max(known.first, known.busiest * faded)),
    first: 0,
    deferred: 0,
    refused: 0,
    complaints: 0,
    recentFirst: (known.recentFirst + known.first) * faded,
    recentComplaints: (known.recentComplaints + known.complaints) * faded,
  }
}

/** What the day that ends leads to. */
function judge(known: WarmUp): Pick<WarmUp, 'cap' | 'trend' | 'sendingDays'> {
  const { cap, first, trend, sendingDays } = known
  if (first === 0) return { cap, trend, sendingDays }
  const deferred = known.deferred / Math.max(first, LEAST_SAMPLE)
  const complained = complainedPart(known)
  if (deferred > BAD || known.refused > 0 || complained > COMPLAINED_MUCH) {
    return { cap: Math.max(LEAST_CAP, Math.min(cap, Math.ceil(cap * LOWER))), trend: 'lowered', sendingDays }
  }
  if (deferred > CLEAN || complained > COMPLAINED) return { cap, trend: 'held', sendingDays }
  if (first < cap / 2) return { cap, trend, sendingDays }
  const raised = Math.ceil(cap * RAISE)
  return { cap: raised, trend: raised >= KNOWN ? 'ended' : 'raised', sendingDays: sendingDays + 1 }
}

function complainedPart(known: WarmUp): number {
  const complaints = known.recentComplaints + known.complaints
  return complaints < LEAST_COMPLAINTS ? 0 : complaints / Math.max(1, known.recentFirst + known.first)
}

export function sum(one: Tally, other: Tally): Tally {
  return {
    first: one.first + other.first,
    deferred: one.deferred + other.deferred,
    refused: one.refused + other.refused,
    complaints: one.complaints + other.complaints,
  }
}

/** With what came to pass in the hour that runs. */
export function counted(known: WarmUp, more: Tally): WarmUp {
  const { first, deferred, refused, complaints } = more
  return {
    ...known,
    first: known.first + first,
    inHour: known.inHour + first,
    deferred: known.deferred + deferred,
    refused: known.refused + refused,
    complaints: known.complaints + complaints,
  }
}

/** They took us for somebody new, or worse. */
export function coldAgain(known: WarmUp, cap: number): WarmUp {
  return known.cap <= cap ? known : { ...known, cap, trend: 'lowered' }
}

export interface Asking {
  /** Goes before all others. */
  readonly urgent?: boolean
  /** Places of this hour that are promised to others. */
  readonly promised?: number
}

/** How many recipients more may be tried for the first time now. */
export function roomFor(known: WarmUp, { urgent = false, promised = 0 }: Asking = {}): number {
  if (isKnown(known)) return Number.POSITIVE_INFINITY
  if (urgent) return Math.max(0, Math.floor(known.cap * URGENT_MORE) - known.first)
  const slice = sliceOf(known)
  const hourly = slice + Math.max(0, slice - known.before) - known.inHour
  const daily = Math.floor(known.cap - known.first - carried(known))
  return Math.max(0, Math.min(daily, hourly) - promised)
}

/** What of the day before lies within 24 hours, as if it had been sent evenly. */
function carried({ yesterday = 0, hour }: Pick<WarmUp, 'yesterday' | 'hour'>): number {
  return (yesterday * (HOURS - (hour % HOURS))) / HOURS
}

/** When the next hour with room begins for whom so many go before, if the days until then are clean. */
export function slotFor(known: WarmUp, ahead: number): number {
  let { cap, first, yesterday = 0 } = known
  let left = ahead
  for (let hour = known.hour + 1; ; hour++) {
    if (hour % HOURS === 0) {
      cap = Math.ceil(cap * RAISE)
      yesterday = first
      first = 0
    }
    const room = Math.max(0, Math.min(sliceOf({ cap }), Math.floor(cap - first - carried({ yesterday, hour }))))
    if (left < room) return hour * HOUR_MS
    left -= room
    first += room
  }
}

function isKnown({ cap }: WarmUp): boolean {
  return cap >= KNOWN
}

/** What an hour may have. */
export function sliceOf({ cap }: Pick<WarmUp, 'cap'>): number {
  return Math.max(Math.min(cap, LEAST_SLICE), Math.ceil(cap / SLICES))
}
