/**
 * Record: one DNS record that a sender should publish, and how it stands in DNS now.
 */
export type Purpose =
  | 'host'
  | 'ptr'
  | 'spf'
  | 'helo-spf'
  | 'dkim'
  | 'dmarc'
  | 'dmarc-reports'
  | 'mx'
  | 'return-mx'
  | 'return-spf'
  | 'mta-sts'
  | 'mta-sts-host'
  | 'tlsrpt'

export type PublishType = 'A' | 'AAAA' | 'MX' | 'PTR' | 'TXT'

export interface RecordText {
  /** Without the final dot. */
  readonly name: string
  readonly type: PublishType
  /** Of TXT the whole text, not yet split; of MX `10 mail.example.com`; else the address or name, without a final dot. */
  readonly value: string
}

export interface PublishRecord extends RecordText {
  readonly purpose: Purpose
  /** Seconds. */
  readonly ttl: number
  /** `different`: something else stands there and must give way. */
  readonly state: 'published' | 'missing' | 'different' | 'unknown'
  /** What must give way. */
  readonly replaces: readonly string[]
  /** Other records of this name and type, which stay. */
  readonly beside: readonly string[]
  /** Who can set it: the owner of the domain, or whoever the address is rented from. */
  readonly setBy: 'domain' | 'address-provider' | 'other-domain'
  /** Mail is delivered without it, too. */
  readonly optional: boolean
  readonly why: string
}

export interface PolicyFile {
  readonly url: string
  readonly text: string
}

export interface Stage {
  readonly policy: 'none' | 'quarantine' | 'reject'
  readonly when: string
  readonly record: RecordText
}

/** Everything that a domain should publish to send from this host. */
export interface Plan {
  readonly domain: string
  readonly hostname: string
  readonly records: readonly PublishRecord[]
  /** What to serve for MTA-STS, where an MX is known and this relay does not give it itself. */
  readonly policyFile?: PolicyFile
  readonly dmarcStages: readonly Stage[]
  /** What no record can say. */
  readonly advice: readonly string[]
}

/** A record to add by itself. */
export interface Addition {
  readonly name: string
  readonly type: string
  readonly ttl: number
  /** Of TXT in quotes, as strings of at most 255 octets. */
  readonly content: string
  /** Of MX. */
  readonly priority?: number
  readonly comment: string
  /** What has to be deleted first. */
  readonly inPlaceOf: readonly string[]
}

/** All records of one name and type. */
export interface RecordSet {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly values: readonly string[]
  /** Whether it is known what stands there: only then may it take the place of that. */
  readonly known: boolean
}

/** A TXT value as strings of at most 255 octets. RFC 1035 §3.3.14 */
function textStrings(value: string): readonly string[] {
  const strings: string[] = []
  for (let at = 0; at < value.length; at += 255) strings.push(value.slice(at, at + 255))
  return strings.length === 0 ? [''] : strings
}

/** `"first" "second"`, quotes and backslashes escaped. RFC 1035 §5.1 */
export function quotedStrings(value: string): string {
  return textStrings(value)
    .map(part => `"${part.replace(/["\\]/g, '\\$&')}"`)
    .join(' ')
}
