/**
 * Original: the header of the message that a report is about, and what it names.
 *
 * Policy. The whole message, its header alone, or a text that begins with one: all are taken, under every type that is used for
 * them. RFC 6522 §3, RFC 6533 §4.
 *
 * Not here: what of it finds our message (traces.ts).
 */
import type { Buffer } from 'node:buffer'
import { decoded, readFields } from '../mime/index.ts'
import type { AboutMessage } from './mail-report.ts'
import { headerOf, type Leaf } from './opened-mail.ts'
import { tracesOf } from './traces.ts'

/** RFC 5965 §2 d, RFC 6533 §4; some write the type as they would a message, or in the singular. */
const ORIGINAL_TYPE =
  /^\s*(?:message\/(?:rfc822|partial|global)\b|(?:text|message)\/(?:rfc822-headers?|global-headers)\b)/i
const MAX_ADDRESSES = 100

function isOriginal({ type }: Leaf): boolean {
  return ORIGINAL_TYPE.test(type)
}

export function originalOf(leaves: readonly Leaf[]): string | undefined {
  const leaf = leaves.find(isOriginal)
  return leaf === undefined ? undefined : headerOf(withoutBlank(decoded(leaf)))
}

/** Some begin the returned message with a blank line. */
function withoutBlank(bytes: Buffer): Buffer {
  let start = 0
  while (start < 8 && (bytes[start] === 0x0a || bytes[start] === 0x0d)) start++
  return bytes.subarray(start)
}

export function aboutOf(header: string): AboutMessage {
  const to = readFields(header).filter(([name]) => ['to', 'cc', 'x-original-to', 'envelope-to'].includes(name))
  return { traces: tracesOf(header), to: [...new Set(to.flatMap(([, value]) => addressesIn(value)))] }
}

/** The addresses in a header field. */
export function addressesIn(value: string): readonly string[] {
  const found = value.slice(0, 20_000).match(/[^\s@<>()[\],;:"]{1,64}@[^\s@<>()[\],;:"]{1,255}/g) ?? []
  return found.slice(0, MAX_ADDRESSES)
}
