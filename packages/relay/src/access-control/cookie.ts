/**
 * Cookie: how a browser shows its session, and how any of ours is read and written.
 *
 * Policy. No script reads it, no page of another site sends it, and it goes to no other host. Where words are encrypted up to the
 * browser it begins with `__Host-`, which browsers hold to that; behind a proxy they are, or the browser keeps no such cookie. Plain text
 * on this machine has a name of its own, so that neither is taken for the other. RFC 6265bis §4.1.3.
 *
 * Not here: what stands in it (user/stored-sessions.ts).
 */
import type { HttpRequest } from '../server/index.ts'

const SECURE = '__Host-postrider'
const PLAIN = 'postrider'

type Shown = Pick<HttpRequest, 'header' | 'client'>

export function sessionToken(request: Shown): string | undefined {
  return shownCookie(request, nameFor(request))
}

export function sessionCookie(request: Shown, token: string, sessionMs: number): string {
  return ofSession(request, token, Math.floor(sessionMs / 1000))
}

export function endedCookie(request: Shown): string {
  return ofSession(request, '', 0)
}

function ofSession(request: Shown, value: string, seconds: number): string {
  return writtenCookie(request, { name: nameFor(request), value, seconds, path: '/', sameSite: 'Strict' })
}

function nameFor({ client }: Shown): string {
  return client.via === 'loopback' ? PLAIN : SECURE
}

export function shownCookie({ header }: Shown, name: string): string | undefined {
  const values = (header('cookie') ?? '')
    .split(';')
    .map(pair => pair.trim().split('='))
    .filter(([found]) => found === name)
  // Of two, one was put there by somebody else.
  return values.length === 1 ? values[0]?.slice(1).join('=') : undefined
}

export interface WrittenCookie {
  readonly name: string
  readonly value: string
  /** 0: the browser keeps it no longer. */
  readonly seconds: number
  readonly path: string
  readonly sameSite: 'Strict' | 'Lax'
}

export function writtenCookie({ client }: Shown, { name, value, seconds, path, sameSite }: WrittenCookie): string {
  const secure = client.via === 'loopback' ? '' : ' Secure;'
  return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly;${secure} SameSite=${sameSite}`
}
