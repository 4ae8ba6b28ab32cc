/**
 * Ask: one question to the DNS, with every outcome as a value.
 *
 * Policy. Three things can be true: records were found, there are none, or nothing could be told. The third is never taken
 * for the second: a check that cannot know says so. Running out of time is the third; being told to stop is thrown.
 *
 * Not here: what an outcome means for a check.
 */

import { DeadlineError } from '../ambient/deadline.ts'
import { DnsError, type DnsRecord, isAbsence, type RecordType, type Resolver } from '../dns/index.ts'
import { say } from '../language/findings-domain.ts'

export interface Found<T> {
  readonly kind: 'found'
  readonly values: readonly T[]
  /** Seconds. */
  readonly ttl: number
  readonly authentic: boolean
  /** From the name asked to the name that holds the records. */
  readonly names: readonly string[]
}

export interface Absent {
  readonly kind: 'absent'
  readonly code: 'nxdomain' | 'nodata'
  /** Seconds. */
  readonly ttl: number
}

export interface Unknown {
  readonly kind: 'unknown'
  readonly why: string
}

export type Asked<T> = Found<T> | Absent | Unknown

/** What a check asks with: the resolver, and how long at most. */
export interface Asking {
  readonly resolver: Resolver
  readonly signal: AbortSignal
}

export async function ask(
  { resolver, signal }: Asking,
  { name, type }: { readonly name: string; readonly type: RecordType },
): Promise<Asked<DnsRecord>> {
  try {
    const { records, ttl, authentic, names } = await resolver.query({ name, type }, signal)
    return { kind: 'found', values: records, ttl, authentic, names }
  } catch (error) {
    if (isAbsence(error)) return { kind: 'absent', code: error.code, ttl: error.ttl }
    if (error instanceof DnsError) return { kind: 'unknown', why: `${error.code}: ${error.detail}` }
    if (error instanceof DeadlineError) return { kind: 'unknown', why: error.message }
    throw error
  }
}

function picked<T>(asked: Asked<DnsRecord>, pick: (record: DnsRecord) => T | undefined): Asked<T> {
  if (asked.kind !== 'found') return asked
  return { ...asked, values: asked.values.map(pick).filter(value => value !== undefined) }
}

/** Each record as one text, its strings joined without a space (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
export async function askTxt(asking: Asking, name: string): Promise<Asked<string>> {
  return picked(await ask(asking, { name, type: 'TXT' }), it => (it.type === 'TXT' ? it.strings.join('') : undefined))
}

export async function askMx(
  asking: Asking,
  name: string,
): Promise<Asked<{ readonly preference: number; readonly host: string }>> {
  return picked(await ask(asking, { name, type: 'MX' }), it =>
    it.type === 'MX' ? { preference: it.preference, host: it.exchange } : undefined,
  )
}

export async function askAddresses(asking: Asking, name: string, family: 4 | 6): Promise<Asked<string>> {
  return picked(await ask(asking, { name, type: family === 4 ? 'A' : 'AAAA' }), it =>
    it.type === 'A' || it.type === 'AAAA' ? it.address : undefined,
  )
}

export async function askNames(asking: Asking, name: string, type: 'PTR' | 'NS' | 'CNAME'): Promise<Asked<string>> {
  return picked(await ask(asking, { name, type }), it =>
    it.type === 'PTR' || it.type === 'NS' || it.type === 'CNAME' ? it.target : undefined,
  )
}

/** `no such name`, `no TXT record`, `servfail: …`: how an outcome without records reads. */
export function printNothing(asked: Absent | Unknown, type: RecordType): string {
  if (asked.kind === 'unknown') return say('dns.no-answer-because', { why: asked.why })
  return asked.code === 'nxdomain' ? say('dns.no-such-name') : say('dns.no-record', { type })
}
