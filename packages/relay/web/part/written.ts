/**
 * Written: numbers, sizes, times and lists as the language and the place of the reader have them.
 */
import { language } from '../language/chosen.ts'
import { say } from '../language/say.ts'

/** Made when it is first wanted: the language is settled by then. */
function once<Made>(make: (language: string) => Made): () => Made {
  const kept: { made?: Made } = {}
  return () => {
    kept.made ??= make(language())
    return kept.made
  }
}

const dates = (options: Intl.DateTimeFormatOptions) =>
  once(tag => new Intl.DateTimeFormat(tag, { hourCycle: 'h23', ...options }))

const NUMBER = once(tag => new Intl.NumberFormat(tag))
const DAY_AND_TIME = dates({ dateStyle: 'medium', timeStyle: 'medium' })
const TIME = dates({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = dates({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const HOUR_OF_DAY = dates({ hour: '2-digit', minute: '2-digit' })
/** Days are counted by UTC, wherever one is. */
const DAY_OF_YEAR = dates({ day: 'numeric', month: 'short', timeZone: 'UTC' })
const AGO = once(tag => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'narrow' }))
const LIST = once(tag => new Intl.ListFormat(tag, { type: 'conjunction', style: 'narrow' }))

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY_MS = 24 * HOUR
const STEPS = [
  ['day', DAY_MS],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const

export const number = (value: number): string => NUMBER().format(value)
export const list = (items: readonly string[]): string => LIST().format(items)
export const hour = (at: number): string => HOUR_OF_DAY().format(at)
export const day = (at: number): string => DAY_OF_YEAR().format(at)
export const moment = (at: number): string => DAY_AND_TIME().format(at)

/** As short as it is clear: the time of today, else the day too. */
export function shortMoment(at: number, now: number): string {
  return Math.abs(now - at) < 12 * HOUR && new Date(at).getDate() === new Date(now).getDate()
    ? TIME().format(at)
    : DAY().format(at)
}

/** `2 min. ago`, `in 3 hr.` */
export function distance(at: number, now: number): string {
  const ms = at - now
  const [unit, size] = STEPS.find(([, size]) => Math.abs(ms) >= size) ?? ['second', SECOND]
  return AGO().format(Math.round(ms / size), unit)
}

/** `1.4 s`, `3 min` */
export function duration(ms: number): string {
  const [unit, size] = STEPS.find(([, size]) => ms >= size) ?? ['millisecond', 1]
  const style = {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: unit === 'millisecond' ? 0 : 1,
  } as const
  return new Intl.NumberFormat(language(), style).format(ms / size)
}

export function bytes(size: number): string {
  const [unit, of] =
    size >= 1e6 ? (['megabyte', 1e6] as const) : size >= 1000 ? (['kilobyte', 1e3] as const) : (['byte', 1] as const)
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(size / of)
}

/** An address, or what stands for none. */
export function sender(address: string): string {
  return address === '' ? say('mail.no-sender') : address
}

/** The first of them, and how many more. */
export function recipients(addresses: readonly string[]): string {
  const [first = ''] = addresses
  return addresses.length < 2 ? first : say('mail.recipients', { first, more: number(addresses.length - 1) })
}
