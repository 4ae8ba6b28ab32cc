/**
 * Resolver: the seam that every test and every embedder uses.
 */
import type { Answer, Question } from './record.ts'

/** Asks names. An answer that cannot be had is thrown as what it is: no such name, or not now. */
export interface Resolver {
  /**
   * Asks one question.
   * @throws DnsError for everything but an answer with records, also `nxdomain` and `nodata`; the signal's reason when it aborts.
   */
  query(question: Question, signal: AbortSignal): Promise<Answer>
  /** Whether `authentic` can ever be true: all servers are on loopback, or declared trustworthy. RFC 7672 §1.3 */
  readonly trustworthy: boolean
  /** The same past all memory of its own, which then holds what was found; absent when it remembers nothing. */
  readonly fresh?: Resolver
}

/** A resolver that owns sockets or memory. */
export interface OpenResolver extends Resolver {
  /** Stops what is under way. */
  close(): Promise<void>
}
