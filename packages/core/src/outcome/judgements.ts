/**
 * Judgements: what a missing route and a lost conversation mean. The tables of classify.ts for what no server said.
 *
 * Policy. Permanent is only what DNS or the host said plainly and what cannot change by waiting.
 */

import type { Remedy } from '../language/remedies.ts'
import type { Loss, LossCode } from '../model/evidence.ts'
import type { Failure } from '../model/failure.ts'
import type { NoRouteReason } from '../model/route.ts'

type Judgement = Pick<Failure, 'code' | 'permanence' | 'suppress'> & { readonly remedy?: Remedy }
type LossJudgement = Judgement & Pick<Failure, 'scope'>

export const ROUTE_JUDGEMENTS: Readonly<Record<NoRouteReason, Judgement>> = {
  // RFC 5321 §5.1: a name that does not exist is an error to report.
  'no-such-domain': { code: 'no-such-domain', permanence: 'permanent', suppress: true },
  'no-mail-host': { code: 'no-mail-host', permanence: 'permanent', suppress: true },
  // RFC 7505 §3: fail at once.
  'null-mx': { code: 'null-mx', permanence: 'permanent', suppress: true },
  'mx-unusable': { code: 'bad-destination', permanence: 'permanent', suppress: false },
  'loops-back': { code: 'bad-destination', permanence: 'permanent', suppress: false, remedy: 'route.loop' },
  'private-only': { code: 'bad-destination', permanence: 'permanent', suppress: false },
  // Ours to mend: what waits is delivered once this host has an address of that family.
  'no-common-family': {
    code: 'bad-destination',
    permanence: 'transient',
    suppress: false,
    remedy: 'egress.families',
  },
  // RFC 5321 §5.1: a temporary error is not "no such domain".
  'dns-failed': { code: 'dns-trouble', permanence: 'transient', suppress: false, remedy: 'dns.resolver' },
  'policy-lookup-failed': { code: 'dns-trouble', permanence: 'transient', suppress: false, remedy: 'dns.resolver' },
  // RFC 8461 §5, RFC 7672 §2.2: delay, do not downgrade.
  'policy-refuses-all': { code: 'tls-required', permanence: 'transient', suppress: false },
  // RFC 8689 §4.2.1: the domain publishes nothing that could prove it; the sender wants to know now.
  'requiretls-impossible': { code: 'requiretls-unsupported', permanence: 'permanent', suppress: false },
}

const UNREACHABLE: LossJudgement = {
  code: 'host-unreachable',
  scope: 'host',
  permanence: 'transient',
  suppress: false,
  remedy: 'egress.port-25',
}
const LOST: LossJudgement = { code: 'connection-lost', scope: 'host', permanence: 'transient', suppress: false }
const UNCERTAIN: LossJudgement = { ...LOST, code: 'delivery-uncertain' }
const PROTOCOL: LossJudgement = { ...LOST, code: 'protocol-trouble' }
const TLS: LossJudgement = { ...LOST, code: 'tls-required' }
const NOT_SUPPORTED: LossJudgement = {
  code: 'not-supported',
  scope: 'message',
  permanence: 'permanent',
  suppress: false,
}

/** Not here: `aborted`, which is our own doing and judges nobody. */
const LOSS_JUDGEMENTS: Readonly<Record<Exclude<LossCode, 'aborted'>, LossJudgement>> = {
  'connect-refused': UNREACHABLE,
  'connect-timeout': UNREACHABLE,
  unreachable: UNREACHABLE,
  'local-address': { ...UNREACHABLE, remedy: 'egress.address' },
  reset: LOST,
  closed: LOST,
  timeout: LOST,
  'protocol-error': PROTOCOL,
  'line-too-long': PROTOCOL,
  'starttls-missing': TLS,
  'starttls-refused': TLS,
  'tls-handshake': TLS,
  'tls-name-mismatch': TLS,
  'tls-expired': TLS,
  'tls-untrusted': TLS,
  'tls-dane-mismatch': TLS,
  'auth-missing': { ...LOST, code: 'login-failed', remedy: 'route.login' },
  // RFC 8689 §4.2.1: when no host is left that offers it, the message is returned.
  'requiretls-missing': { ...TLS, code: 'requiretls-unsupported', permanence: 'permanent' },
  // RFC 1870 §6.1: a fixed maximum does not change by waiting.
  'size-exceeded': { ...NOT_SUPPORTED, code: 'message-too-large', remedy: 'message.size' },
  // RFC 6531 §3.2
  'smtputf8-missing': NOT_SUPPORTED,
  // RFC 6152 §3
  'eightbit-missing': NOT_SUPPORTED,
}

/** undefined when we were told to stop, and nothing follows from that. */
export function lossJudgement(loss: Loss): LossJudgement | undefined {
  // RFC 1047: whatever broke the wait for the reply, the message may have been taken.
  if (loss.stage === 'final-dot') return UNCERTAIN
  if (loss.code === 'aborted') return undefined
  // A code that this version does not know is not a reason to give up.
  return LOSS_JUDGEMENTS[loss.code] ?? LOST
}
