/**
 * DmarcReport: a DMARC aggregate report, in whatever it came: XML, gzip or zip, in a mail or not. RFC 7489 §7.2 and appendix C,
 * RFC 9990.
 *
 * Policy. Reports in the wild are of several drafts, with words in capitals, empty elements and broken octets: what has a domain
 * and a row in it is read, as it was meant. Everything is bounded: octets, depth, rows, texts. No entity is resolved that XML
 * itself does not have.
 *
 * Not here: whose source addresses these are and what follows (flow/, the store).
 */
import type { Buffer } from 'node:buffer'
import { decoded, isGzip, isZip, unpack } from '../mime/index.ts'
import { readMarkup } from '../mime/markup.ts'
import type { OpenedMail } from './opened-mail.ts'

/** What the largest senders write in a day is under a tenth of it. */
const MAX_BYTES = 32 * 1024 * 1024
const MAX_ROWS = 50_000
const MAX_DEPTH = 12
const MAX_SKIPPED = 500
const MAX_TEXT = 500
const MAX_RESULTS = 20
/** Of one source in one report. */
const MAX_COUNT = 1e9

export interface AuthenticationResult {
  readonly domain: string
  /** In lower case: `pass`, `fail`, `softfail` and others. */
  readonly result: string
  readonly selector?: string
  /** Of SPF: `mfrom` or `helo`. */
  readonly scope?: string
}

/** What a receiver saw of one source and one kind of result. */
export interface AuthenticationRow {
  readonly source: string
  readonly count: number
  /** What was done: `none`, `quarantine`, `reject`, `pass`. */
  readonly disposition: string
  /** Aligned, as DMARC sees it. */
  readonly dkimAligned: boolean
  readonly spfAligned: boolean
  readonly reasons: readonly string[]
  readonly headerFrom: string
  readonly envelopeFrom?: string
  readonly envelopeTo?: string
  readonly dkim: readonly AuthenticationResult[]
  readonly spf: readonly AuthenticationResult[]
}

export interface PublishedPolicy {
  readonly domain: string
  readonly policy: string
  readonly subdomainPolicy?: string
  readonly nonexistentPolicy?: string
  readonly percent?: number
  readonly testing?: boolean
  readonly dkimAlignment?: string
  readonly spfAlignment?: string
}

export interface AuthenticationReport {
  readonly organisation: string
  readonly contact?: string
  readonly id: string
  /** In ms. */
  readonly begin: number
  readonly end: number
  readonly published: PublishedPolicy
  readonly rows: readonly AuthenticationRow[]
  readonly errors: readonly string[]
}

export interface DmarcProblem {
  /** In words; `json`: it is another kind of report. */
  readonly problem: string
}

export function isPacked(bytes: Buffer): boolean {
  return isGzip(bytes) || isZip(bytes)
}

/** The first part of a mail that is one, by type or by file name. RFC 7489 §7.2.1.1 */
export function findDmarcReport(mail: OpenedMail): AuthenticationReport | DmarcProblem | undefined {
  let problem: DmarcProblem | undefined
  for (const leaf of mail.leaves) {
    const described = `${leaf.type};${leaf.fields.get('content-disposition') ?? ''}`
    const isFile = /\b(?:application\/(?:x-)?(?:gzip|zip|x-zip-compressed|octet-stream|xml)|text\/xml)\b/i.test(
      leaf.type,
    )
    if (!isFile && !/\bname\*?\d?\*?\s*=[^;]{0,400}\.(?:xml|zip|gz)\b/i.test(described)) continue
    const bytes = decoded(leaf)
    if (!isPacked(bytes) && !/<feedback\b|<\?xml/.test(bytes.toString('latin1', 0, 2000))) continue
    const report = readDmarcReport(bytes)
    if (!('problem' in report)) return report
    problem ??= report
  }
  return problem
}

/** Never throws. */
export function readDmarcReport(bytes: Buffer): AuthenticationReport | DmarcProblem {
  let text: string
  try {
    text = unpack(bytes, MAX_BYTES).subarray(0, MAX_BYTES).toString('utf8')
  } catch (error) {
    return { problem: `it cannot be unpacked: ${(error as Error).message.slice(0, MAX_TEXT)}` }
  }
  if (/^[\s\ufeff]*\{/.test(text)) return { problem: 'json' }
  return readXml(text)
}

/** An element, its text and what is in it; of a row all, of the whole report one row at a time. */
interface Element {
  readonly name: string
  text: string
  readonly children: Element[]
}

function readXml(text: string): AuthenticationReport | DmarcProblem {
  const head: Element = { name: 'feedback', text: '', children: [] }
  const rows: AuthenticationRow[] = []
  const open: Element[] = []
  let began = false
  let skipped = 0
  readMarkup(text, 'xml', {
    open: name => {
      const local = name.replace(/^.*:/, '').toLowerCase()
      if (!began) {
        began = local === 'feedback'
        if (began) open.push(head)
        return true
      }
      const parent = open.at(-1)
      if (parent === undefined || skipped > 0 || open.length >= MAX_DEPTH || parent.children.length >= 1000) skipped++
      else open.push(childOf(parent, local))
      // The parser gets slower with each element that is never closed.
      return rows.length < MAX_ROWS && skipped < MAX_SKIPPED
    },
    close: () => {
      if (skipped > 0) skipped--
      else {
        const closed = open.pop()
        if (closed?.name === 'record' && open.at(-1) === head) rows.push(...rowOf(closed))
      }
    },
    text: piece => {
      const element = open.at(-1)
      if (element !== undefined && skipped === 0 && element.text.length < MAX_TEXT)
        element.text += piece.slice(0, MAX_TEXT)
    },
  })
  if (!began) return { problem: 'it has no <feedback> in it (RFC 7489 appendix C)' }
  return reportOf(head, rows)
}

function childOf(parent: Element, name: string): Element {
  const child: Element = { name, text: '', children: [] }
  // Rows are read when they end, and forgotten.
  if (name !== 'record') parent.children.push(child)
  return child
}

function reportOf(head: Element, rows: readonly AuthenticationRow[]): AuthenticationReport | DmarcProblem {
  const metadata = find(head, 'report_metadata')
  const policy = find(head, 'policy_published')
  const domain = said(policy, 'domain').toLowerCase()
  if (domain === '') return { problem: 'it does not say of which domain it is (RFC 7489 appendix C, policy_published)' }
  const range = find(metadata, 'date_range')
  const contact = said(metadata, 'email')
  const percent = Number.parseInt(said(policy, 'pct'), 10)
  return {
    organisation: said(metadata, 'org_name') || contact.replace(/^.*@/, '') || 'somebody',
    ...(contact !== '' && { contact }),
    id: said(metadata, 'report_id'),
    begin: momentOf(said(range, 'begin')),
    end: momentOf(said(range, 'end')),
    published: {
      domain,
      policy: said(policy, 'p').toLowerCase() || 'none',
      ...optional('subdomainPolicy', said(policy, 'sp').toLowerCase()),
      ...optional('nonexistentPolicy', said(policy, 'np').toLowerCase()),
      ...(!Number.isNaN(percent) && { percent }),
      ...(said(policy, 'testing') !== '' && { testing: /^y/i.test(said(policy, 'testing')) }),
      ...optional('dkimAlignment', said(policy, 'adkim').toLowerCase()),
      ...optional('spfAlignment', said(policy, 'aspf').toLowerCase()),
    },
    rows,
    errors: all(metadata, 'error').map(textOf).filter(Boolean),
  }
}

function rowOf(record: Element): readonly AuthenticationRow[] {
  const row = find(record, 'row')
  const evaluated = find(row, 'policy_evaluated')
  const names = find(record, 'identifiers') ?? find(record, 'identities')
  const results = find(record, 'auth_results')
  const source = said(row, 'source_ip')
  if (source === '') return []
  return [
    {
      source: source.slice(0, 64),
      count: countOf(said(row, 'count')),
      disposition: said(evaluated, 'disposition').toLowerCase() || 'none',
      dkimAligned: /^pass$/i.test(said(evaluated, 'dkim')),
      spfAligned: /^pass$/i.test(said(evaluated, 'spf')),
      reasons: all(evaluated, 'reason')
        .map(one => said(one, 'type').toLowerCase())
        .filter(Boolean),
      headerFrom: said(names, 'header_from').toLowerCase(),
      ...optional('envelopeFrom', said(names, 'envelope_from').toLowerCase()),
      ...optional('envelopeTo', said(names, 'envelope_to').toLowerCase()),
      dkim: all(results, 'dkim').slice(0, MAX_RESULTS).map(resultOf),
      spf: all(results, 'spf').slice(0, MAX_RESULTS).map(resultOf),
    },
  ]
}

function resultOf(element: Element): AuthenticationResult {
  return {
    domain: said(element, 'domain').toLowerCase(),
    result: said(element, 'result').toLowerCase() || 'none',
    ...optional('selector', said(element, 'selector')),
    ...optional('scope', said(element, 'scope').toLowerCase()),
  }
}

function find(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find(child => child.name === name)
}

function all(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter(child => child.name === name) ?? []
}

function said(element: Element | undefined, name: string): string {
  const found = find(element, name)
  return found === undefined ? '' : textOf(found)
}

/** Control characters of a stranger do not reach a terminal. */
function textOf({ text }: Element): string {
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)
}

function optional<K extends string>(key: K, value: string): { readonly [_ in K]?: string } {
  return (value === '' ? {} : { [key]: value }) as { readonly [_ in K]?: string }
}

function countOf(text: string): number {
  const count = Number.parseInt(text, 10)
  return Number.isSafeInteger(count) && count > 0 ? Math.min(count, MAX_COUNT) : 0
}

/** Seconds since 1970; some write a date. */
function momentOf(text: string): number {
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.floor(Number(text)) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? 0 : date
}
