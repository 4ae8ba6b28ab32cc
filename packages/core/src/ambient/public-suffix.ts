/**
 * PublicSuffix: under which names strangers register theirs. The only tldts import.
 *
 * Policy. The list with its private part (such as github.io), as DMARC reads it (RFC 7489 §3.2). It is loaded when the first
 * name is asked for, because most programs never ask.
 */
import { createRequire } from 'node:module'
import type { getDomain } from 'tldts'

interface Tldts {
  readonly getDomain: typeof getDomain
}

const memory: { tldts?: Tldts } = {}

/** The domain that one organisation registered, such as `example.co.uk`; undefined for a public suffix itself. */
export function organisationalDomain(domain: string): string | undefined {
  memory.tldts ??= createRequire(import.meta.url)('tldts') as Tldts
  return memory.tldts.getDomain(domain, { allowPrivateDomains: true, validateHostname: false }) ?? undefined
}
