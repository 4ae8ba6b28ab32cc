/**
 * Packet: a question to bytes, bytes to a response. The only dns-packet import.
 *
 * Policy. Each record is decoded on its own, inside the length it declares: one odd record (dns-packet throws on some) costs
 * that record, never the response, never the process. Queries set AD, which
 * asks for the AD bit without the signatures that DO would add (RFC 6840 §5.7), and EDNS with 1232 octets, which fits
 * every path without fragments.
 *
 * Not here: sockets, which response belongs to which query (exchange.ts), what a response means (interpret.ts).
 * RFC 1035 §4, RFC 6891, RFC 8914.
 */
import { Buffer } from 'node:buffer'
import dnsPacket from 'dns-packet'
import type { Header, Response } from './message.ts'
import { readMessage } from './message.ts'
import type { DnsRecord, Question, RecordType } from './record.ts'
import { RECORD_TYPES } from './record.ts'

const EDNS_PAYLOAD_OCTETS = 1232

/** What dns-packet has and its types do not tell. */
interface Codec {
  readonly name: { decode: ((bytes: Buffer, offset: number) => string) & { bytes: number } }
  readonly answer: { decode: ((bytes: Buffer, offset: number) => Decoded) & { bytes: number } }
}
interface Decoded {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly data: unknown
}
const codec = dnsPacket as unknown as Codec

export interface QueryFlags {
  readonly edns: boolean
  /** CD. RFC 4035 §3.2.2 */
  readonly checkingDisabled?: boolean | undefined
}

/** A query for one question. `question.name` must be a normal name (name.ts). */
export function encodeQuery(id: number, question: Question, { edns, checkingDisabled }: QueryFlags): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags:
      dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA | (checkingDisabled ? dnsPacket.CHECKING_DISABLED : 0),
    questions: [{ type: question.type, name: question.name, class: 'IN' }],
    additionals: edns
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: EDNS_PAYLOAD_OCTETS,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  })
}

/** @returns undefined when the bytes are no DNS message at all. Never throws. */
export function decodeResponse(bytes: Buffer): Response | undefined {
  try {
    return readMessage(bytes, { name: readName, record: readRecord })
  } catch {
    // A name or length that leads outside the message: nothing after it can be trusted.
    return undefined
  }
}

function readName(bytes: Buffer, offset: number): string {
  return lower(codec.name.decode(bytes, offset))
}

function readRecord(bytes: Buffer, start: number, end: number): DnsRecord | undefined {
  const decoded = codec.answer.decode(bytes, start)
  // dns-packet follows the data, not the length that the record declares.
  return start + codec.answer.decode.bytes === end ? toRecord(decoded) : undefined
}

function toRecord({ name: owner, type, ttl: rawTtl, data }: Decoded): DnsRecord | undefined {
  const name = lower(owner)
  // RFC 2181 §8: a TTL with the top bit set counts as zero.
  const ttl = rawTtl > 0x7fffffff ? 0 : rawTtl
  switch (type as RecordType) {
    case 'A':
    case 'AAAA':
      return { type: type as 'A' | 'AAAA', name, ttl, address: data as string }
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return { type: type as 'PTR' | 'CNAME' | 'NS', name, ttl, target: lower(data as string) }
    case 'MX': {
      const mx = data as { preference: number; exchange: string }
      return { type: 'MX', name, ttl, preference: mx.preference, exchange: lower(mx.exchange) }
    }
    case 'TXT':
      return { type: 'TXT', name, ttl, strings: (data as Buffer[]).map(part => part.toString('utf8')) }
    case 'TLSA': {
      const tlsa = data as { usage: number; selector: number; matchingType: number; certificate: Buffer }
      const { usage, selector, matchingType: matching, certificate } = tlsa
      return { type: 'TLSA', name, ttl, tlsa: { usage, selector, matching, data: certificate.toString('hex') } }
    }
    case 'SOA': {
      const soa = data as { mname: string; rname: string; serial: number; minimum: number }
      return {
        type: 'SOA',
        name,
        ttl,
        primary: lower(soa.mname),
        mailbox: soa.rname,
        serial: soa.serial,
        minimum: soa.minimum,
      }
    }
  }
  return undefined
}

/** ASCII letters only: other octets of a name are not ours to fold. RFC 4343 */
function lower(name: string): string {
  return name.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

/** The server's side, for a name server on loopback. */
export interface Reply {
  readonly id: number
  readonly question: Question
  readonly rcode: number
  readonly authentic: boolean
  readonly truncated: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

export interface Query extends Header {
  readonly question: Question | undefined
  /** AD or DO was set: the asker wants to know. */
  readonly wantsAuthentic: boolean
  /** CD was set: nothing is to be validated. */
  readonly checkingDisabled: boolean
  /** How much the asker takes over UDP. */
  readonly udpOctets: number
}

/** Reads a query. @returns undefined when the bytes are none. Never throws. */
export function decodeQuery(bytes: Buffer): Query | undefined {
  try {
    const { id = 0, flags = 0, questions = [], additionals = [] } = dnsPacket.decode(bytes)
    if ((bytes.readUInt16BE(2) & 0x8000) !== 0) return undefined
    const [asked] = questions
    const opt = additionals.find(record => record.type === 'OPT')
    const type = RECORD_TYPES.find(known => known === asked?.type)
    return {
      id,
      isResponse: false,
      truncated: false,
      authentic: (flags & dnsPacket.AUTHENTIC_DATA) !== 0,
      rcode: 0,
      question:
        asked === undefined || type === undefined || questions.length !== 1
          ? undefined
          : { name: lower(asked.name), type },
      wantsAuthentic: (flags & dnsPacket.AUTHENTIC_DATA) !== 0 || opt?.flag_do === true,
      checkingDisabled: (flags & dnsPacket.CHECKING_DISABLED) !== 0,
      udpOctets: opt === undefined ? 512 : Math.max(512, opt.udpPayloadSize),
    }
  } catch {
    // Not a query that dns-packet can read; a server stays silent.
    return undefined
  }
}

export function encodeReply(reply: Reply): Buffer {
  return dnsPacket.encode({
    type: 'response',
    id: reply.id,
    flags:
      dnsPacket.RECURSION_DESIRED |
      dnsPacket.RECURSION_AVAILABLE |
      (reply.authentic ? dnsPacket.AUTHENTIC_DATA : 0) |
      (reply.truncated ? dnsPacket.TRUNCATED_RESPONSE : 0) |
      reply.rcode,
    questions: [{ type: reply.question.type, name: reply.question.name, class: 'IN' }],
    answers: reply.answers.map(fromRecord),
    authorities: reply.authorities.map(fromRecord),
  })
}

function fromRecord(record: DnsRecord): dnsPacket.Answer {
  const { name, ttl } = record
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return { type: record.type, name, ttl, data: record.address }
    case 'PTR':
    case 'CNAME':
    case 'NS':
      return { type: record.type, name, ttl, data: record.target }
    case 'MX':
      return { type: 'MX', name, ttl, data: { preference: record.preference, exchange: record.exchange } }
    case 'TXT':
      return { type: 'TXT', name, ttl, data: [...record.strings] }
    case 'TLSA': {
      const { usage, selector, matching, data } = record.tlsa
      return {
        type: 'TLSA',
        name,
        ttl,
        data: { usage, selector, matchingType: matching, certificate: Buffer.from(data, 'hex') },
      }
    }
    case 'SOA': {
      const { primary, mailbox, serial, minimum } = record
      return {
        type: 'SOA',
        name,
        ttl,
        data: { mname: primary, rname: mailbox, serial, refresh: 3600, retry: 600, expire: 86400, minimum },
      }
    }
  }
}
