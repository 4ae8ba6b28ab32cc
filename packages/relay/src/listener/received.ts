/**
 * Received: the one trace line the relay adds.
 *
 * Policy. It says with which protocol and which TLS a message came in, and its queue id: that of the reply, of the log, and what a
 * complaint brings back. Who logged in
 * and from where is nobody's business unless the operator wants it shown: receivers judge mail by the addresses they find
 * there, and a forum's users did not ask to have theirs published.
 * RFC 5321 §4.4, RFC 3848 (protocol names), RFC 8314 §7.5.2 (tls clause).
 */

export interface ReceivedFacts {
  readonly hostname: string
  readonly id: string
  readonly now: number
  readonly extended: boolean
  /** It came by HTTP, which has no names in RFC 3848. */
  readonly http?: boolean
  readonly utf8: boolean
  readonly authenticated: boolean
  readonly tls?: { readonly protocol: string; readonly cipher: string }
  /** Shown only when given. */
  readonly client?: { readonly hello: string; readonly address: string }
  /** Shown only when given. */
  readonly login?: string
}

/** One header field with its final CRLF. */
export function receivedLine(facts: ReceivedFacts): string {
  const { hostname, id, tls, client, login } = facts
  const from = client ? `from ${word(client.hello)} (${literal(client.address)})\r\n\t` : ''
  const who = login === undefined ? '' : ` (authenticated as ${word(login)})`
  const how = tls ? `\r\n\ttls ${word(tls.cipher)} (${word(tls.protocol)})` : ''
  return `Received: ${from}by ${hostname} (Postrider) with ${protocolName(facts)} id ${id}${who}${how};\r\n\t${date(facts.now)}\r\n`
}

/** RFC 3848, RFC 6531 §4.3 */
function protocolName({ extended, http, utf8, authenticated, tls }: ReceivedFacts): string {
  if (http) return tls ? 'HTTPS' : 'HTTP'
  if (!extended) return 'SMTP'
  return `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${tls ? 'S' : ''}${authenticated ? 'A' : ''}`
}

/** What a client said of itself may contain anything; what ends up in a header may not. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._@:+-]/g, '?').slice(0, 100) || 'unknown'
}

function literal(address: string): string {
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`
}

/** RFC 5322 §3.3. Most lines are of the same second as the one before. */
function date(now: number): string {
  const second = Math.floor(now / 1000)
  if (second !== lastDate.second) lastDate = { second, text: new Date(now).toUTCString().replace('GMT', '+0000') }
  return lastDate.text
}

let lastDate = { second: Number.NaN, text: '' }
