/**
 * SignedLink: what a link shows to whoever has it, and until when, with the proof that we gave it out.
 *
 *   t1-01kb3v7q8m2n4p6r8t0w-0-tj3k2a-Zr0k…   (HMAC-SHA-256 over all that stands before it, 132 bits)
 *   │  id of the message    │ └ end, in seconds, base 36
 *   └ t timeline, a attachment └ part
 *
 * Policy. Nothing is stored, and nothing is looked up for a link that is foreign or has ended. One of a kind is none of another. Of the
 * keys the first signs, and each is believed.
 *
 * Not here: where the keys are from (the mailer), what is shown (public/).
 */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { QueueId } from '@postrider/core'

export interface SignedLink {
  readonly kind: 'timeline' | 'attachment'
  readonly id: QueueId
  /** Which part of the message; 0 where the whole is meant. */
  readonly part: number
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Whoever could give one out longer could give it out again. */
export const LONGEST_LINK_MS: number = 7 * 86_400_000

const LETTERS = { timeline: 't', attachment: 'a' } as const
const KINDS: Readonly<Record<string, SignedLink['kind']>> = { t: 'timeline', a: 'attachment' }
const FORM = /^([ta])1-([0-9a-hjkmnp-tv-z]{20})-([0-9a-z]{1,6})-([0-9a-z]{1,9})-([\w-]{22})$/
const TAG_LENGTH = 22

/** Undefined where there is no key to sign it with. */
export function printLink({ kind, id, part, until }: SignedLink, keys: readonly Uint8Array[]): string | undefined {
  const [key] = keys
  if (key === undefined) return undefined
  const end = Math.ceil(until / 1000)
  const signed = `${LETTERS[kind]}1-${id.toLowerCase()}-${part.toString(36)}-${end.toString(36)}`
  return `${signed}-${tagOf(signed, key)}`
}

/** @param now milliseconds since 1970 */
export function readLink(text: string, keys: readonly Uint8Array[], now: number): SignedLink | 'foreign' | 'ended' {
  const [, letter = '', id = '', part = '', end = '', tag = ''] = FORM.exec(text) ?? []
  const kind = KINDS[letter]
  const signed = text.slice(0, -TAG_LENGTH - 1)
  // Each key is tried, whichever it was: the time tells nothing.
  const made = keys.filter(key => isSame(tagOf(signed, key), tag)).length > 0
  if (kind === undefined || !made) return 'foreign'
  const until = Number.parseInt(end, 36) * 1000
  if (until <= now) return 'ended'
  return { kind, id: id.toUpperCase() as QueueId, part: Number.parseInt(part, 36), until }
}

function tagOf(signed: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(signed).digest('base64url').slice(0, TAG_LENGTH)
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
