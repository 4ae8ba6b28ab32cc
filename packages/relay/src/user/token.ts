/**
 * Token: what a browser shows to be known again, or to come in for the first time: 256 random bits, of which the digest alone is kept.
 */
import { createHash, randomBytes } from 'node:crypto'

export interface Token {
  readonly token: string
  readonly digest: string
}

const BYTES = 32
const FORM = /^[A-Za-z0-9_-]{43}$/

export function makeToken(): Token {
  const token = randomBytes(BYTES).toString('base64url')
  return { token, digest: digestOf(token) }
}

/** Undefined for a text that is none. */
export function digestOfToken(token: string): string | undefined {
  return FORM.test(token) ? digestOf(token) : undefined
}

/** For lists and logs: tells nothing of the token. */
export function makeId(): string {
  return randomBytes(6).toString('hex')
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
