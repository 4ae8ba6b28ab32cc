/**
 * Story: what became of one message, as the relay tells it.
 */
import type { Routes } from '../client/routes.ts'

export type Story = Routes['GET /v1/messages/{id}/story']['answer']

/** What a fact of it keeps in English, in the language that is shown. */
export function inWords<Text extends string | undefined>({ sentences }: Story, english: Text): Text | string {
  return english === undefined ? english : (sentences[english] ?? english)
}
