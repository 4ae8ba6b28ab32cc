/**
 * Moment: when to send, in ISO 8601 or as people write it: `in 1 min`, `tomorrow at 9am`, `Friday at 3pm ET`.
 *
 * Policy. What cannot be read is refused: a guess would send at the wrong hour. A time of day without a zone is UTC, a weekday is the
 * next one to come, and one hour that a change of the clock leaves out is taken by the offset before it.
 */

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^s(?:ec(?:ond)?s?)?$/, 1000],
  [/^m(?:in(?:ute)?s?)?$/, 60_000],
  [/^h(?:(?:ou)?rs?)?$/, 3_600_000],
  [/^d(?:ays?)?$/, 86_400_000],
  [/^w(?:eeks?)?$/, 7 * 86_400_000],
]
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
/** As Americans write them; each stands for the time that is in force there. */
const ZONES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    et: 'America/New_York',
    est: 'America/New_York',
    edt: 'America/New_York',
    ct: 'America/Chicago',
    cst: 'America/Chicago',
    cdt: 'America/Chicago',
    mt: 'America/Denver',
    mst: 'America/Denver',
    mdt: 'America/Denver',
    pt: 'America/Los_Angeles',
    pst: 'America/Los_Angeles',
    pdt: 'America/Los_Angeles',
    utc: 'UTC',
    gmt: 'UTC',
    z: 'UTC',
  }),
)
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s*(?:Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i
const RELATIVE = /^in\s+(an?|\d{1,6})\s*([a-z]+)$/
const DAY = /^(today|tomorrow|(?:(?:next|on)\s+)?[a-z]+day)(?:\s+at\s+|\s+)(.+)$/
const TIME = /^(noon|midnight|(\d{1,2})(?::(\d\d))?\s*([ap]\.?m\.?)?)(?:\s+(\S+))?$/

/** Undefined when it cannot be read. */
export function readMoment(text: string, now: number): number | undefined {
  const trimmed = text.trim()
  if (ISO.test(trimmed)) return readIso(trimmed)
  const words = trimmed.toLowerCase().replace(/\s+/g, ' ')
  const [, count, unit = ''] = RELATIVE.exec(words) ?? []
  if (count !== undefined) {
    const ms = UNITS.find(([form]) => form.test(unit))?.[1]
    return ms === undefined ? undefined : now + ms * (count.startsWith('a') ? 1 : Number(count))
  }
  const [, day = '', rest = ''] = DAY.exec(words) ?? []
  const time = TIME.exec(rest)
  return day === '' || time === null ? undefined : readDay(day, time, now)
}

function readIso(text: string): number | undefined {
  const normal = text.replace(' ', 'T').replace(',', '.').replace(/\s+/g, '').replace(/UTC$/i, 'Z')
  const offset = normal.replace(/([+-]\d\d)$/, (all, hours, at: number) => (at > 10 ? `${hours}:00` : all))
  const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(offset) || !offset.includes('T') ? offset : `${offset}Z`
  const at = Date.parse(zoned.toUpperCase())
  return Number.isNaN(at) || !isDay(normal) ? undefined : at
}

/** The 30th of February is no day, and is not taken for the 2nd of March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
}

function readDay(day: string, [, word, hour, minute = '0', half, zoneName]: RegExpExecArray, now: number) {
  const zone = zoneName === undefined ? 'UTC' : zoneOf(zoneName)
  const minutes = minutesOf(word ?? '', Number(hour), Number(minute), half)
  if (zone === undefined || minutes === undefined) return undefined
  const today = wallClock(now, zone)
  const ahead = daysAhead(day, new Date(today).getUTCDay())
  if (ahead === undefined) return undefined
  const midnight = Math.floor(today / 86_400_000) * 86_400_000
  const at = instantOf(midnight + ahead * 86_400_000 + minutes * 60_000, zone)
  const isWeekday = day !== 'today' && day !== 'tomorrow'
  return isWeekday && at <= now ? instantOf(midnight + (ahead + 7) * 86_400_000 + minutes * 60_000, zone) : at
}

function daysAhead(day: string, today: number): number | undefined {
  if (day === 'today') return 0
  if (day === 'tomorrow') return 1
  const isNext = day.startsWith('next ')
  const wanted = WEEKDAYS.indexOf(day.replace(/^(?:next|on) /, ''))
  if (wanted < 0) return undefined
  const ahead = (wanted - today + 7) % 7
  return isNext && ahead === 0 ? 7 : ahead
}

function minutesOf(word: string, hour: number, minute: number, half: string | undefined): number | undefined {
  if (word === 'noon') return 720
  if (word === 'midnight') return 0
  const most = half === undefined ? 23 : 12
  if (hour > most || minute > 59 || (half !== undefined && hour === 0)) return undefined
  // A bare number is no time of day: 9 may be either half.
  if (half === undefined && !word.includes(':')) return undefined
  return (half === undefined ? hour : (hour % 12) + (half.startsWith('p') ? 12 : 0)) * 60 + minute
}

function zoneOf(name: string): string | undefined {
  const zone = ZONES.get(name) ?? (name.includes('/') ? name : undefined)
  if (zone === undefined) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    // A zone that nobody knows.
    return undefined
  }
}

/** What the clocks there show at that moment, as if it were UTC. */
function wallClock(at: number, zone: string): number {
  const form = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(form.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function instantOf(wall: number, zone: string): number {
  const first = wall - (wallClock(wall, zone) - wall)
  return wall - (wallClock(first, zone) - first)
}
