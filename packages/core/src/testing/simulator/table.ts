/**
 * Table: the providers that can be simulated.
 *
 * Policy. What a provider publishes stands as it says; where it publishes no figure, the range spans what senders report of it. A quota
 * that nobody has seen the text of is not invented: it is left out.
 */
import type { Behaviour, SimulatedProvider } from './behaviour.ts'
import { AMERICAN } from './table-american.ts'
import { CHINESE } from './table-chinese.ts'
import { EUROPEAN } from './table-european.ts'

export const BEHAVIOURS: Readonly<Record<SimulatedProvider, Behaviour>> = { ...AMERICAN, ...EUROPEAN, ...CHINESE }
