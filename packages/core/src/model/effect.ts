/**
 * Effect: what a reply asks of our pace, beside what it says of a recipient: whom it is about, and what is to change.
 *
 * Policy. Each is about one thing alone: `site` and `source` are the lane of one of our addresses to one mail site, and the
 * others are names of what a message shows: the domain of its sender or signature, a domain that it links to, its Message-ID.
 * What is held for one of these is held at that site alone.
 *
 * Not here: which reply has which (outcome/), who obeys (schedule/).
 */

export const EFFECT_KEYS = ['site', 'source', 'sender', 'signer', 'link', 'message-id'] as const
export type EffectKey = (typeof EFFECT_KEYS)[number]

export type Measure =
  /** Nothing for so long. */
  | { readonly kind: 'rest'; readonly forMs: number }
  /** One less at once. */
  | { readonly kind: 'fewer-connections' }
  /** The connection has served enough: what it served is the limit, and a new one goes on at once. */
  | { readonly kind: 'reconnect' }
  /** Known to them no more: its volume begins anew. */
  | { readonly kind: 'cold-again' }

export interface Effect {
  readonly on: EffectKey
  /** In lower case, as the reply has it; absent: that of the message which was refused. */
  readonly name?: string
  readonly measure: Measure
}

/** Those that say something of what a message shows, and nothing of the lane. */
export function isOfMessage({ on }: Effect): boolean {
  return on !== 'site' && on !== 'source'
}
