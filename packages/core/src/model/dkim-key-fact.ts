/**
 * DkimKeyFact: what is told of DKIM keys that are turned, by the relay that turns them.
 */

/** The DKIM keys of a domain came to a stage of their rotation; `postrider keys list` says what it waits for. */
export interface DkimKeyStageFact {
  /** Tells this fact from the others. */
  readonly kind: 'dkim-key-stage'
  /** When the stage began, in milliseconds since 1970. */
  readonly at: number
  /** d= of the keys. */
  readonly domain: string
  /** `publish`: the new records are to be seen. `retire`: the new keys sign, the old records stay. `revoke`: they are to be taken away. */
  readonly stage: 'publish' | 'retire' | 'revoke' | 'done' | 'cancelled'
  /** Of the new keys. */
  readonly selectors: readonly string[]
  /** Of the keys that they take the place of. */
  readonly former: readonly string[]
}
