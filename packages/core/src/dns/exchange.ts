/**
 * Exchange: one question to one server and back. What udp.ts and doh.ts both are.
 *
 * Policy. A response belongs to a query when the id is the same and the question is echoed; anything else that arrives is not
 * the answer, and is ignored rather than believed. RFC 5452 §9.1
 */
import type { Buffer } from 'node:buffer'
import type { Response } from './message.ts'
import { decodeResponse } from './packet.ts'
import type { Question } from './record.ts'

/** How a question goes over the wire. */
export interface SentQuestion extends Question {
  /** CD: the server is not to validate. RFC 4035 §3.2.2 */
  readonly checkingDisabled?: boolean
}

export interface Exchange {
  /** For people. */
  readonly server: string
  /** Its AD bit is believed. */
  readonly trusted: boolean
  /** @throws DnsError `unreachable` or `malformed`; the signal's reason when it aborts. */
  ask(question: SentQuestion, signal: AbortSignal): Promise<Response>
  close(): Promise<void>
}

/** A query on its way, and how to know its response. */
export interface Outgoing {
  readonly question: SentQuestion
  readonly query: Buffer
  readonly accept: (bytes: Buffer) => Response | undefined
}

/** The response, when these bytes answer this query. */
export function matchResponse(bytes: Buffer, id: number, question: Question): Response | undefined {
  const response = decodeResponse(bytes)
  if (response === undefined || !response.isResponse || response.id !== id) return undefined
  const echoed = response.question
  return echoed?.name === question.name && echoed.type === question.type ? response : undefined
}
