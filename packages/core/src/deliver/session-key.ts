/**
 * Session key: what makes two sessions interchangeable.
 *
 * Policy. Everything that decided how the session was opened is in the key: where, from where, how safely, and as whom. So a
 * session that was opened under a weaker requirement is never found by a message that needs a stronger one, nor is one that
 * was checked against other TLSA records or names.
 */
import { createHash } from 'node:crypto'
import type { Hop } from '../model/route.ts'
import { requirementKey } from '../smtp/index.ts'

export function sessionKey(hop: Hop): string {
  const { departure, login } = hop
  const key = `${hop.host} ${hop.address} ${hop.port}${hop.implicitTls ? ' implicit' : ''} ${requirementKey(hop.tls)} ${departure.hostname} ${departure.localAddress ?? ''}`
  return login === undefined ? key : `${key} ${login.method ?? ''} ${digest(login.user)} ${digest(login.password)}`
}

/** The login itself must not stand in a key that somebody may print: with some services the user name is the password. */
function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64')
}
