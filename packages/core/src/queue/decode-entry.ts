/**
 * DecodeEntry: rows of a message as people see it. Runs on the reader's side of the wire.
 *
 * Not here: submissions as rows (encode.ts).
 */
import type { QueueId } from '../model/queue-id.ts'
import type { Priority } from '../model/submission.ts'
import type { MessageMeta } from './encode.ts'
import type { QueueEntry, QueueEntryRecipient } from './queue-entry.ts'
import { type Entry, PRIORITIES, RECIPIENT_STATES } from './rows.ts'

export function decodeEntry(entry: Entry): QueueEntry {
  const { tags, facts, via, card, passesOn, erased } = JSON.parse(entry.meta) as MessageMeta
  return {
    id: entry.id as QueueId,
    from: entry.sender,
    acceptedAt: entry.acceptedAt,
    expiresAt: entry.expiresAt,
    sizeBytes: entry.size,
    priority: PRIORITIES[entry.priority] as Priority,
    tags: tags ?? {},
    ...(entry.account !== null && { account: entry.account }),
    ...(facts.messageId !== '' && { messageId: facts.messageId }),
    ...(via !== undefined && { via }),
    ...(card !== undefined && { card }),
    ...(passesOn && { passesOn }),
    ...(erased && { erased }),
    ...(entry.held !== null && { held: entry.held }),
    ...(entry.due !== null && { dueAt: entry.due }),
    recipients: entry.recipients.map(
      (recipient): QueueEntryRecipient => ({
        address: recipient.address,
        state: recipient.running ? 'running' : (RECIPIENT_STATES[recipient.state] as QueueEntryRecipient['state']),
        attempts: recipient.attempts,
        ...(recipient.reply !== null && { lastReply: recipient.reply }),
      }),
    ),
  }
}
