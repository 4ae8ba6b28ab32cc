/**
 * Place: where an event stands in the log of its queue, and the id it is told with.
 *
 * Policy. Both are opaque to whoever gets them: strings of at most 40 characters that are ordered as the events of one queue are. An id names
 * the message too, so that it stays one of its kind when a queue is made anew and begins to count again. Events from before ids
 * looked like this keep the id that they may have been told with.
 */
import type { NumberedFact } from '@postrider/core'

/** Compared as text. */
export type Place = string

const DIGITS = 16
/** Before every event. */
export const BEGINNING: Place = placeOf(0)

export function placeOf(number: number): Place {
  return String(number).padStart(DIGITS, '0')
}

/** What someone typed: a place, or the id of an event in one of its forms. */
export function readPlace(text: string): Place | undefined {
  const [, digits] =
    /^(\d{1,16})$/.exec(text) ?? /^(\d{16})-/.exec(text) ?? /^[0-9A-Z]{20}-(\d{1,16})$/.exec(text) ?? []
  return digits === undefined ? undefined : placeOf(Number(digits))
}

/** What the mailer calls it. */
export function numberOf(place: Place): number {
  return Number(place)
}

/** @param former up to where events have ids of the earlier form */
export function idOf({ number, fact }: NumberedFact, former: Place = BEGINNING): string {
  const place = placeOf(number)
  return place <= former ? `${fact.messageId}-${number}` : `${place}-${fact.messageId}`
}
