/**
 * FlagValues: what is typed behind a flag, checked before anything is done: numbers, addresses, names.
 *
 * Not here: flags that take one of several words (their commands), what core takes as a domain or an address.
 */
import { say } from '../language/commands.ts'
import { type Input, listFlag, textFlag, UsageError } from './command.ts'

/** @param name in camel case, as the parser gives it */
function shown(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

export interface Range {
  readonly least: number
  readonly most: number
}

/** @throws UsageError */
export function wholeNumberFlag(input: Input, name: string, { least, most }: Range): number | undefined {
  const text = textFlag(input, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text.trim()) && value >= least && value <= most) return value
  throw wrong(name, text, say('flag.whole-number', { least, most }))
}

/** IP addresses; brackets around them are taken off. @throws UsageError */
export async function ipFlags(input: Input, name: string): Promise<readonly string[]> {
  const { reverseName } = await import('@postrider/core')
  return listFlag(input, name).map(text => {
    const bare = text.replace(/^\[(.*)\]$/, '$1')
    // What is no IP address has no reverse name.
    if (reverseName(bare) === undefined) throw wrong(name, text, say('flag.address'))
    return bare
  })
}

/** A full host name in the form in which DNS compares it. @throws UsageError */
export async function hostFlag(input: Input, name: string): Promise<string | undefined> {
  const text = textFlag(input, name)
  return text === undefined ? undefined : requireHostName(text, shown(name))
}

/** @throws UsageError */
export async function requireHostName(text: string, where: string): Promise<string> {
  const domain = await requireDomainName(text, where)
  if (domain.includes('.')) return domain
  throw new UsageError(say('usage.hostname', { where, text }))
}

/** A name that mail can be sent from or to, as lower-case A-labels. @throws UsageError */
export async function requireDomainName(text: string, where: string): Promise<string> {
  const { parseDomain } = await import('@postrider/core')
  const domain = parseDomain(text)
  if (typeof domain !== 'string')
    throw new UsageError(say('usage.domain-because', { where, text, why: domain.problem }))
  if (domain.startsWith('[')) throw new UsageError(say('usage.domain', { where, text }))
  return domain
}

/** A domain that mail can be sent from: one that its owner can publish records for. @throws UsageError */
export async function requireSenderDomain(text: string, where: string): Promise<string> {
  const { parseDomain, recordAdvice } = await import('@postrider/core')
  const { whyNowhere } = await recordAdvice()
  const domain = parseDomain(text)
  const why = typeof domain === 'string' ? whyNowhere(domain) : undefined
  if (why === undefined) return requireDomainName(text, where)
  throw new UsageError(say('usage.registered-domain', { where, text, why }))
}

/** An e-mail address, as it was typed. @throws UsageError */
export async function mailboxFlag(input: Input, name: string): Promise<string | undefined> {
  const text = textFlag(input, name)
  if (text === undefined) return undefined
  const { parseAddress } = await import('@postrider/core')
  const address = parseAddress(text)
  if ('problem' in address) throw wrong(name, text, say('flag.mailbox', { problem: address.problem }))
  return text
}

/** @throws UsageError */
export async function selectorFlag(input: Input): Promise<string | undefined> {
  const text = textFlag(input, 'selector')
  if (text === undefined) return undefined
  const { isSelector } = await import('@postrider/core')
  if (!isSelector(text)) throw wrong('selector', text, say('flag.selector'))
  return text.toLowerCase()
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A date, a moment, or how long ago. @throws UsageError */
export function momentFlag(input: Input, name: string, now: number): Date | undefined {
  const text = textFlag(input, name)
  return text === undefined ? undefined : readMoment(text, { where: shown(name), now, sign: -1 })
}

interface MomentRead {
  readonly where: string
  readonly now: number
  /** Whether a duration is one to come (1) or one that is past (-1). */
  readonly sign: 1 | -1
}

/** @throws UsageError */
export function readMoment(text: string, { where, now, sign }: MomentRead): Date {
  const span = /^(\d{1,6})([mhd])$/.exec(text)
  const at = new Date(span === null ? text : now + sign * Number(span[1]) * (UNITS[span[2] as string] as number))
  // Without a year in front, Date reads nearly anything.
  if ((span !== null || /^\d{4}-\d\d/.test(text)) && !Number.isNaN(at.getTime())) return at
  throw new UsageError(`${where}: found "${text}", wanted ${say('flag.moment')}`)
}

function wrong(name: string, found: string, wanted: string): UsageError {
  return new UsageError(`${shown(name)}: found "${found}", wanted ${wanted}`)
}
