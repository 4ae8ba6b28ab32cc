/**
 * Zone: DNS records written as a literal, and what a validating resolver would answer from them.
 *
 * Policy. Wildcards, CNAMEs, empty names between labels, NXDOMAIN and NODATA with a SOA: as a real server does it, so that a
 * test on the fake means something. Whether an answer is authentic is said for a name or for all names below it.
 *
 * Not here: the resolver (fake-dns.ts) and the server (dns-server.ts) that serve it.
 */
import type { DnsRecord, Question, RecordType } from '../dns/index.ts'

/** `bogus` is SERVFAIL on the wire, and no fault for who asks without validation (CD); `silent` never answers; `timeout` says at once that nothing came (a server on the wire is silent for both). */
export type DnsFault = 'servfail' | 'bogus' | 'refused' | 'timeout' | 'silent'

type OneOrMore = string | readonly string[]

/** The records of one name, as in a zone file. */
export interface NameLiteral {
  /** `192.0.2.1` */
  readonly A?: OneOrMore
  /** `2001:db8::1` */
  readonly AAAA?: OneOrMore
  /** `10 mx.example.com`; `0 .` is null MX. */
  readonly MX?: OneOrMore
  /** One text for each record; texts over 255 octets are split as they are on the wire. */
  readonly TXT?: OneOrMore
  /** `3 1 1 0123…` */
  readonly TLSA?: OneOrMore
  /** `mail.example.com`, at a name below in-addr.arpa or ip6.arpa. */
  readonly PTR?: OneOrMore
  /** The name of a name server of the zone. */
  readonly NS?: OneOrMore
  /** The name is the apex of a zone; what the text says does not matter. */
  readonly SOA?: OneOrMore
  /** The name that this one stands for; it has no other records then. */
  readonly CNAME?: string
  /** Seconds. @default 300 */
  readonly ttl?: number
  /** DNSSEC proves this name and, unless they say otherwise, the names below it. @default that of the options */
  readonly authentic?: boolean
  /** The DNSSEC of this name and of those below it is broken: it is as if they failed as `bogus`. */
  readonly bogus?: boolean
  /** Fail every question for this name, or those of some types. */
  readonly fail?: DnsFault | { readonly [type in RecordType]?: DnsFault }
}

/** `*.example.com` answers for every name below that has no records of its own. */
export type ZoneLiteral = Readonly<Record<string, NameLiteral>>

export interface ZoneOptions {
  /** Whether names are authentic that do not say. @default false */
  readonly authentic?: boolean
  /** Seconds that NXDOMAIN and NODATA last. @default 60 */
  readonly negativeTtl?: number
}

/** How it is asked. */
export interface ZoneQuestion extends Question {
  readonly checkingDisabled?: boolean
}

export interface ZoneAnswer {
  readonly fault?: DnsFault
  readonly rcode: number
  readonly authentic: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

const DEFAULT_TTL = 300
const NXDOMAIN = 3
const MAX_CHAIN = 12

/** Mutable, so that a test can change the world while it runs. */
export type Zone = Map<string, NameLiteral>

export function readZone(literal: ZoneLiteral): Zone {
  return new Map(Object.entries(literal).map(([name, records]) => [plain(name), records]))
}

export function answerFromZone(zone: Zone, question: ZoneQuestion, options: ZoneOptions = {}): ZoneAnswer {
  const answers: DnsRecord[] = []
  let authentic = true
  let name = plain(question.name)
  for (let step = 0; ; step++) {
    const literal = zone.get(name) ?? wildcardFor(zone, name)
    authentic &&= said(zone, name, 'authentic') ?? options.authentic ?? false
    const own = typeof literal?.fail === 'object' ? literal.fail[question.type] : literal?.fail
    const fault = own ?? (said(zone, name, 'bogus') ? 'bogus' : undefined)
    if (fault !== undefined && !(fault === 'bogus' && question.checkingDisabled))
      return { fault, rcode: 0, authentic: false, answers: [], authorities: [] }
    // As validating resolvers do with a chain that is too long or has no end.
    if (step > MAX_CHAIN) return { fault: 'servfail', rcode: 0, authentic: false, answers: [], authorities: [] }
    const target = literal?.CNAME
    if (target !== undefined && question.type !== 'CNAME') {
      answers.push({ type: 'CNAME', name, ttl: literal?.ttl ?? DEFAULT_TTL, target: plain(target) })
      name = plain(target)
      continue
    }
    const records = literal === undefined ? [] : recordsOf(name, literal, question.type)
    if (records.length > 0) return { rcode: 0, authentic, answers: [...answers, ...records], authorities: [] }
    const exists = literal !== undefined || [...zone.keys()].some(known => known.endsWith(`.${name}`))
    return { rcode: exists ? 0 : NXDOMAIN, authentic, answers, authorities: [soa(name, options)] }
  }
}

function wildcardFor(zone: Zone, name: string): NameLiteral | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const found = zone.get(`*${name.slice(dot)}`)
    if (found !== undefined) return found
    // RFC 4592 §3.3.1: the closest name that exists decides.
    if (zone.has(name.slice(dot + 1))) return undefined
  }
  return undefined
}

/** What the name says, or the nearest above it that says something. */
function said(zone: Zone, name: string, what: 'authentic' | 'bogus'): boolean | undefined {
  for (let rest = name; ; rest = rest.slice(rest.indexOf('.') + 1)) {
    const own = (zone.get(rest) ?? zone.get(`*.${rest}`))?.[what]
    if (own !== undefined || !rest.includes('.')) return own
  }
}

function recordsOf(name: string, literal: NameLiteral, type: RecordType): DnsRecord[] {
  const texts = literal[type as keyof NameLiteral & RecordType]
  if (texts === undefined) return []
  const ttl = literal.ttl ?? DEFAULT_TTL
  return (typeof texts === 'string' ? [texts] : texts).map(text => toRecord({ name, ttl, type, text }))
}

interface Line {
  readonly name: string
  readonly ttl: number
  readonly type: RecordType
  readonly text: string
}

function toRecord({ name, ttl, type, text }: Line): DnsRecord {
  const words = text.trim().split(/\s+/)
  switch (type) {
    case 'A':
    case 'AAAA':
      return { type, name, ttl, address: text }
    case 'MX':
      return { type, name, ttl, preference: Number(words[0]), exchange: plain(words[1] ?? '.') }
    case 'TXT':
      return { type, name, ttl, strings: text.match(/[\s\S]{1,255}/g) ?? [''] }
    case 'TLSA': {
      const [usage, selector, matching] = words.slice(0, 3).map(Number) as [number, number, number]
      return { type, name, ttl, tlsa: { usage, selector, matching, data: words.slice(3).join('').toLowerCase() } }
    }
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return { type, name, ttl, target: plain(text) }
    case 'SOA':
      return { ...soa(name, {}), name }
  }
}

function soa(name: string, { negativeTtl = 60 }: ZoneOptions): DnsRecord {
  const zone = name.includes('.') ? name.slice(name.indexOf('.') + 1) : '.'
  return {
    type: 'SOA',
    name: zone,
    ttl: negativeTtl,
    primary: 'ns.invalid',
    mailbox: 'hostmaster.invalid',
    serial: 1,
    minimum: negativeTtl,
  }
}

function plain(name: string): string {
  return name === '.' ? name : name.toLowerCase().replace(/\.$/, '')
}
