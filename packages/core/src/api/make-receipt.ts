/**
 * MakeReceipt: what a sender gets for a message that is on disk.
 *
 * Policy. A message whose idempotency key was known gets the receipt of the first one, from its durable fact.
 *
 * Not here: what a receipt holds (receipt.ts), how its end is waited for (flow/settled.ts).
 */
import type { MailerParts } from '../assembly/mailer-parts.ts'
import type { Submitted } from '../flow/submission.ts'
import { printAddress } from '../model/address.ts'
import type { QueuedFact } from '../model/fact.ts'
import type { QueueId } from '../model/queue-id.ts'
import type { QueueStore } from '../queue/index.ts'
import { checkKeys, KINDS } from './arguments.ts'
import type { Receipt } from './receipt.ts'
import type { WorkUnderWay } from './work-under-way.ts'

export async function makeReceipt(
  { submission, id, duplicate }: Submitted,
  { store, settledWatch }: Pick<MailerParts, 'store' | 'settledWatch'>,
  work: WorkUnderWay,
): Promise<Receipt> {
  const first = duplicate ? await queuedFactOf(id, store) : undefined
  return {
    id,
    messageId: first?.header ?? submission.message.messageId,
    recipients: first?.recipients ?? submission.envelope.recipients.map(({ address }) => printAddress(address)),
    clearance: first?.clearance ?? submission.clearance,
    duplicate,
    settled: async (options = {}) => {
      checkKeys(options, KINDS.signal)
      return settledWatch.settled(id, work.signal(options))
    },
  }
}

async function queuedFactOf(id: QueueId, store: QueueStore): Promise<QueuedFact | undefined> {
  for (const { fact } of await store.history(id)) if (fact.kind === 'queued') return fact
  return undefined
}
