/**
 * MailPlace: addresses of what a frame shows, and of what is saved: of a message of the queue, or of captured mail.
 *
 * Not here: what is asked for as a value (ask.ts).
 */
import type { Routes } from './routes.ts'

export type Mail = Routes['GET /v1/messages/{id}/mail']['answer']

/** Of which family of routes. */
export interface MailPlace {
  readonly of: 'messages' | 'inbox'
  readonly id: string
}

const rootOf = ({ of, id }: MailPlace): string => `/v1/${of}/${encodeURIComponent(id)}`

export function htmlPlace(
  place: MailPlace,
  { remote, look }: { readonly remote: boolean; readonly look: 'light' | 'dark' | 'inverted' },
): string {
  const query = new URLSearchParams({
    scheme: look === 'dark' ? 'dark' : 'light',
    ...(remote && { remote: 'true' }),
    ...(look === 'inverted' && { inverted: 'true' }),
  })
  return `${rootOf(place)}/html?${query}`
}

export const rawPlace = (place: MailPlace): string => `${rootOf(place)}/raw`
export const partPlace = (place: MailPlace, part: number): string => `${rootOf(place)}/parts/${part}`
