/**
 * Proof: what a long proof is given, and what it finds.
 */

export interface ProofOptions {
  readonly minutes: number
  readonly seed: number
}

/** What a proof found, for its file. */
export type Figures = Readonly<Record<string, number | string>>
