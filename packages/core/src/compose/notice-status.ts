/**
 * NoticeStatus: what one settled recipient is called in a delivery status notification.
 *
 * Policy. The status is the server's own when it speaks of the same class as our action, and else follows from the failure
 * code; it is never put together from both. A failure because the time ran out is X.4.7, whatever was said last.
 *
 * Not here: how the report is written (notice.ts), what is permanent (outcome/). RFC 3464 §2.3, RFC 3463, RFC 7505 §4, RFC 7372, RFC 8689 §4.2.1.
 */
import type { FailureCode } from '../model/failure.ts'
import { type EnhancedStatus, printEnhanced, type Reply } from '../model/reply.ts'
import type { NoticeDue, RecipientSettlement } from '../model/settlement.ts'

/** RFC 3464 §2.3.3 */
export type DsnAction = 'failed' | 'delayed' | 'relayed'

const ACTIONS: Readonly<Record<NoticeDue['kind'], DsnAction>> = {
  failure: 'failed',
  delay: 'delayed',
  // RFC 3464 §2.3.3: the next server took it, and whether it will say more is not known.
  success: 'relayed',
}

/** Subject and detail of RFC 3463 for what we saw ourselves. */
const STATUS_OF: Readonly<Record<FailureCode, string>> = {
  'no-such-domain': '1.2',
  'no-mail-host': '1.2',
  'null-mx': '1.10',
  'bad-destination': '4.4',
  'dns-trouble': '4.3',
  'host-unreachable': '4.1',
  'connection-lost': '4.2',
  'delivery-uncertain': '4.2',
  'protocol-trouble': '5.0',
  'tls-required': '7.10',
  'requiretls-unsupported': '7.30',
  'login-failed': '7.8',
  'host-busy': '4.5',
  'not-accepting': '3.2',
  'rate-limited': '4.5',
  'too-many-connections': '4.5',
  greylisted: '7.1',
  'bad-reputation': '7.1',
  blocklisted: '7.1',
  'reverse-dns': '7.25',
  unauthenticated: '7.26',
  'policy-refused': '7.1',
  'user-unknown': '1.1',
  'user-disabled': '2.1',
  'mailbox-busy': '2.1',
  'user-moved': '1.6',
  'mailbox-full': '2.2',
  'recipient-refused': '7.1',
  complained: '7.1',
  suppressed: '7.1',
  'too-many-recipients': '5.3',
  'relay-denied': '7.1',
  'message-too-large': '3.4',
  'content-refused': '7.1',
  'message-malformed': '6.0',
  'not-supported': '5.6',
  'remote-trouble': '3.0',
  refused: '0.0',
  expired: '4.7',
}

export function actionOf(kind: NoticeDue['kind']): DsnAction {
  return ACTIONS[kind]
}

/** What the server said last, if anything. */
export function replyOf({ verdict }: RecipientSettlement): Reply | undefined {
  return verdict.kind === 'accepted' ? verdict.reply : verdict.failure.reply
}

/** `5.1.1` */
export function statusOf({ state, verdict }: RecipientSettlement, action: DsnAction): string {
  const said = verdict.kind === 'accepted' ? verdict.reply.enhanced : verdict.failure.reply?.enhanced
  if (verdict.kind === 'accepted') return ofClass(said, 2) ?? '2.0.0'
  // RFC 3463 §3.5: a persistent transient error, even when it ends delivery.
  if (state === 'expired') return '4.4.7'
  const wanted = action === 'delayed' ? 4 : 5
  return ofClass(said, wanted) ?? `${wanted}.${STATUS_OF[verdict.failure.code]}`
}

function ofClass(said: EnhancedStatus | undefined, wanted: EnhancedStatus['class']): string | undefined {
  return said?.class === wanted ? printEnhanced(said) : undefined
}
