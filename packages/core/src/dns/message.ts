/**
 * Message: the walk through a DNS message: header, sections, where each record begins and ends, and EDNS.
 *
 * Policy. A length or name that leads outside the message ends the walk: nothing after it can be trusted. What is inside the
 * bounds of one record is the business of its decoder, and a record that it refuses is only counted.
 *
 * Not here: names and record data (packet.ts). RFC 1035 §4.1, RFC 6891 §6.1, RFC 8914 §2.
 */
import type { Buffer } from 'node:buffer'
import type { DnsRecord, Question, RecordType } from './record.ts'

export interface Header {
  readonly id: number
  readonly isResponse: boolean
  readonly truncated: boolean
  readonly authentic: boolean
  /** With the high bits that EDNS adds. RFC 6891 §6.1.3 */
  readonly rcode: number
}

export interface Response extends Header {
  /** Undefined when there is not exactly one that we could have asked. */
  readonly question: Question | undefined
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  /** The types of answers that could not be read. */
  readonly malformed: readonly RecordType[]
  /** Extended DNS error, RFC 8914. */
  readonly extendedError?: number
}

/** What knows the inside of a record. Both may throw on octets that make no sense. */
export interface Decoders {
  readonly name: (bytes: Buffer, offset: number) => string
  /** @returns undefined when the record's data and declared length do not fit. */
  readonly record: (bytes: Buffer, start: number, end: number) => DnsRecord | undefined
}

const TYPE_NUMBERS: ReadonlyMap<number, RecordType> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [52, 'TLSA'],
] satisfies [number, RecordType][])
const OPT = 41
const CLASS_IN = 1
const HEADER_OCTETS = 12
/** Of an OPT record. RFC 8914 §2 */
const OPTION_EXTENDED_ERROR = 15

/** @throws RangeError when a length or name leads outside the message. */
export function readMessage(bytes: Buffer, decoders: Decoders): Response | undefined {
  if (bytes.length < HEADER_OCTETS) return undefined
  const flags = bytes.readUInt16BE(2)
  const counts = [4, 6, 8, 10].map(offset => bytes.readUInt16BE(offset))
  const truncated = (flags & 0x0200) !== 0
  const reading: Reading = {
    bytes,
    decoders,
    offset: HEADER_OCTETS,
    malformed: [],
    highRcode: 0,
    extendedError: undefined,
  }
  const question = readQuestion(reading, counts[0] as number)
  // A truncated answer is thrown away and asked again over TCP; what was cut off is no fault.
  const answers = truncated ? [] : readSection(reading, counts[1] as number)
  const malformed = [...reading.malformed]
  const authorities = truncated ? [] : readSection(reading, counts[2] as number)
  if (!truncated) readSection(reading, counts[3] as number)
  return {
    id: bytes.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0 && (flags & 0x7800) === 0,
    truncated,
    authentic: (flags & 0x0020) !== 0,
    rcode: (flags & 0x000f) | (reading.highRcode << 4),
    question,
    answers,
    authorities,
    malformed,
    ...(reading.extendedError === undefined ? {} : { extendedError: reading.extendedError }),
  }
}

interface Reading {
  readonly bytes: Buffer
  readonly decoders: Decoders
  offset: number
  readonly malformed: RecordType[]
  highRcode: number
  extendedError: number | undefined
}

function readQuestion(reading: Reading, count: number): Question | undefined {
  let question: Question | undefined
  for (let index = 0; index < count; index++) {
    const name = reading.decoders.name(reading.bytes, reading.offset)
    skipName(reading)
    const type = TYPE_NUMBERS.get(reading.bytes.readUInt16BE(reading.offset))
    const klass = reading.bytes.readUInt16BE(reading.offset + 2)
    reading.offset += 4
    if (count === 1 && type !== undefined && klass === CLASS_IN) question = { name, type }
  }
  return question
}

function readSection(reading: Reading, count: number): DnsRecord[] {
  const { bytes } = reading
  const records: DnsRecord[] = []
  for (let index = 0; index < count; index++) {
    const start = reading.offset
    skipName(reading)
    const type = bytes.readUInt16BE(reading.offset)
    const klass = bytes.readUInt16BE(reading.offset + 2)
    const length = bytes.readUInt16BE(reading.offset + 8)
    const end = reading.offset + 10 + length
    if (end > bytes.length) throw new RangeError('a record is longer than the message')
    const known = TYPE_NUMBERS.get(type)
    if (type === OPT) readOpt(reading, reading.offset + 4, end)
    else if (known !== undefined && klass === CLASS_IN) {
      const record = tryRecord(reading, start, end)
      if (record === undefined) reading.malformed.push(known)
      else records.push(record)
    }
    reading.offset = end
  }
  return records
}

function tryRecord(reading: Reading, start: number, end: number): DnsRecord | undefined {
  try {
    return reading.decoders.record(reading.bytes, start, end)
  } catch {
    // The decoder threw on this record; its bounds are known, so the next one can be read.
    return undefined
  }
}

function skipName(reading: Reading): void {
  for (;;) {
    const length = reading.bytes.readUInt8(reading.offset)
    reading.offset += 1
    if (length === 0) return
    if (length >= 0xc0) {
      reading.offset += 1
      return
    }
    if (length > 63) throw new RangeError('a label of a kind that does not exist')
    reading.offset += length
  }
}

/** `ttlAt` is where the TTL field stands. */
function readOpt(reading: Reading, ttlAt: number, end: number): void {
  reading.highRcode = reading.bytes.readUInt8(ttlAt)
  let offset = ttlAt + 6
  while (offset + 4 <= end) {
    const code = reading.bytes.readUInt16BE(offset)
    const length = reading.bytes.readUInt16BE(offset + 2)
    if (code === OPTION_EXTENDED_ERROR && length >= 2 && offset + 6 <= end) {
      reading.extendedError ??= reading.bytes.readUInt16BE(offset + 4)
    }
    offset += 4 + length
  }
}
