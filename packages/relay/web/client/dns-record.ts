/**
 * DnsRecord: a record to publish, as a zone file writes it.
 */
export interface DnsRecord {
  readonly name: string
  readonly type: string
  /** As in a zone file: a text in quotes. */
  readonly value: string
  /** As far as somebody looked. */
  readonly status?: 'published' | 'missing' | 'different' | 'unknown'
  /** What stands there. */
  readonly found?: readonly string[]
}

const RECORD = /^(\S+)\.\s+IN\s+(A|AAAA|CNAME|MX|PTR|TXT)\s+(.+)$/gm

/** Records that a text says to publish, each once. */
export function recordsIn(texts: readonly string[]): readonly DnsRecord[] {
  const found = texts.flatMap(text =>
    [...text.matchAll(RECORD)].map(([, name = '', type = '', value = '']) => ({ name, type, value })),
  )
  // A value with a place to fill in is advice, and no record yet.
  const whole = found.filter(({ value }) => !/<[^>]*>/.test(value))
  return [...new Map(whole.map(record => [`${record.name} ${record.type} ${record.value}`, record])).values()]
}

export function zoneOf(records: readonly DnsRecord[]): string {
  return records.map(({ name, type, value }) => `${name}. IN ${type} ${value}\n`).join('')
}

/** A text as a zone file writes it: strings of 255 octets at most. RFC 1035 §3.3.14, §5.1 */
export function quoted(text: string): string {
  const strings = text.match(/[\s\S]{1,255}/g) ?? ['']
  return strings.map(string => `"${string.replace(/["\\]/g, '\\$&')}"`).join(' ')
}
