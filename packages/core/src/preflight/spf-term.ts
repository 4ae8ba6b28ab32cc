/**
 * SpfTerm: is a word of an SPF record one that RFC 7208 has?
 *
 * Policy. The grammar of §12 to the letter, with what §7 says of macros: one word outside of it makes the whole record a
 * permanent error for every receiver (§4.6), so nothing is taken for good that is not.
 *
 * Not here: what a wrong word was meant to be (spf-mend.ts), whether the names in it exist (spf-lookups.ts). RFC 7208 §12.
 */
import { isIPv4, isIPv6 } from 'node:net'

const ALL = /^all$/i
const NETWORK = /^ip([46]):([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/i
const NAMED = /^(?:include|exists):(.+)$/i
const POINTER = /^ptr(?::(.+))?$/i
const HOSTS = /^(?:a|mx)(?::(.+))?$/i
/** dual-cidr-length, at the end of `a` and `mx`. */
const PREFIXES = /(?:\/(0|[1-9]\d?))?(?:\/\/(0|[1-9]\d{0,2}))?$/
const MODIFIER = /^([a-z][a-z0-9\-_.]*)=(.*)$/i
/** §7.2 has c, r and t for explanations alone; a number of labels is not zero (§7.3). */
const MACRO = /%(?:\{[slodiphv](?:0*[1-9]\d*)?r?[.\-+,/_=]*\}|[%_-])/iy
const LITERAL = /[\x21-\x24\x26-\x7e]+/y

export const MAX_PREFIX: Readonly<Record<4 | 6, number>> = { 4: 32, 6: 128 }

export function isTerm(term: string): boolean {
  const mechanism = term.replace(/^[+?~-]/, '')
  if (isMechanism(mechanism)) return true
  const [, name, value = ''] = MODIFIER.exec(term) ?? []
  if (name === undefined) return false
  return /^(?:redirect|exp)$/i.test(name) ? isDomainSpec(value) : macroString(value) !== undefined
}

function isMechanism(text: string): boolean {
  if (ALL.test(text)) return true
  const network = NETWORK.exec(text)
  if (network !== null) return isNetwork(network)
  const named = NAMED.exec(text)?.[1]
  if (named !== undefined) return isDomainSpec(named)
  const pointer = POINTER.exec(text)
  if (pointer !== null) return pointer[1] === undefined || isDomainSpec(pointer[1])
  return isHosts(text)
}

function isNetwork([, family, address = '', prefix]: RegExpExecArray): boolean {
  if (family === '4') return isIPv4(address) && Number(prefix ?? 0) <= MAX_PREFIX[4]
  return isIPv6(address) && !address.includes('%') && Number(prefix ?? 0) <= MAX_PREFIX[6]
}

function isHosts(text: string): boolean {
  const prefixes = PREFIXES.exec(text) as RegExpExecArray
  const [all, four = '0', six = '0'] = prefixes
  const hosts = HOSTS.exec(text.slice(0, text.length - all.length))
  if (hosts === null || Number(four) > MAX_PREFIX[4] || Number(six) > MAX_PREFIX[6]) return false
  return hosts[1] === undefined || isDomainSpec(hosts[1])
}

/** domain-spec: it ends in a macro, or in a dot and a label that is no number. */
function isDomainSpec(text: string): boolean {
  const last = macroString(text)
  if (last === undefined) return false
  if (last.isMacro) return true
  const tail = last.text.replace(/\.$/, '')
  const dot = tail.lastIndexOf('.')
  const label = tail.slice(dot + 1)
  return dot >= 0 && /^[a-z0-9-]+$/i.test(label) && !/^-|-$/.test(label) && /[a-z-]/i.test(label)
}

interface Piece {
  readonly text: string
  readonly isMacro: boolean
}

/** The last piece of a macro-string; undefined for what is none. */
function macroString(text: string): Piece | undefined {
  let last: Piece = { text: '', isMacro: false }
  for (let at = 0; at < text.length; at += last.text.length) {
    const macro = text[at] === '%'
    const pattern = macro ? MACRO : LITERAL
    pattern.lastIndex = at
    const [piece] = pattern.exec(text) ?? []
    if (piece === undefined) return undefined
    last = { text: piece, isMacro: macro }
  }
  return last
}
