/**
 * NodeStyle: our Resolver as mailauth takes one, which is like that of Node.
 *
 * Policy. A DnsError goes in as the code that Node would give; "nothing is known" stays a temporary error on its way through.
 *
 * Not here: what is asked (mailauth.ts).
 */
import { DeadlineError } from '../ambient/deadline.ts'
import { DnsError, type DnsErrorCode, type DnsRecord, isAbsence, RECORD_TYPES, type RecordType } from '../dns/index.ts'
import type { Asking } from './ask.ts'

/** What Node's resolver says for it; mailauth knows these. */
const NODE_CODES: Readonly<Record<DnsErrorCode, string>> = {
  nxdomain: 'ENOTFOUND',
  nodata: 'ENODATA',
  servfail: 'ESERVFAIL',
  bogus: 'ESERVFAIL',
  refused: 'EREFUSED',
  timeout: 'ETIMEOUT',
  unreachable: 'ETIMEOUT',
  malformed: 'EBADRESP',
  'cname-chain': 'ESERVFAIL',
  'bad-name': 'EBADNAME',
  closed: 'ECANCELLED',
}

export interface NodeStyle {
  readonly resolve: (name: string, type: string) => Promise<unknown[]>
  /** Seconds: the least of all answers. */
  readonly ttl: () => number
  /** Whether something could not be asked. */
  readonly failed: () => boolean
}

export function nodeStyle({ resolver, signal }: Asking): NodeStyle {
  let least = Number.POSITIVE_INFINITY
  let hasFailed = false
  const resolve: NodeStyle['resolve'] = async (name, type) => {
    const known = RECORD_TYPES.find(each => each === type)
    if (known === undefined) throw coded('ENOTIMP', `no ${type} questions`)
    try {
      const { records, ttl } = await resolver.query({ name, type: known }, signal)
      least = Math.min(least, ttl)
      return records.map(record => nodeValue(record, known))
    } catch (error) {
      hasFailed ||= !isAbsence(error)
      if (error instanceof DeadlineError) throw coded('ETIMEOUT', error.message)
      if (!(error instanceof DnsError)) throw error
      if (error.code === 'nxdomain' || error.code === 'nodata') least = Math.min(least, error.ttl)
      throw coded(NODE_CODES[error.code], `${error.question.type} ${error.question.name}: ${error.code}`)
    }
  }
  return { resolve, ttl: () => (Number.isFinite(least) ? least : 0), failed: () => hasFailed }
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

function nodeValue(record: DnsRecord, type: RecordType): unknown {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address
    case 'TXT':
      return record.strings
    case 'MX':
      return { exchange: record.exchange, priority: record.preference }
    case 'PTR':
    case 'NS':
    case 'CNAME':
      return record.target
    case 'TLSA':
    case 'SOA':
      throw coded('ENOTIMP', `no ${type} questions`)
  }
}
