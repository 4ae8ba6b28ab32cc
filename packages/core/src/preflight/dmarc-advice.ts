/**
 * DmarcAdvice: the DMARC record to publish, given what stands: what the owner meant, in a form that receivers read.
 *
 * Policy. A policy that is meant is never lowered: of several the strictest holds, a slip of the pen is the word next to it,
 * and every tag whose value can be read stays. A domain without any begins with p=none, because a policy that comes too early
 * loses mail.
 *
 * Not here: whether mail passes (dmarc.ts), how far the policy goes (checks/dmarc-reports.ts). RFC 9989 §4.7.
 */
import { say } from '../language/findings-domain.ts'

/** A DMARC record to publish. */
export interface DmarcAdvice {
  /** The value of the TXT record at `_dmarc.` and the domain. */
  readonly record: string
  /** What it takes the place of; empty: nothing is there. */
  readonly replaces: readonly string[]
  /** In words. */
  readonly changes: readonly string[]
}

export const POLICIES = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicy = (typeof POLICIES)[number]

const POLICY = /^(?:none|quarantine|reject)$/i
const URI = /^[a-z][a-z0-9+.-]*:[^\s;,]+$/i
/** What each tag may say; any other tag is ignored by receivers, and stays. */
const VALUES: ReadonlyMap<string, Pick<RegExp, 'test'>> = new Map(
  Object.entries({
    v: /^DMARC1$/,
    p: POLICY,
    sp: POLICY,
    np: POLICY,
    adkim: /^[rs]$/i,
    aspf: /^[rs]$/i,
    fo: /^[01ds](?::[01ds])*$/i,
    pct: /^(?:100|\d{1,2})$/,
    psd: /^[ynu]$/i,
    rf: /^\w+(?::\w+)*$/,
    ri: /^\d{1,10}$/,
    ruf: { test: value => value.split(',').every(uri => URI.test(uri.trim())) },
    t: /^[yn]$/i,
  }),
)
/** Where a tag begins, whatever separates them. None of these looks twice at one run of characters. */
const TAG = /(?<=^|[;,\s"'“”])(v|p|sp|np|adkim|aspf|fo|pct|psd|rf|ri|rua|ruf|t)\s*=/gi
const BEFORE_VALUE = /^[\s"'“”]+/
const AFTER_VALUE = /(?<![\s"'“”,])[\s"'“”,]+$/
const AFTER_RECORD = /(?<![;\s])[;\s]+$/
const MEANT = /^[\s"'“”]*(?:v\s*=\s*DMARC|(?:p|sp|rua)\s*=)/i

function isMeantAsDmarc(text: string): boolean {
  return MEANT.test(text)
}

/** The tags whose value no receiver can read, but for rua=, which has a check of its own. */
export function unreadableTags(tags: ReadonlyMap<string, string>): readonly string[] {
  return [...tags].flatMap(([name, value]) => (VALUES.get(name)?.test(value) === false ? [`${name}=${value}`] : []))
}

/** @param published all TXT texts of `_dmarc.` and the domain */
export function adviseDmarc(
  published: readonly string[],
  { domain, reports = `postmaster@${domain}` }: { readonly domain: string; readonly reports?: string | undefined },
): DmarcAdvice {
  const replaces = published.filter(isMeantAsDmarc)
  if (replaces.length === 0) return { record: `v=DMARC1; p=none; rua=mailto:${reports}`, replaces, changes: [] }
  const read = replaces.map(readTags)
  const changes: string[] = []
  const policy = strictest(read.flatMap(({ policies }) => policies)) ?? 'none'
  const first = read.find(({ policies }) => policies.includes(policy)) ?? read[0]!
  const tags = new Map<string, string>([
    ['v', 'DMARC1'],
    ['p', policy],
  ])
  for (const { values } of [first, ...read])
    for (const [name, value] of values) if (!tags.has(name)) tags.set(name, value)
  if (policy === 'none' && !tags.has('rua')) tags.set('rua', `mailto:${reports}`)
  if (replaces.length > 1) changes.push(say('dmarc.change.one-record', { count: replaces.length }))
  changes.push(...read.flatMap(each => each.changes))
  return { record: [...tags].map(([name, value]) => `${name}=${value}`).join('; '), replaces, changes }
}

/** A record with one tag given another value, or taken out; nothing else in it is touched. */
export function withTag(record: string, name: string, value: string | undefined): string {
  const tag = new RegExp(`(;\\s*)${name}(\\s*=\\s*)[^;]*`, 'i')
  if (value !== undefined && !tag.test(record)) return `${record.replace(AFTER_RECORD, '')}; ${name}=${value}`
  return record.replace(tag, value === undefined ? '' : `$1${name}$2${value}`)
}

interface Read {
  readonly policies: readonly DmarcPolicy[]
  readonly values: ReadonlyMap<string, string>
  readonly changes: readonly string[]
}

function readTags(text: string): Read {
  const policies: DmarcPolicy[] = []
  const values = new Map<string, string>()
  const changes: string[] = []
  for (const { name, value } of tagsIn(text)) {
    if (name === 'v') continue
    const policy = name === 'p' ? asPolicy(value) : undefined
    if (policy !== undefined) {
      policies.push(policy)
      if (!POLICY.test(value)) changes.push(say('dmarc.change.tag', { name: 'p', value, meant: policy }))
    } else if (VALUES.get(name)?.test(value) === false) {
      const meant = name === 'sp' || name === 'np' ? asPolicy(value) : undefined
      changes.push(
        meant ? say('dmarc.change.tag', { name, value, meant }) : say('dmarc.change.unreadable', { name, value }),
      )
      if (meant !== undefined) values.set(name, meant)
    } else if (!values.has(name)) values.set(name, value)
  }
  return { policies, values, changes }
}

/** Between semicolons, or where the next tag that is known begins. */
function tagsIn(text: string): readonly { readonly name: string; readonly value: string }[] {
  return text.split(';').flatMap(part => {
    const starts = [...part.matchAll(TAG)]
    if (starts.length === 0) {
      const equals = part.indexOf('=')
      const name = part.slice(0, Math.max(equals, 0)).trim().toLowerCase()
      return /^[a-z][a-z0-9]*$/.test(name) ? [{ name, value: part.slice(equals + 1).trim() }] : []
    }
    return starts.map((start, index) => ({
      name: start[1]!.toLowerCase(),
      value: part
        .slice(start.index + start[0].length, starts[index + 1]?.index)
        .replace(BEFORE_VALUE, '')
        .replace(AFTER_VALUE, ''),
    }))
  })
}

function strictest(policies: readonly DmarcPolicy[]): DmarcPolicy | undefined {
  return [...policies].sort((a, b) => POLICIES.indexOf(b) - POLICIES.indexOf(a))[0]
}

/** The policy that a word is, or is two letters away from. */
function asPolicy(word: string): DmarcPolicy | undefined {
  const bare = word.toLowerCase().replace(/[^a-z]/g, '')
  return POLICIES.find(policy => distance(bare, policy) <= 2 && bare.length >= 3)
}

function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
