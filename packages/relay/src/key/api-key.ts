/**
 * ApiKey: what a program shows to send mail over HTTP, the account it acts as, and what it may do.
 *
 * Policy. A key begins with `re_`, which clients of Resend look for, and breaks off with a hyphen where a scanner of leaked secrets
 * would go on reading a key of Resend's. It has 192 random bits, so a digest keeps it as well as a slow hash would. It is shown once.
 *
 * Not here: where keys are kept (stored-keys.ts), what the account may send (admission/).
 */
import { createHash, randomBytes } from 'node:crypto'

/** `admin` may do all that the others may. */
export const SCOPES = ['send', 'read', 'content', 'operate', 'admin'] as const
/** What a key is allowed. */
export type Scope = (typeof SCOPES)[number]

/** A key of the HTTP interface, without its secret. */
export interface ApiKey {
  /** Eight characters, which are also in the key: for lists and logs. */
  readonly id: string
  /** What people call it, chosen when it was made. */
  readonly name: string
  /** The account it acts as, and whose mail alone it sees; absent in the key of an operator, which sees everything and sends nothing. */
  readonly account?: string
  /** What it may do, such as `send`; it may do nothing else. */
  readonly scopes: readonly Scope[]
  /** Domains of senders it is bound to; empty binds it to none but those of the account. */
  readonly domains: readonly string[]
  /** Networks it may be used from; empty is everywhere. */
  readonly networks: readonly string[]
  /** When it was made, in milliseconds since 1970. */
  readonly createdAt: number
  /** When it stops working, in milliseconds since 1970; absent: never. */
  readonly expiresAt?: number
  /** To the minute. */
  readonly lastUsedAt?: number
}

export interface NewKey {
  readonly id: string
  readonly token: string
  readonly digest: string
}

const ID_BYTES = 4
const SECRET_BYTES = 24
const TOKEN = /^re_pr-([0-9a-f]{8})-[0-9a-f]{48}$/

export function makeKey(): NewKey {
  const id = randomBytes(ID_BYTES).toString('hex')
  const token = `re_pr-${id}-${randomBytes(SECRET_BYTES).toString('hex')}`
  return { id, token, digest: digestOf(token) }
}

/** What is kept of a key; undefined for a text that is none. */
export function digestOfToken(token: string): string | undefined {
  return TOKEN.test(token) ? digestOf(token) : undefined
}

export function mayDo({ scopes }: ApiKey, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
