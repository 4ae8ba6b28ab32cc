/**
 * Record: the TXT record at _smtp._tls.DOMAIN: where reports go. RFC 8460 §3.
 *
 * Policy. As strict as the grammar. Records that do not begin with `v=TLSRPTv1` are not meant for us; of several that do,
 * none counts (§3). A scheme that we cannot submit to makes the record no less valid, only that address of no use.
 */

export interface TlsRptRecord {
  /** Every address of every rua field, in order, as `mailto:` or `https:` or another scheme that exists. */
  readonly rua: readonly string[]
}

export type TlsRptRecordResult =
  | { readonly kind: 'record'; readonly record: TlsRptRecord }
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly problem: string }

const VERSION = /^v=TLSRPTv1[ \t]*(?:;|$)/
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,31}$/
// tlsrpt-ext-value: printable, without "=", ";" and space.
const VALUE = /^[\x21-\x3a\x3c\x3e-\x7e]+$/
// RFC 3986 §3: a scheme, and no octet that must be encoded.
const URI = /^[a-zA-Z][a-zA-Z0-9+.-]*:(?:[a-zA-Z0-9._~:/?#[\]@$&'()*+=-]|%[0-9a-fA-F]{2})+$/

/** Each text is one TXT record, its strings joined. Never throws. */
export function readTlsRptRecord(texts: readonly string[]): TlsRptRecordResult {
  const meant = texts.filter(text => VERSION.test(text))
  const [text] = meant
  if (text === undefined) return { kind: 'none' }
  if (meant.length > 1) return { kind: 'invalid', problem: `${meant.length} records begin with v=TLSRPTv1` }
  const fields = text.split(';').map(trimmed)
  // One final ";" may stand; a second one would be an empty field.
  if (fields.at(-1) === '') fields.pop()
  const rua: string[] = []
  for (const field of fields.slice(1)) {
    const equals = field.indexOf('=')
    const name = trimmed(field.slice(0, Math.max(equals, 0)))
    const value = trimmed(field.slice(equals + 1))
    if (name !== 'rua') {
      if (!NAME.test(name) || !VALUE.test(value))
        return { kind: 'invalid', problem: `the field ${JSON.stringify(field)} is malformed` }
      continue
    }
    const addresses = value.split(',').map(trimmed)
    const wrong = addresses.find(address => !URI.test(address))
    if (wrong !== undefined) return { kind: 'invalid', problem: `${JSON.stringify(wrong)} in rua is no URI` }
    rua.push(...addresses)
  }
  return rua.length === 0 ? { kind: 'invalid', problem: 'it has no rua' } : { kind: 'record', record: { rua } }
}

function trimmed(text: string): string {
  return text.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '')
}
