/**
 * Timeouts: how long each step of a conversation may take.
 *
 * Policy. The defaults are the least that RFC 5321 §4.5.3.2 allows a client: a slow server that is about to say 250 must
 * not be cut off, or the message arrives twice. Where the RFC is silent the default is what other clients wait.
 *
 * Not here: who waits (wire.ts, dial.ts).
 */

export interface Timeouts {
  /** The TCP connection. */
  readonly connectMs: number
  /** RFC 5321 §4.5.3.2.1 */
  readonly greetingMs: number
  readonly ehloMs: number
  /** The reply to STARTTLS, and then the handshake. */
  readonly tlsMs: number
  /** Each step of a login. RFC 4954 §4.1 */
  readonly authMs: number
  /** RFC 5321 §4.5.3.2.2 */
  readonly mailMs: number
  /** RFC 5321 §4.5.3.2.3 */
  readonly rcptMs: number
  /** RFC 5321 §4.5.3.2.4 */
  readonly dataMs: number
  /** Each block of the message. RFC 5321 §4.5.3.2.5 */
  readonly bodyMs: number
  /** RFC 5321 §4.5.3.2.6; RFC 1047 says why it is so long. */
  readonly finalDotMs: number
  /** RSET and QUIT: nothing is lost when they are not answered. */
  readonly quitMs: number
}

const MINUTE = 60_000

export const defaultTimeouts: Timeouts = {
  connectMs: 30_000,
  greetingMs: 5 * MINUTE,
  ehloMs: 5 * MINUTE,
  tlsMs: MINUTE,
  authMs: 3 * MINUTE,
  mailMs: 5 * MINUTE,
  rcptMs: 5 * MINUTE,
  dataMs: 2 * MINUTE,
  bodyMs: 3 * MINUTE,
  finalDotMs: 10 * MINUTE,
  quitMs: 10_000,
}
