/**
 * Failure: why a recipient was not delivered in one attempt, judged.
 *
 * `scope` says what else the failure speaks about: the recipient alone, this message, the host we spoke to, or everything
 * for the domain; pace and next-hop decisions read it. The judge is outcome/classify.ts.
 */
import type { Effect } from './effect.ts'
import type { Stage } from './evidence.ts'
import { printReply, type Reply } from './reply.ts'

export type FailureScope = 'recipient' | 'message' | 'host' | 'domain'
export type Permanence = 'transient' | 'permanent'

/** One vocabulary for facts, metrics, explain and the doctor. What each says stands in language/failures.ts. */
export type FailureCode =
  | 'no-such-domain'
  | 'no-mail-host'
  | 'null-mx'
  | 'bad-destination'
  | 'dns-trouble'
  | 'host-unreachable'
  | 'connection-lost'
  | 'delivery-uncertain'
  | 'protocol-trouble'
  | 'tls-required'
  | 'requiretls-unsupported'
  | 'login-failed'
  | 'host-busy'
  | 'not-accepting'
  | 'rate-limited'
  | 'too-many-connections'
  | 'greylisted'
  | 'bad-reputation'
  | 'blocklisted'
  | 'reverse-dns'
  | 'unauthenticated'
  | 'policy-refused'
  | 'user-unknown'
  | 'user-disabled'
  | 'mailbox-busy'
  | 'user-moved'
  | 'mailbox-full'
  | 'recipient-refused'
  | 'complained'
  | 'suppressed'
  | 'too-many-recipients'
  | 'relay-denied'
  | 'message-too-large'
  | 'content-refused'
  | 'message-malformed'
  | 'not-supported'
  | 'remote-trouble'
  | 'refused'
  | 'expired'

export interface Failure {
  readonly scope: FailureScope
  readonly permanence: Permanence
  readonly code: FailureCode
  readonly stage: Stage
  /** What decided: an id of outcome/reply-rules.ts such as `google.rate`, or `rfc5321.5yz`. */
  readonly rule: string
  readonly reply?: Reply
  /** For people. */
  readonly detail: string
  /** The server or a rule named a time to wait, in ms. */
  readonly retryAfterMs?: number
  /** The address should not be mailed again. */
  readonly suppress: boolean
  /** Worth trying the other address family at the same site. */
  readonly tryOtherFamily?: boolean
  /** What the operator can do; ids of checks such as `spf.covers-egress`. */
  readonly remedy?: string
  /** What it asks of our pace. */
  readonly effects?: readonly Effect[]
  readonly transcript?: readonly string[]
}

/** Characters of a reply: the transcript has the whole. */
const MOST_SAID = 300

/** What it means, and what they said. */
export function reasonOf({ detail, reply }: Failure): string {
  return reply === undefined
    ? detail
    : `${detail.replace(/\.$/, '')}; they said: ${printReply(reply).slice(0, MOST_SAID)}`
}
