/**
 * Outcome: what stays of a message that went out on the fast path, as text and back: `[[expiry, priority, attempts,
 * recipients], [facts]]`. The facts stand as they are, for SQL to take out.
 */
import type { QueuedFact } from '../../../model/fact.ts'
import type { QueueId } from '../../../model/queue-id.ts'
import type { Priority } from '../../../model/submission.ts'
import { type NewMessage, PRIORITIES, RECIPIENT_STATES, type Settled } from '../../rows.ts'
import type { QueueEntry, QueueEntryRecipient } from '../../store.ts'

export interface Ending {
  readonly n: number
  readonly id: string
  readonly at: number
  readonly entry: string
}

type Head = readonly [expiresAt: number, priority: number, attempts: number, recipients: Settled[5]]

/** Of a message whose every recipient has its final state, at the time of its last fact. */
export function endingOf(message: NewMessage, n: number, settled: Settled, at: number): Ending {
  const [id, , , , expiresAt, , priority, , , , , , , , facts] = message
  const told: string[] = []
  let latest = at
  for (let place = 0; place < settled[9].length; place += 3) {
    latest = Math.max(latest, settled[9][place + 1] as number)
    told.push(settled[9][place + 2] as string)
  }
  const head: Head = [expiresAt, priority, settled[3], settled[5]]
  return { n, id, at: latest, entry: `[${JSON.stringify(head)},[${[...facts, ...told].join(',')}]]` }
}

export function readOutcome(id: string, entry: string): QueueEntry {
  const [[expiresAt, priority, attempts, settled], [queued]] = JSON.parse(entry) as [Head, [QueuedFact]]
  const { from, at, sizeBytes, tags = {}, account, recipients } = queued
  return {
    id: id as QueueId,
    from,
    acceptedAt: at,
    expiresAt,
    sizeBytes,
    priority: PRIORITIES[priority] as Priority,
    tags,
    ...(account !== undefined && { account }),
    recipients: recipients.map((address, place): QueueEntryRecipient => {
      const at =
        4 *
        Math.max(
          0,
          settled.findIndex((value, index) => index % 4 === 0 && value === place),
        )
      const state = RECIPIENT_STATES[settled[at + 1] as number] as QueueEntryRecipient['state']
      return { address, state, attempts, lastReply: settled[at + 3] as string }
    }),
  }
}
