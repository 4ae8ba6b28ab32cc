/**
 * SpfMend: what a word that no receiver understands was meant to be.
 *
 * Policy. The senders of a domain are its owner's business: a wrong word is mended where its meaning is plain (an address
 * under another name or with a prefix that cannot be, a comma in place of a space, = in place of :), because taking it out
 * would take senders out. Where it is not plain, the narrower reading is taken; a word without any is left out, since one
 * such word voids the whole record (RFC 7208 §4.6), and that is told.
 *
 * Not here: the grammar (spf-term.ts), what the domain should publish (spf-advice.ts).
 */

import { isIPv4, isIPv6 } from 'node:net'
import { say } from '../language/findings-domain.ts'
import { isTerm, MAX_PREFIX } from './spf-term.ts'

export interface Mended {
  readonly terms: readonly string[]
  /** Each change in words. */
  readonly changes: readonly string[]
}

const VERSION = /^[\s"'“”]*v\s*=\s*spf1(?![a-z0-9/])[\s"'“”,;:.]*/i
const QUOTES = /["'“”‘’]/g
const DASHES = /^[‐-―−]/
/** Names that people give to what RFC 7208 calls otherwise. */
const NETWORK_NAME = /^(?:ip|ipv?-?[46]|ip-?addr(?:ess)?)\s*[:=]+/i
const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    include: 'include:',
    includes: 'include:',
    inc: 'include:',
    exists: 'exists:',
    exist: 'exists:',
    a: 'a:',
    mx: 'mx:',
    ptr: 'ptr:',
    redirect: 'redirect=',
    redirects: 'redirect=',
    exp: 'exp=',
  }),
)
/** `include=a.test` follows the grammar, as a modifier that nobody knows. */
const MISTAKEN_MODIFIER = /^(?:include|exists|a|mx|ptr|all|ip[46]|ipv[46]|ip)=/i
/** What cannot end there. */
const OPEN = /^[+?~-]?(?:[a-z0-9]{1,16}:|(?:include|exists|ip[46]|redirect|exp)=)$/i
/** Longer than any that is open. */
const LONGEST_OPEN = 24
const KINDED = /^([a-z]+)[:=]+(.*)$/i
/** Neither this nor what is cut off at the end of a word looks twice at one run of characters. */
const MACROS = /%\{[^{}%]*\}/g
const COMMAS_AT_END = /(?<![,;])[,;]+$/
const SIGNS_AT_END = /(?<![/.,;:])[/.,;:]+$/
const HOSTS_WITH_PREFIX = /^(a|mx)(?::([^/]*))?(\/.*)?$/i

/** Whether a text is an SPF record to its owner, be it none to a receiver. */
export function isMeantAsSpf(text: string): boolean {
  return VERSION.test(text)
}

/** The terms of a record as its owner meant them. */
export function mendSpf(record: string): Mended {
  const changes: string[] = []
  const version = VERSION.exec(record)?.[0] ?? ''
  if (!/^v=spf1(?: +|$)/i.test(version))
    changes.push(say('spf.change.becomes', { term: JSON.stringify(version.trim()), meant: 'v=spf1' }))
  const terms: string[] = []
  for (const { word, written } of joinedWords(record.slice(version.length))) {
    if (word !== written) changes.push(say('spf.change.becomes', { term: JSON.stringify(written), meant: word }))
    const meant = meaningOf(word)
    if (meant.length === 1 && meant[0] === word) terms.push(word)
    else {
      changes.push(
        meant.length === 0
          ? say('spf.change.unknown', { term: word })
          : say('spf.change.becomes', { term: word, meant: meant.join(' ') }),
      )
      terms.push(...meant)
    }
  }
  return onceEach(terms, changes)
}

/** RFC 7208 §6: redirect= and exp= at most once. */
function onceEach(terms: readonly string[], changes: readonly string[]): Mended {
  const seen = new Set<string>()
  const again: string[] = []
  const kept = terms.filter(term => {
    const name = /^(?:redirect|exp)=/i.exec(term)?.[0].toLowerCase()
    if (name === undefined || !seen.has(name)) return seen.add(name ?? '')
    again.push(say('spf.change.again', { term }))
    return false
  })
  return { terms: kept, changes: [...changes, ...again] }
}

interface Word {
  readonly word: string
  readonly written: string
}

/** A colon or an equals sign with a space beside it belongs to what stands around it. */
function joinedWords(text: string): readonly Word[] {
  const groups: string[][] = []
  // Of the last group, no more than what can be open.
  let begin = ''
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const group = groups.at(-1)
    if (group !== undefined && (OPEN.test(begin) || /^[:=]/.test(word))) {
      group.push(word)
      begin = `${begin}${word}`.slice(0, LONGEST_OPEN)
    } else {
      groups.push([word])
      begin = word.slice(0, LONGEST_OPEN)
    }
  }
  return groups.map(group => ({ word: group.join(''), written: group.join(' ') }))
}

function meaningOf(word: string): readonly string[] {
  if (isPlain(word)) return [word]
  const clean = word.replace(QUOTES, '').replace(DASHES, '-')
  const parts = splitList(clean)
  const meant = parts.map(oneMeaning)
  if (meant.every(each => each !== undefined)) return meant
  // What the grammar allows is not taken out.
  if (isTerm(word)) return [word]
  if (parts.length > 1) return meant.filter(each => each !== undefined)
  const [, first = '', last = ''] = /^(.+?)([+?~-]all)$/i.exec(clean) ?? []
  const before = oneMeaning(first)
  return before === undefined ? [] : [before, last]
}

/** A good term without anything that the grammar allows and nobody means. */
function isPlain(word: string): boolean {
  if (!isTerm(word)) return false
  if (/^[a-z][a-z0-9_.-]*=/i.test(word)) return !MISTAKEN_MODIFIER.test(word)
  return !/[,;@]/.test(outsideMacros(word))
}

function outsideMacros(word: string): string {
  return word.replaceAll(MACROS, '')
}

/** What is listed with commas; a part without a name has that of the part before it. */
function splitList(word: string): readonly string[] {
  if (!/[,;]/.test(outsideMacros(word)) || /%\{/.test(word)) return [word.replace(COMMAS_AT_END, '')]
  let name = ''
  return word
    .split(/[,;]+/)
    .filter(Boolean)
    .map(part => {
      const own = /^[+?~-]?[a-z0-9]{1,16}[:=]/i.exec(part)?.[0]
      if (own !== undefined && !isIPv6(part)) name = own
      else if (oneMeaning(part) === undefined && oneMeaning(`${name}${part}`) !== undefined) return `${name}${part}`
      return part
    })
}

function oneMeaning(word: string): string | undefined {
  if (isPlain(word)) return word
  const qualifier = /^[+?~-]/.exec(word)?.[0] ?? ''
  const bare = word.replace(/^[+?~-]+/, '')
  if (/^all(?![a-z0-9_-])/i.test(bare)) return `${qualifier}all`
  const meant = asNetwork(bare) ?? asHosts(bare) ?? asNamed(bare)
  if (meant === undefined) return undefined
  return /^(?:redirect|exp)=/.test(meant) ? meant : `${qualifier}${meant}`
}

/** An address, whatever stands in front of it; a prefix that cannot be leaves the address alone. */
function asNetwork(text: string): string | undefined {
  const value = text.replace(NETWORK_NAME, '').replace(/^(?:include|a|mx|ptr|exists)[:=]+/i, '')
  const [address = '', prefix] = value.split('/')
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : undefined
  if (family === undefined) return undefined
  const length = /^\d{1,3}$/.test(prefix ?? '') ? Number(prefix) : undefined
  return `ip${family}:${address}${length !== undefined && length <= MAX_PREFIX[family] ? `/${length}` : ''}`
}

/** `a` and `mx` with a prefix that cannot be, or a colon too many. */
function asHosts(text: string): string | undefined {
  const [, kind, name = '', prefix = ''] = HOSTS_WITH_PREFIX.exec(text) ?? []
  if (kind === undefined) return undefined
  const base = name === '' ? kind : `${kind}:${tidy(name)}`
  return [`${base}${prefix}`, base].find(isPlain)
}

function asNamed(text: string): string | undefined {
  const [, name = '', value = ''] = KINDED.exec(text) ?? []
  const kind = KINDS.get(name.toLowerCase())
  if (kind === undefined) return undefined
  return [`${kind}${tidy(value)}`].find(isPlain)
}

/** A name out of an address of the web or of mail. */
function tidy(name: string): string {
  return name.replace(/^(?:https?:\/\/|[^@%]*@)/i, '').replace(SIGNS_AT_END, '')
}
