/**
 * RecordText: how a record to publish is written, so that it can be pasted into a zone file as it stands.
 *
 * Policy. A TXT value is split into strings of at most 255 octets (RFC 1035 §3.3.14); quotes and backslashes are escaped
 * (RFC 1035 §5.1). Names are whole, with the final dot.
 *
 * Not here: the formats of DNS panels (the CLI).
 */
import { say } from '../language/findings-domain.ts'

const LONGEST_STRING = 255

/** `example.com. IN TXT "v=spf1 …"` */
export function txtLine(name: string, value: string): string {
  const strings: string[] = []
  for (let at = 0; at < value.length; at += LONGEST_STRING) strings.push(value.slice(at, at + LONGEST_STRING))
  const quoted = strings.map(part => `"${part.replaceAll(/["\\]/g, '\\$&')}"`)
  return `${name}. IN TXT ${quoted.join(' ')}`
}

export interface TextChange {
  readonly record: string
  readonly replaces: readonly string[]
  /** In words. */
  readonly changes?: readonly string[]
}

/** A record to publish, what it takes the place of, and what is different in it. */
export function txtChange(name: string, { record, replaces, changes = [] }: TextChange): string {
  const old = replaces
    .filter(text => text !== record)
    .map(text => say('record.in-place-of', { record: JSON.stringify(text) }))
  return [txtLine(name, record), ...old, ...changes].join('\n')
}

/** `mail.example.com. IN A 203.0.113.5` */
export function addressLine(name: string, address: string): string {
  return `${name}. IN ${address.includes(':') ? 'AAAA' : 'A'} ${address}`
}

/** `5.113.0.203.in-addr.arpa. IN PTR mail.example.com.` */
export function pointerLine(reverse: string, target: string): string {
  return `${reverse}. IN PTR ${target}.`
}
