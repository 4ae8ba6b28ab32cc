/** Outcome: what it means, what follows. */
export { classify, classifySuppressed, expiredVerdicts, type Tried } from './classify.ts'
export { better, mayTryHop } from './next-hop.ts'
export type { NoticeReader } from './notice.ts'
export { BASIC_RULE_IDS, REPLY_RULES } from './reply-rules.ts'
export type { RetryPolicy } from './retry.ts'
export { judgeReturned, saidOf } from './returned.ts'
export type { ReplyRule } from './rule.ts'
export { type SettlePolicy, settle } from './settle.ts'
export {
  DEFAULT_SUPPRESS,
  type SuppressPolicy,
  suppressByHand,
  suppressComplainer,
  suppressReturned,
  suppressUnsubscribed,
} from './suppress.ts'
export { factsOf } from './tell.ts'
export { normalise } from './wording/index.ts'
