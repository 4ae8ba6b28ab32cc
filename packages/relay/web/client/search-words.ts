/**
 * SearchWords: what is typed to find messages, `to:ann@example.com status:bounced after:2d`, as the relay is asked for it.
 *
 * Policy. A word that is not known, or cannot be understood, is told and nothing is asked: a search that leaves out a part of itself answers
 * another question. What has no word is an id, an address or a part of the subject, as it looks.
 *
 * Not here: what a filter means (the relay), the field (page/messages.tsx).
 */
import type { Routes } from './routes.ts'

type Query = Routes['GET /v1/messages']['query']

export interface Search {
  readonly query: Query
  /** The whole of it is the id of a message. */
  readonly id?: string
}

export interface SearchProblem {
  readonly problem: 'unknown-word' | 'twice' | 'status' | 'time' | 'tag' | 'via' | 'address'
  readonly found: string
}

export const STATES = [
  'waiting',
  'running',
  'deferred',
  'held',
  'delivered',
  'bounced',
  'expired',
  'cancelled',
] as const
const WAYS = ['sdk', 'smtp', 'http'] as const
export const WORDS = [
  'to',
  'from',
  'status',
  'code',
  'host',
  'account',
  'tag',
  'subject',
  'message-id',
  'via',
  'after',
  'before',
] as const
export type Word = (typeof WORDS)[number]

const ID = /^[0-9A-HJKMNP-TV-Z]{20}$/
const PART = /([a-z-]+):(?:"([^"]*)"|(\S*))|"([^"]*)"|(\S+)/gi

export function readSearch(text: string, now: number): Search | SearchProblem {
  const typed = text.trim()
  if (ID.test(typed)) return { query: {}, id: typed }
  const given: Record<string, string | number> = {}
  const free: string[] = []
  for (const [whole, word, quoted, bare, phrase, loose] of typed.matchAll(PART)) {
    if (word === undefined) {
      free.push(phrase ?? loose ?? '')
      continue
    }
    const value = quoted ?? bare ?? ''
    if (value === '') continue
    const read = readWord(word.toLowerCase(), value, now)
    if ('problem' in read) return { problem: read.problem, found: read.problem === 'unknown-word' ? `${word}:` : whole }
    if (given[read.key] !== undefined) return { problem: 'twice', found: `${word}:` }
    given[read.key] = read.value
  }
  return withFree(given, free.join(' ').trim())
}

/** What was typed without a word. */
function withFree(given: Record<string, string | number>, free: string): Search | SearchProblem {
  if (free === '') return { query: given as Query }
  const key = /^\S+@\S+$/.test(free) ? 'to' : 'subject'
  if (given[key] !== undefined) return { problem: 'twice', found: free }
  return { query: { ...given, [key]: free } as Query }
}

type Read = { readonly key: string; readonly value: string | number } | { readonly problem: SearchProblem['problem'] }

function readWord(word: string, value: string, now: number): Read {
  switch (word) {
    case 'to':
      if (value.startsWith('@')) return { key: 'domain', value: value.slice(1) }
      return value.includes('@') ? { key: 'to', value } : { key: 'domain', value }
    case 'from':
    case 'account':
    case 'subject':
    case 'code':
    case 'host':
      return { key: word, value }
    case 'status':
      return (STATES as readonly string[]).includes(value) ? { key: 'state', value } : { problem: 'status' }
    case 'via':
      return (WAYS as readonly string[]).includes(value) ? { key: 'via', value } : { problem: 'via' }
    case 'tag':
      return value.indexOf('=') > 0 ? { key: 'tag', value } : { problem: 'tag' }
    case 'message-id':
      return { key: 'messageId', value }
    case 'after':
    case 'before': {
      const at = momentOf(value, now)
      return at === undefined ? { problem: 'time' } : { key: word === 'after' ? 'since' : 'before', value: at }
    }
    default:
      return { problem: 'unknown-word' }
  }
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `2026-11-30`, `2026-11-30T18:00`, both of where one is; `90m`, `2d`: so long ago. */
export function momentOf(text: string, now: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0)
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined
  const at = new Date(text.includes('T') ? text : `${text}T00:00`).getTime()
  return Number.isNaN(at) ? undefined : at
}
