/**
 * Record: what can be asked, and what an answer holds.
 *
 * Policy. Names are lower-case, without the final dot; the root is `.`. They are as the wire had them otherwise: whether a
 * name may be a mail host is for route/ to say. An Answer has at least one record of the type that was asked; that a name
 * or type does not exist is a DnsError, because it carries no records but a code, a TTL and an AD bit of its own.
 */
import type { TlsaRecord } from '../model/route.ts'

export const RECORD_TYPES = ['A', 'AAAA', 'MX', 'TXT', 'TLSA', 'PTR', 'CNAME', 'NS', 'SOA'] as const
/** The types of record that mail needs. */
export type RecordType = (typeof RECORD_TYPES)[number]

/** A name and a type of record. */
export interface Question {
  /** The domain name, without a final dot. */
  readonly name: string
  /** The record type, such as `MX`. */
  readonly type: RecordType
}

interface OfName {
  readonly name: string
  /** Seconds. */
  readonly ttl: number
}

export interface AddressRecord extends OfName {
  readonly type: 'A' | 'AAAA'
  readonly address: string
}
export interface MxRecord extends OfName {
  readonly type: 'MX'
  readonly preference: number
  /** `.` for null MX (RFC 7505). */
  readonly exchange: string
}
export interface TxtRecord extends OfName {
  readonly type: 'TXT'
  /** The character-strings, in order. RFC 1035 §3.3.14 */
  readonly strings: readonly string[]
}
export interface TlsaAnswerRecord extends OfName {
  readonly type: 'TLSA'
  readonly tlsa: TlsaRecord
}
export interface PointerRecord extends OfName {
  readonly type: 'PTR' | 'CNAME' | 'NS'
  readonly target: string
}
export interface SoaRecord extends OfName {
  readonly type: 'SOA'
  readonly primary: string
  readonly mailbox: string
  readonly serial: number
  /** How long a negative answer may be kept. RFC 2308 §4 */
  readonly minimum: number
}

/** A record, by its type. */
export type DnsRecord = AddressRecord | MxRecord | TxtRecord | TlsaAnswerRecord | PointerRecord | SoaRecord

/** What a name server said. */
export interface Answer {
  /** The name and type that were asked for, before any CNAME. */
  readonly question: Question
  /** From the name asked to the name that holds the records; longer than one where CNAMEs were followed. */
  readonly names: readonly string[]
  /** Of the type asked; at least one. */
  readonly records: readonly DnsRecord[]
  /** A resolver that we trust says that DNSSEC proves every step (AD). RFC 4035 §3.2.3 */
  readonly authentic: boolean
  /** Seconds that all of it stays good. */
  readonly ttl: number
  /** Records of the type asked that could not be read. */
  readonly malformed: number
}
