/**
 * Tell: a settlement as durable facts, one for each recipient and consequence, in the order in which they came true.
 *
 * Not here: facts of the queue itself (queued, held, released, cancelled) and of notices, which know their new id (flow/).
 */
import { printAddress } from '../model/address.ts'
import { type DurableFact, ofMessage } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import { printReply, type Reply } from '../model/reply.ts'
import type { RecipientSettlement, Settlement } from '../model/settlement.ts'
import type { Verdict } from '../model/verdict.ts'

/** A reply of many lines is cut: the transcript has the whole. */
const MAX_REPLY_CHARACTERS = 1000

export function factsOf(settlement: Settlement): DurableFact[] {
  const facts: DurableFact[] = []
  const uncertain = settlement.recipients.filter(isUncertain)
  if (uncertain.length > 0) {
    facts.push({
      kind: 'uncertain',
      ...ofMessage(settlement.job, settlement.at),
      recipients: uncertain.map(({ recipient }) => printAddress(recipient.address)),
      because: 'connection-lost',
    })
  }
  for (const one of settlement.recipients) tellOne(facts, settlement, one)
  for (const { address, failure, until } of settlement.suppressions) {
    facts.push({
      kind: 'suppressed',
      ...ofMessage(settlement.job, settlement.at),
      recipient: printAddress(address),
      until,
      rule: failure.rule,
    })
  }
  return facts
}

function tellOne(facts: DurableFact[], settlement: Settlement, one: RecipientSettlement): void {
  const { job, at } = settlement
  const common = { ...ofMessage(settlement.job, settlement.at), ...ofRecipient(settlement, one) }
  if (one.verdict.kind === 'accepted') {
    // Once: there may be thousands of recipients.
    const { transcript } = facts.some(({ kind }) => kind === 'delivered') ? {} : one.verdict
    facts.push({
      kind: 'delivered',
      ...common,
      tookMs: at - job.acceptedAt,
      ...(transcript !== undefined && { transcript }),
    })
    return
  }
  const failure = ofFailure(one.verdict.failure)
  if (one.state === 'bounced' || one.state === 'expired') {
    facts.push({ kind: one.state, ...common, ...failure })
    return
  }
  // A deferred recipient always has a next attempt; should a caller have made the settlement by hand, "now" is harmless.
  facts.push({ kind: 'deferred', ...common, ...failure, nextAttemptAt: settlement.nextAttemptAt ?? at })
  if (one.delayDue) facts.push({ kind: 'delayed', ...common, sinceMs: at - job.acceptedAt })
}

function isUncertain({ verdict }: RecipientSettlement): boolean {
  return verdict.kind === 'failed' && verdict.failure.code === 'delivery-uncertain'
}

function ofRecipient({ job }: Settlement, { recipient, verdict }: RecipientSettlement) {
  const reply = replyOf(verdict)
  return {
    recipient: printAddress(recipient.address),
    attempt: job.attempts + 1,
    ...(verdict.host !== undefined && { host: verdict.host }),
    ...(verdict.address !== undefined && { address: verdict.address }),
    ...(reply !== undefined && { reply: oneLine(reply) }),
    ...(verdict.tls !== undefined && { tls: verdict.tls }),
    ...(verdict.fellBackToPlain !== undefined && { fellBackToPlain: verdict.fellBackToPlain }),
    ...(verdict.leftFrom !== undefined && { leftFrom: verdict.leftFrom }),
  }
}

function ofFailure(failure: Failure) {
  const { code, scope, permanence, stage, rule, detail, remedy, transcript } = failure
  return {
    code,
    scope,
    permanence,
    stage,
    rule,
    detail,
    ...(remedy !== undefined && { remedy }),
    ...(transcript !== undefined && { transcript }),
  }
}

function replyOf(verdict: Verdict): Reply | undefined {
  return verdict.kind === 'accepted' ? verdict.reply : verdict.failure.reply
}

function oneLine(reply: Reply): string {
  const line = printReply(reply)
  return line.length > MAX_REPLY_CHARACTERS ? `${line.slice(0, MAX_REPLY_CHARACTERS)}…` : line
}
