/**
 * Record: the TXT record at _mta-sts.DOMAIN. RFC 8461 §3.1.
 *
 * Policy. Exactly one record may begin with `v=STSv1;`, others at the name are not meant for us; two count as no record.
 */

export interface StsRecord {
  readonly id: string
}

export type StsRecordResult =
  | { readonly kind: 'record'; readonly record: StsRecord }
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly problem: string }

const VERSION = /^v=STSv1[ \t]*;/
const ID = /^[a-zA-Z0-9]{1,32}$/
// sts-extension: a name and a value without "=", ";", spaces and control characters.
const EXTENSION = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+$/

/** Each text is one TXT record, its strings joined. Never throws. */
export function readStsRecord(texts: readonly string[]): StsRecordResult {
  const meant = texts.filter(text => VERSION.test(text))
  const [text] = meant
  if (text === undefined) return { kind: 'none' }
  if (meant.length > 1) return { kind: 'invalid', problem: `${meant.length} records begin with v=STSv1` }
  const fields = text.split(';').map(field => field.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, ''))
  if (fields.at(-1) === '') fields.pop()
  let id: string | undefined
  for (const field of fields.slice(1)) {
    if (!field.startsWith('id=')) {
      if (!EXTENSION.test(field)) return { kind: 'invalid', problem: `the field ${JSON.stringify(field)} is malformed` }
    } else if (id === undefined) {
      id = field.slice(3)
      if (!ID.test(id))
        return { kind: 'invalid', problem: `the id ${JSON.stringify(id)} is not 1 to 32 letters and digits` }
    }
  }
  return id === undefined ? { kind: 'invalid', problem: 'it has no id' } : { kind: 'record', record: { id } }
}
