/**
 * FakeDns: a Resolver from a zone literal, without sockets.
 *
 * Policy. It goes through the same interpretation as the real one, and passes the same contract. It has no cache: what a test
 * changes is seen at once, and `queries` tells every question.
 */
import { DnsError, interpret, normalName, type Question, type Resolver } from '../dns/index.ts'
import type { NameLiteral, Zone, ZoneLiteral, ZoneOptions } from './zone.ts'
import { answerFromZone, readZone } from './zone.ts'

/** Its faults. */
export interface FakeDnsOptions extends ZoneOptions {
  /** Whether its AD bit is believed. @default true */
  readonly trustworthy?: boolean
}

/** A resolver whose zone can be changed. */
export interface FakeDns extends Resolver {
  /** Every question, in order. */
  readonly queries: readonly Question[]
  /** Replaces the records of a name; undefined removes it. */
  set(name: string, records: NameLiteral | undefined): void
}

/** A resolver that answers from a zone, without a socket. */
export function createFakeDns(literal: ZoneLiteral, options: FakeDnsOptions = {}): FakeDns {
  const zone: Zone = readZone(literal)
  const queries: Question[] = []
  const trustworthy = options.trustworthy ?? true
  return {
    trustworthy,
    queries,
    set: (name, records) => {
      if (records === undefined) zone.delete(name)
      else zone.set(name, records)
    },
    query: async (asked, signal) => {
      signal.throwIfAborted()
      const name = normalName(asked.name)
      if (name === undefined) throw new DnsError('bad-name', asked)
      const question: Question = { name, type: asked.type }
      queries.push(question)
      const { fault, ...answer } = answerFromZone(zone, question, options)
      if (fault === 'silent')
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
      if (fault !== undefined) throw new DnsError(fault, question)
      return interpret(
        question,
        { id: 0, isResponse: true, truncated: false, question, malformed: [], ...answer },
        trustworthy,
      )
    },
  }
}
