/**
 * What NetEase answers (163, 126, yeah, its business mail): a code of two and three letters says what it is, and the digits of
 * the reply do not.
 */
import type { FailureCode, FailureScope } from '../../model/failure.ts'
import { DAY, HOUR, MINUTE, type ReplyRule, SECOND } from '../rule.ts'

const OF = ['netease'] as const
const HELP = 'NetEase: mail refusal codes (help.163.com)'

type Rest = Omit<ReplyRule, 'id' | 'of' | 'text' | 'source' | 'code' | 'scope'>

function row(name: string, text: RegExp, [code, scope]: readonly [FailureCode, FailureScope], rest: Rest): ReplyRule {
  return { id: `netease.${name}`, of: OF, text, code, scope, ...rest, source: HELP }
}

export const NETEASE_RULES: readonly ReplyRule[] = [
  row('rate', /\bHL:(?:REP|ICC|IFC|MEP)\b/, ['rate-limited', 'domain'], {
    permanence: 'transient',
    retryAfterMs: 15 * MINUTE,
    remedy: 'reputation.provider',
  }),
  row('connection-used-up', /\b(?:MI:DMC|RP:DRC|MI:CCL|RP:CCL|MI:CEL|RP:CEL)\b/, ['host-busy', 'host'], {
    permanence: 'transient',
    retryAfterMs: 5 * SECOND,
    effect: { on: 'source', measure: { kind: 'reconnect' } },
  }),
  row('sender-rate', /\b(?:MI:SFQ|RP:QRC)\b/, ['rate-limited', 'message'], {
    permanence: 'transient',
    retryAfterMs: 15 * MINUTE,
    remedy: 'volume.warm-up',
    effect: { on: 'sender', measure: 'rest' },
  }),
  // 550 and 554: not for good, but not today.
  row('daily-quota', /\b(?:MI:STC|RP:TRC|RP:ORQ)\b/, ['rate-limited', 'message'], {
    permanence: 'transient',
    retryAfterMs: DAY,
    remedy: 'volume.warm-up',
    effect: { on: 'sender', measure: 'rest' },
  }),
  row('too-many-recipients', /\bRP:RCL\b/, ['too-many-recipients', 'recipient'], {
    permanence: 'transient',
    retryAfterMs: 0,
  }),
  row('unauthenticated', /\b(?:MI:SPF|MI:DMA)\b/, ['unauthenticated', 'message'], {
    permanence: 'by-code',
    remedy: 'dmarc.alignment',
  }),
  row('not-ours', /\bRP:FRL\b/, ['relay-denied', 'recipient'], { permanence: 'by-code' }),
  row('helo', /\bMI:NHD\b/, ['policy-refused', 'domain'], { permanence: 'held', remedy: 'host.resolves' }),
  row('malformed-address', /\bMI:IMF\b/, ['policy-refused', 'message'], { permanence: 'by-code' }),
  row('sender-differs', /\bDT:SUM\b/, ['policy-refused', 'message'], {
    permanence: 'by-code',
  }),
  row('source-refused', /\b(?:HL:IHU|HL:IPB|HL:ITC|DT:RBL|WM:BLI)\b|ip in blacklist/i, ['blocklisted', 'domain'], {
    permanence: 'held',
    retryAfterMs: HOUR,
    remedy: 'reputation.dnsbl',
  }),
  row('sender-refused', /\b(?:MI:SPB|WM:BLU)\b|user in blacklist/i, ['policy-refused', 'message'], {
    permanence: 'by-code',
    remedy: 'reputation.provider',
  }),
  row('ask-again', /\bDT:SPM\b/, ['greylisted', 'message'], {
    codes: [451],
    permanence: 'transient',
    retryAfterMs: 2 * MINUTE,
  }),
  row('content', /\bDT:SPM\b|illegal attachment/i, ['content-refused', 'message'], {
    codes: [55],
    permanence: 'permanent',
    remedy: 'message.content',
  }),
]
