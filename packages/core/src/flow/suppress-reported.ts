/**
 * SuppressReported: whether what a report says ends the mail to an address.
 *
 * Policy. As a reply would: a complaint does, a wish to get no more of it by the way that we offer, and a sure reason. A vague one must come of two messages within a week.
 *
 * Not here: whether the report is to be believed (take-report.ts), what a reason is (outcome/).
 */
import { printAddress, requireAddress } from '../model/address.ts'
import type { LateFact } from '../model/fact.ts'
import type { Failure } from '../model/failure.ts'
import { leastQueueId, type QueueId } from '../model/queue-id.ts'
import type { Suppression } from '../model/settlement.ts'
import { type SuppressPolicy, suppressComplainer, suppressReturned, suppressUnsubscribed } from '../outcome/index.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Purpose } from '../report/index.ts'

export interface SuppressPorts {
  readonly store: QueueStore
  readonly suppress: SuppressPolicy
  /** Whether who unsubscribes by a way of ours is not mailed any more. */
  readonly unsubscribeSuppresses: boolean
}

interface Deciding {
  /** What the address was made for that it came to. */
  readonly purpose: Purpose
  readonly failure: Failure | undefined
  readonly id: QueueId
  readonly ports: SuppressPorts
}

/** undefined: what came back says too little to end the mail to an address. */
export async function suppressReported(
  fact: LateFact,
  { purpose, failure, id, ports }: Deciding,
): Promise<Suppression | undefined> {
  const address = requireAddress(fact.recipient, 'recipient')
  const of = { messageId: id, now: fact.at }
  if (fact.kind === 'complained') return suppressComplainer(address, fact.feedback, of)
  // What came to another address may say so by chance; this one says nothing else.
  if (fact.kind === 'unsubscribed' && purpose === 'unsubscribe' && ports.unsubscribeSuppresses)
    return suppressUnsubscribed(address, of)
  if (fact.kind !== 'returned' || failure === undefined) return undefined
  const sure = failure.suppress || (isVague(failure) && (await cameBefore(printAddress(address), fact, ports.store)))
  return sure ? suppressReturned(address, failure, { ...of, policy: ports.suppress }) : undefined
}

/** It says that the address is gone, and not so that it could not be meant otherwise. */
function isVague({ code, permanence }: Pick<Failure, 'code' | 'permanence'>): boolean {
  return permanence === 'permanent' && (code === 'user-unknown' || code === 'user-disabled' || code === 'user-moved')
}

const WEEK = 7 * 86_400_000
/** How many messages to one address are looked at, and for how long. */
const LOOK_BACK = 50
const LOOK_MS = 1000

/** Whether another message to the address came back proven, for such a reason, in the last week. */
async function cameBefore(recipient: string, { at, messageId }: LateFact, store: QueueStore): Promise<boolean> {
  const query = { to: recipient.toLowerCase(), least: leastQueueId(at - WEEK), below: leastQueueId(at + 1) }
  const { messages } = await store.messages({ ...query, limit: LOOK_BACK, withinMs: LOOK_MS })
  for (const { id } of messages) {
    if (id === messageId) continue
    for (const { fact } of await store.history(id)) {
      const isSame = fact.kind === 'returned' && fact.recipient.toLowerCase() === query.to
      if (isSame && fact.proven && isVague(fact)) return true
    }
  }
  return false
}
