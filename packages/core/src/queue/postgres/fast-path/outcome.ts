/**
 * Outcome: what stays of a message that went out on the fast path, as text and back: `[[expiry, priority, attempts,
 * recipients], [facts], about]`. The facts stand as they are, for SQL to take out; older outcomes have no third part.
 */
import type { QueuedFact } from '../../../model/fact.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { Priority } from '../../../model/submission.ts'
import type { About } from '../../encode.ts'
import { type PackedSettledRecipients, packSettledRecipients, unpackSettledRecipients } from '../../packed.ts'
import { type NewMessage, PRIORITIES, RECIPIENT_STATES, type Settled, type SettledRecipient } from '../../rows.ts'
import type { QueueEntry, QueueEntryRecipient } from '../../store.ts'

export interface Ending {
  readonly n: number
  readonly id: string
  readonly at: number
  readonly entry: string
}

type Head = readonly [expiresAt: number, priority: number, attempts: number, recipients: PackedSettledRecipients]

/** Of a message whose every recipient has its final state, at the time of its last fact. */
export function endingOf(
  message: NewMessage,
  n: number,
  settled: Pick<Settled, 'attempt' | 'recipients' | 'facts'>,
  at: number,
): Ending {
  const latest = settled.facts.reduce((latest, fact) => Math.max(latest, fact.at), at)
  const told = [...message.facts, ...settled.facts.map(({ json }) => json)]
  const head: Head = [message.expiresAt, message.priority, settled.attempt, packSettledRecipients(settled.recipients)]
  return {
    n,
    id: message.id,
    at: latest,
    entry: `[${JSON.stringify(head)},[${told.join(',')}],${message.about}]`,
  }
}

export function readOutcome(id: string, entry: string): QueueEntry {
  const [[expiresAt, priority, attempts, packed], [queued], about = {}] = JSON.parse(entry) as [
    Head,
    [QueuedFact],
    About?,
  ]
  const { from, at, sizeBytes, tags = {}, account, recipients, header } = queued
  const settled = unpackSettledRecipients(packed)
  const byPlace = new Map(settled.map(each => [each.place, each]))
  const [first] = settled as [SettledRecipient]
  return {
    id: id as QueueId,
    from,
    acceptedAt: at,
    expiresAt,
    sizeBytes,
    priority: PRIORITIES[priority] as Priority,
    tags,
    ...(account !== undefined && { account }),
    ...(header !== '' && { messageId: header }),
    ...about,
    recipients: recipients.map((address, place): QueueEntryRecipient => {
      const { state, reply } = byPlace.get(place) ?? first
      return { address, state: RECIPIENT_STATES[state] as QueueEntryRecipient['state'], attempts, lastReply: reply }
    }),
  }
}
