/**
 * Interpret: a response to an Answer, or the DnsError that it amounts to.
 *
 * Policy. CNAMEs are followed inside the response. A chain that the server left open is not "no data": whoever asked goes on
 * from its end (lookup.ts). NXDOMAIN and NODATA last as long as the SOA in the authority section says (RFC 2308 §5). Stub
 * resolvers that leave the SOA out would have us ask for every message, so without one it is five seconds. AD counts only
 * from a server that we trust.
 */
import { DnsError } from './errors.ts'
import type { Response } from './message.ts'
import type { Answer, Question } from './record.ts'

/** More than any sane zone has; unbound stops at about ten. */
export const MAX_CNAMES = 10

/** Seconds. */
const TTL_WITHOUT_SOA_S = 5

const NOERROR = 0
const FORMERR = 1
const SERVFAIL = 2
const NXDOMAIN = 3
const REFUSED = 5
/** DNSSEC bogus, signature expired or not yet valid, DNSKEY, RRSIG, zone key bit or NSEC missing. RFC 8914 §4.7-§4.13 */
const BOGUS_EXTENDED_ERRORS: ReadonlySet<number> = new Set([6, 7, 8, 9, 10, 11, 12])

/** The server does not speak EDNS and wants the plain query. RFC 6891 §7 */
export function wantsNoEdns(response: Response): boolean {
  return response.rcode === FORMERR
}

/** @throws DnsError for everything but an answer with records. */
export function interpret(question: Question, response: Response, trusted: boolean): Answer {
  const authentic = trusted && response.authentic
  const { rcode } = response
  if (rcode !== NOERROR && rcode !== NXDOMAIN) throw refusal(question, response)

  const names = [question.name]
  let ttl = Number.POSITIVE_INFINITY
  let name = question.name
  while (question.type !== 'CNAME') {
    const cname = response.answers.find(record => record.type === 'CNAME' && record.name === name)
    if (cname?.type !== 'CNAME') break
    if (names.length > MAX_CNAMES || names.includes(cname.target)) {
      throw new DnsError('cname-chain', question, { detail: `${names.join(' > ')} > ${cname.target} > …`, names })
    }
    ttl = Math.min(ttl, cname.ttl)
    name = cname.target
    names.push(name)
  }

  const records = response.answers.filter(record => record.type === question.type && record.name === name)
  const malformed = response.malformed.filter(type => type === question.type).length
  if (records.length > 0) {
    for (const record of records) ttl = Math.min(ttl, record.ttl)
    return { question, names, records, authentic, ttl, malformed }
  }
  if (malformed > 0)
    throw new DnsError('malformed', question, { detail: `none of its ${malformed} records can be read` })
  throw absence(question, response, { names, chainTtl: ttl, authentic })
}

function absence(
  question: Question,
  response: Response,
  { names, chainTtl, authentic }: { names: readonly string[]; chainTtl: number; authentic: boolean },
): DnsError {
  const soa = response.authorities.find(record => record.type === 'SOA')
  const isOpen = response.rcode === NOERROR && names.length > 1
  // RFC 2308 §3: the lesser of the SOA's own TTL and its minimum field.
  const lifetime = soa?.type === 'SOA' ? Math.min(soa.ttl, soa.minimum) : isOpen ? 0 : TTL_WITHOUT_SOA_S
  const ttl = Math.min(lifetime, chainTtl)
  const code = response.rcode === NXDOMAIN ? 'nxdomain' : 'nodata'
  const alias = names.length > 1 ? `its CNAME leads to ${names.at(-1)}` : undefined
  return new DnsError(code, question, { authentic, ttl, names, ...(alias === undefined ? {} : { detail: alias }) })
}

function refusal(question: Question, response: Response): DnsError {
  const { rcode, extendedError } = response
  if (rcode === REFUSED) return new DnsError('refused', question)
  if (rcode === SERVFAIL && extendedError !== undefined && BOGUS_EXTENDED_ERRORS.has(extendedError)) {
    return new DnsError('bogus', question, { detail: `DNSSEC validation failed (extended error ${extendedError})` })
  }
  return new DnsError(
    'servfail',
    question,
    rcode === SERVFAIL ? {} : { detail: `the server answered with RCODE ${rcode}` },
  )
}
