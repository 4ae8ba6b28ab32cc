/**
 * Card: what people know a message by: subject and names of its header, and the way it came in. It is kept with the history, when
 * the bytes are gone.
 *
 * Not here: how it is read from a header (compose/card.ts).
 */

/** The program itself, a client of the relay's SMTP ports, or one of its HTTP API. */
export const WAYS_IN = ['sdk', 'smtp', 'http'] as const
/** By which way a message came in. */
export type WayIn = (typeof WAYS_IN)[number]

/** Fields of the header as readers see them, decoded and unfolded; cut with `…` where they are long. */
export interface Card {
  /** At most 200 characters. */
  readonly subject?: string
  /** At most 200 characters. */
  readonly from?: string
  /** At most 500 characters. */
  readonly to?: string
  /** At most 500 characters. */
  readonly cc?: string
}
