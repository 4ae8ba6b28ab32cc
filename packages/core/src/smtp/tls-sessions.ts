/**
 * TLS sessions: tickets for resumption, so that the second connection to a host needs no certificates and signatures.
 *
 * Policy. A ticket is stored only after its connection passed the check, under a key that holds everything the check
 * depended on: a ticket never crosses requirements, records, names or hosts. What was seen of the certificate then is what
 * is said of a resumed connection. Tickets are forgotten after an hour, whatever the server allows.
 */
import type { Buffer } from 'node:buffer'
import type { Clock } from '../ambient/clock.ts'
import { TtlCache } from '../ambient/ttl-cache.ts'
import type { TlsSeen } from '../model/evidence.ts'
import type { TlsRequirement } from '../model/route.ts'

export interface Ticket {
  readonly session: Buffer
  readonly seen: Pick<TlsSeen, 'verified' | 'problem' | 'problemCode'>
}

const KEEP_MS = 3_600_000
const MAX_TICKETS = 2_000

export class TlsSessions {
  readonly #tickets: TtlCache<string, Ticket>

  constructor(clock: Clock) {
    this.#tickets = new TtlCache({ clock, max: MAX_TICKETS })
  }

  get(key: string): Ticket | undefined {
    return this.#tickets.get(key)
  }

  keep(key: string, ticket: Ticket): void {
    this.#tickets.set(key, ticket, KEEP_MS)
  }

  forget(key: string): void {
    this.#tickets.delete(key)
  }
}

/** Everything that the check of a server depends on, as one text. Also a part of what makes two sessions interchangeable. */
export function requirementKey(requirement: TlsRequirement): string {
  const { level, sni, verify } = requirement
  const start = `${level}${requirement.requireTls ? '+requiretls' : ''} ${sni}`
  if (verify === undefined) return start
  const names = [...verify.names].sort().join(',')
  if (verify.by === 'pkix') return `${start} pkix ${names}`
  const records = verify.records.map(record => `${record.usage}.${record.selector}.${record.matching}.${record.data}`)
  return `${start} dane ${names} ${records.sort().join(',')}`
}
