/**
 * Kept: sentences that are kept with a message, an address or a mail site, in English: why it waits, why it is not mailed, why it rests.
 * What a reader of another language is told of them.
 */
import { PACE } from './pace.ts'
import { SUPPRESSIONS } from './suppressions.ts'

const OTHERS = {
  said: '{why}; they said: {reply}',
  'held-over-http': 'held over HTTP',
} as const

export const KEPT: typeof PACE & typeof SUPPRESSIONS & typeof OTHERS = { ...PACE, ...SUPPRESSIONS, ...OTHERS }
