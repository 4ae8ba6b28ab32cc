/**
 * Ingredients: everything that a message is made of, checked: what compose.ts hands to who writes the bytes.
 */
import type { Draft } from '../model/draft.ts'
import type { LoadedPart } from './attachments.ts'
import type { Parties } from './envelope.ts'
import type { ExtraHeader } from './headers.ts'

export interface Ingredients {
  readonly draft: Draft
  readonly parties: Parties
  readonly parts: readonly LoadedPart[]
  readonly headers: readonly ExtraHeader[]
  readonly messageId: string
  readonly date: Date
}

/** Stands in To when nobody is named there or in Cc. RFC 5322 §3.6.3 */
export const NO_VISIBLE_RECIPIENT = 'Undisclosed recipients:;'
