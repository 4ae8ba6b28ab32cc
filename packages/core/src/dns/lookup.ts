/**
 * Lookup: typed questions over any Resolver.
 *
 * Policy. "There is none" is a value: no `values`, and `missing` says which kind of none. "Nothing is known" is a thrown
 * DnsError. A CNAME that the server left open is followed from here, ten in all. An answer built from several is authentic
 * when all of them are.
 *
 * Not here: which hosts and addresses may be used (route/).
 */
import type { TlsaRecord } from '../model/route.ts'
import { DnsError, isAbsence } from './errors.ts'
import { MAX_CNAMES } from './interpret.ts'
import { normalName, reverseName } from './name.ts'
import type { Answer, DnsRecord, RecordType, SoaRecord } from './record.ts'
import type { Resolver } from './resolver.ts'

export interface Found<T> {
  /** From the name asked to the name that holds the values, CNAMEs followed. */
  readonly names: readonly string[]
  readonly values: readonly T[]
  readonly authentic: boolean
  /** Seconds. */
  readonly ttl: number
  /** Why there are no values. */
  readonly missing?: 'nxdomain' | 'nodata'
  /** Records that could not be read and are left out. */
  readonly malformed: number
}

export interface MxHost {
  readonly preference: number
  /** `.` for null MX (RFC 7505). */
  readonly host: string
}

export interface FoundAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** Follows what the resolver left of a CNAME chain. */
async function lookup(
  resolver: Resolver,
  question: { name: string; type: RecordType },
  signal: AbortSignal,
): Promise<Found<DnsRecord>> {
  const names: string[] = [normalName(question.name) ?? question.name]
  let authentic = true
  let ttl = Number.POSITIVE_INFINITY
  for (;;) {
    const name = names.at(-1) as string
    const result = await absenceAsValue(resolver.query({ name, type: question.type }, signal))
    for (const next of result.names.slice(1)) {
      if (names.includes(next) || names.length > MAX_CNAMES) {
        throw new DnsError('cname-chain', question, { detail: `${names.join(' > ')} > ${next} > …`, names })
      }
      names.push(next)
    }
    authentic &&= result.authentic
    ttl = Math.min(ttl, result.ttl)
    if (!(result instanceof DnsError))
      return { names, values: result.records, authentic, ttl, malformed: result.malformed }
    const isOpen = result.code === 'nodata' && result.names.length > 1 && result.ttl === 0
    if (!isOpen)
      return { names, values: [], authentic, ttl, missing: result.code as 'nxdomain' | 'nodata', malformed: 0 }
  }
}

async function absenceAsValue(asking: Promise<Answer>): Promise<Answer | DnsError> {
  try {
    return await asking
  } catch (error) {
    if (isAbsence(error)) return error
    throw error
  }
}

function mapped<T>(found: Found<DnsRecord>, pick: (record: DnsRecord) => T | undefined): Found<T> {
  return { ...found, values: found.values.map(pick).filter(value => value !== undefined) }
}

/** In no order; route/ sorts and shuffles. */
export async function lookupMx(resolver: Resolver, name: string, signal: AbortSignal): Promise<Found<MxHost>> {
  const found = await lookup(resolver, { name, type: 'MX' }, signal)
  return mapped(found, record =>
    record.type === 'MX' ? { preference: record.preference, host: record.exchange } : undefined,
  )
}

/** As one text each, their strings joined without a space. RFC 7208 §3.3, RFC 6376 §3.6.2.2 */
export async function lookupTxt(resolver: Resolver, name: string, signal: AbortSignal): Promise<Found<string>> {
  const found = await lookup(resolver, { name, type: 'TXT' }, signal)
  return mapped(found, record => (record.type === 'TXT' ? record.strings.join('') : undefined))
}

/** `name` is whole, such as `_25._tcp.mx.example.com`. */
export async function lookupTlsa(resolver: Resolver, name: string, signal: AbortSignal): Promise<Found<TlsaRecord>> {
  const found = await lookup(resolver, { name, type: 'TLSA' }, signal)
  return mapped(found, record => (record.type === 'TLSA' ? record.tlsa : undefined))
}

/** Where the alias leads in one step, or nothing. Its AD bit speaks of the alias alone. */
export async function lookupCname(resolver: Resolver, name: string, signal: AbortSignal): Promise<Found<string>> {
  const found = await lookup(resolver, { name, type: 'CNAME' }, signal)
  return mapped(found, record => (record.type === 'CNAME' ? record.target : undefined))
}

/** The SOA of exactly this name. */
export async function lookupSoa(resolver: Resolver, name: string, signal: AbortSignal): Promise<Found<SoaRecord>> {
  const found = await lookup(resolver, { name, type: 'SOA' }, signal)
  return mapped(found, record => (record.type === 'SOA' ? record : undefined))
}

/** Host names of an IP address. @throws DnsError `bad-name` when it is none. */
export async function lookupPtr(resolver: Resolver, address: string, signal: AbortSignal): Promise<Found<string>> {
  const name = reverseName(address)
  if (name === undefined)
    throw new DnsError('bad-name', { name: address, type: 'PTR' }, { detail: 'not an IP address' })
  const found = await lookup(resolver, { name, type: 'PTR' }, signal)
  return mapped(found, record => (record.type === 'PTR' ? record.target : undefined))
}

export interface FoundAddresses extends Found<FoundAddress> {
  /** One family could not be looked up; the values are of the other. */
  readonly trouble?: DnsError
}

/**
 * The addresses of a host, of the families asked for; both questions go out at once.
 * @throws DnsError when no family could be looked up, or one could not and the other has nothing.
 */
export async function lookupAddresses(
  resolver: Resolver,
  { name, families }: { readonly name: string; readonly families: readonly (4 | 6)[] },
  signal: AbortSignal,
): Promise<FoundAddresses> {
  const asked = await Promise.allSettled(families.map(family => lookupFamily(resolver, { name, family }, signal)))
  const trouble = asked.find(result => result.status === 'rejected')?.reason
  if (trouble !== undefined && !(trouble instanceof DnsError)) throw trouble
  const found = asked.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  const values = found.flatMap(each => each.values)
  if (trouble !== undefined && values.length === 0) throw trouble
  const [first] = found
  const named = found.find(each => each.values.length > 0) ?? first
  return {
    names: named?.names ?? [name],
    values,
    authentic: found.every(each => each.authentic),
    ttl: trouble === undefined ? Math.min(...found.map(each => each.ttl)) : 0,
    malformed: found.reduce((sum, each) => sum + each.malformed, 0),
    ...(values.length > 0 || named === undefined
      ? {}
      : { missing: found.some(each => each.missing === 'nodata') ? 'nodata' : 'nxdomain' }),
    ...(trouble === undefined ? {} : { trouble }),
  }
}

async function lookupFamily(
  resolver: Resolver,
  { name, family }: { readonly name: string; readonly family: 4 | 6 },
  signal: AbortSignal,
): Promise<Found<FoundAddress>> {
  const found = await lookup(resolver, { name, type: family === 4 ? 'A' : 'AAAA' }, signal)
  return mapped(found, record =>
    record.type === 'A' || record.type === 'AAAA' ? { address: record.address, family } : undefined,
  )
}
