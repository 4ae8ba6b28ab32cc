/**
 * Event: a durable fact as an endpoint gets it, in the form that it asks for.
 *
 * Policy. What receivers of webhooks rely on: a type, a time, and flat data. Transcripts and clearances stay home: they are
 * for operators (`postrider explain`). Whatever the form, the id is that of the fact.
 *
 * Not here: the forms of other senders (resend-event.ts, postmark-event.ts).
 */
import type { DurableFact, NumberedFact } from '@postrider/core'
import type { Format } from './formats.ts'
import type { MessageLooks } from './message-look.ts'
import { BEGINNING, idOf, type Place } from './place.ts'
import { postmarkEvent } from './postmark-event.ts'
import { resendEvent } from './resend-event.ts'

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

/** Undefined: that form has no event for it. */
export async function eventIn(
  format: Format,
  numbered: NumberedFact,
  { former, looks }: { readonly former: Place; readonly looks: Pick<MessageLooks, 'of'> },
): Promise<WebhookEvent | undefined> {
  if (format === 'postrider') return eventOf(numbered, former)
  const { fact, number } = numbered
  const look = await looks.of(fact.messageId)
  const id = idOf(numbered, former)
  if (format === 'resend') {
    const event = resendEvent(fact, look)
    return event && { id, type: event.type, body: JSON.stringify(event) }
  }
  const event = postmarkEvent(fact, look, number)
  return event && { id, type: event.RecordType, body: JSON.stringify(event) }
}
