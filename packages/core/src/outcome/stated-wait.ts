/**
 * Stated wait: the time that a reply itself asks us to wait.
 *
 * Policy. Read only beside words about coming back, so that a year, a size or a ticket number is not taken for it. Of a
 * range ("5 to 10 minutes") the longer one is read. Never more than a day: a stranger does not park our mail.
 */
import { DAY, HOUR, MINUTE, SECOND } from './rule.ts'

const COME_BACK =
  /again|retry|retrying|later|wait|back|gr[ea]y-?list|defer|delay|see you|erneut|nochmal|sp[äa]ter|warten|r[ée]ess|plus tard|nouveau|intent|m[áa]s tarde|riprov|pi[ùu] tardi|tente|mais tarde|opnieuw|ponown|później|повтор|позже/i

/** `five`, `twenty-five`, `half an`: what stands before the unit, and how much it is. */
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  'half an': 0.5,
  'half a': 0.5,
  an: 1,
  a: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  'twenty-five': 25,
  thirty: 30,
  forty: 40,
  'forty-five': 45,
  fifty: 50,
  sixty: 60,
  ninety: 90,
}
/** A word stands apart from what follows it: "and" is not "an d". */
const NUMBER = `\\d{1,6}|(?:${Object.keys(NUMBER_WORDS)
  .sort((a, b) => b.length - a.length)
  .map(word => word.replace('-', '[- ]?'))
  .join('|')})(?=[ -])`

/** The beginnings of the units' names, in the languages of replies. */
const UNITS: readonly (readonly [pattern: string, ms: number])[] = [
  ['secs?|seconds?|sekunden?|secondes?|segundos?|secondi|секунд\\p{L}*|s', SECOND],
  ['mins?|minuten?|minutes?|minutos?|minut[aiyę]?|minuti|минут\\p{L}*|分钟?|m', MINUTE],
  ['hrs?|hours?|stunden?|heures?|horas?|or[ae]|u(?:ur|ren)|godzin\\p{L}*|час\\p{L}*|小时|時間|h', HOUR],
  ['days?|tage?n?|jours?|d[ií]as?|giorn[io]|dagen|dni|д(?:ень|ня|ней)|d', DAY],
]
const BEFORE =
  '(?:(?:^|[^\\p{L}])(?:in|after|for|within|wait|back|next|dans|apr[èe]s|nach|en|despu[ée]s de|dentro de|tra|fra|em|over|na|za|через)(?![\\p{L}])[^\\d]{0,20}?|\\()'
const RANGE = `(?:(?:\\d{1,6} ?[-–]|(?:${NUMBER}) (?:to|or|bis|à|a)) ?)?`
const SPAN = new RegExp(
  `${BEFORE}${RANGE}(?<![\\p{L}])(${NUMBER})[ -]?(${UNITS.map(([pattern]) => `(?:${pattern})`).join('|')})(?![\\p{L}\\d])`,
  'iu',
)
/** `see you in 00:04:55` */
const CLOCK = /\b(?:in|for|after)\s+(\d{1,2}):(\d{2}):(\d{2})\b/i
const UNIT_TESTS = UNITS.map(([pattern, ms]) => [new RegExp(`^(?:${pattern})$`, 'iu'), ms] as const)

/** In ms, or undefined when the text names no time. */
export function statedWait(text: string): number | undefined {
  if (!COME_BACK.test(text)) return undefined
  const clock = CLOCK.exec(text)
  if (clock !== null) {
    return bounded(Number(clock[1]) * HOUR + Number(clock[2]) * MINUTE + Number(clock[3]) * SECOND)
  }
  const [, amount = '', unit = ''] = SPAN.exec(text) ?? []
  const ms = UNIT_TESTS.find(([pattern]) => pattern.test(unit))?.[1] ?? 0
  return bounded(numberOf(amount.toLowerCase()) * ms)
}

function numberOf(amount: string): number {
  return /^\d/.test(amount) ? Number(amount) : (NUMBER_WORDS[amount] ?? NUMBER_WORDS[amount.replace(' ', '-')] ?? 0)
}

function bounded(ms: number): number | undefined {
  return ms > 0 ? Math.min(ms, DAY) : undefined
}
