/** Share: how many of the connections that a lane bears are ours, while other relays of the queue send there too. */

export interface ShareWish {
  /** A mail site as one address sees it. */
  readonly lane: string
  /** What the lane bears of all of them. */
  readonly most: number
  /** What this relay could use; 0: it uses none any more. */
  readonly want: number
}

export interface Shares {
  /** How many deliver from the queue. */
  readonly relays: number
  /** What each wish gets, in their order. */
  readonly got: readonly number[]
}
