/**
 * Event: a durable fact as an endpoint gets it.
 *
 * Policy. What receivers of webhooks rely on: a type, a time, and flat data. Transcripts and clearances stay home: they are
 * for operators (`postrider explain`).
 */
import type { DurableFact, NumberedFact } from '@postrider/core'
import { BEGINNING, idOf, type Place } from './place.ts'

export interface WebhookEvent {
  /** The same for every try, so that a receiver can tell a repetition. */
  readonly id: string
  readonly type: string
  readonly body: string
}

const HOME = new Set(['kind', 'at', 'transcript', 'clearance'])

/** @param former up to where ids have the earlier form */
export function eventOf(numbered: NumberedFact, former: Place = BEGINNING): WebhookEvent {
  const { fact } = numbered
  const data = Object.fromEntries(Object.entries(fact).filter(([key]) => !HOME.has(key)))
  const type = typeOf(fact)
  return {
    id: idOf(numbered, former),
    type,
    body: JSON.stringify({ type, timestamp: new Date(fact.at).toISOString(), data }),
  }
}

function typeOf(fact: DurableFact): string {
  return `message.${fact.kind}`
}
