/**
 * PaceFact: what is told of our pace: who is held, how a day's cap changed.
 *
 * Not here: the other facts, and what becomes of them (fact.ts).
 */
import type { Trend } from './standing.ts'

/** A sender, a signing domain, a link or a Message-ID is held at one mail site, as that asked. */
export interface PaceHeldFact {
  readonly kind: 'pace-held'
  readonly at: number
  readonly site: string
  /** `sender example.com`, `signer example.com`, `link example.com`, `message-id <1@example.com>`. */
  readonly key: string
  readonly until: number
  readonly because: string
}
/** This machine has lost an address that mail should leave from, and others take it over; or it has it again. */
export interface SourceLostFact {
  readonly kind: 'source-lost' | 'source-found'
  readonly at: number
  readonly source: string
  readonly address: string
}
/** A new day of an address or a sender with a provider has another cap than the one before. */
export interface WarmUpFact {
  readonly kind: 'warm-up'
  readonly at: number
  readonly site: string
  /** `source 192.0.2.1`, `sender example.com`. */
  readonly key: string
  /** Recipients a day. */
  readonly cap: number
  readonly trend: Trend
}
