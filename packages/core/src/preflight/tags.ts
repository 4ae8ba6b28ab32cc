/**
 * Tags: the `name=value; …` lists of DKIM, DMARC, TLSRPT and MTA-STS records. RFC 6376 §3.2.
 *
 * Policy. A name may stand once; white space around names, values and semicolons does not matter; values are kept as they
 * are. A last semicolon is allowed.
 */
import { say } from '../language/findings-domain.ts'

export interface Tags {
  /** In the order of the record. */
  readonly values: ReadonlyMap<string, string>
}

export function parseTags(text: string): Tags | { readonly problem: string } {
  const values = new Map<string, string>()
  for (const part of text.split(';')) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    if (equals < 0) return { problem: say('record.tag.no-value', { text: JSON.stringify(part.trim().slice(0, 60)) }) }
    const name = part.slice(0, equals).trim()
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
      return { problem: say('record.tag.no-name', { text: JSON.stringify(name.slice(0, 60)) }) }
    if (values.has(name)) return { problem: say('record.tag.twice', { name }) }
    values.set(name, part.slice(equals + 1).trim())
  }
  return { values }
}
