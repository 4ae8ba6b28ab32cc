/**
 * Access: who may ask the admin server what.
 *
 * Policy. With a token, whoever shows it may ask everything, others whether the process lives and whether it is ready, so that a
 * supervisor needs no secret. Without one, whoever reaches the address may ask, but only under a name that is ours: a page in a
 * browser on this machine can be made to ask loopback under a name of its own (DNS rebinding), and nobody can do that with an
 * address. The token is compared in constant time.
 */
import type { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

export interface Gate {
  /** '' asks for none. */
  readonly token: string
  /** Names that are ours, beside localhost. */
  readonly names: readonly string[]
}

export interface Asked {
  readonly url: URL
  readonly authorization: string | undefined
}

/** Everything; yes or no and not why; nothing without a token; not under this name. */
export type Access = 'all' | 'brief' | 'no-token' | 'foreign-name'

/** What supervisors ask. */
const OPEN: ReadonlySet<string> = new Set(['/health', '/ready'])

export function accessOf({ url, authorization }: Asked, { token, names }: Gate): Access {
  if (token === '') return isOurs(url.hostname, names) ? 'all' : 'foreign-name'
  if (isRight(authorization, token)) return 'all'
  return OPEN.has(url.pathname) ? 'brief' : 'no-token'
}

function isOurs(host: string, names: readonly string[]): boolean {
  const name = host.toLowerCase()
  return (
    name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || names.some(own => own.toLowerCase() === name)
  )
}

function isRight(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}
