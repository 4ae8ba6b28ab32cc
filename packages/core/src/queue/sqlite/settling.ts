/**
 * Settling: every durable consequence of one attempt, under the lease it was made with. Runs inside the writer's
 * transaction; without the lease nothing is written.
 */
import type { Desk } from './desk.ts'
import { enqueue } from './intake.ts'
import { messageOf, type Settled, type Verbs } from './protocol.ts'

export function settle(desk: Desk, settled: Settled): Verbs['settle']['answer'] {
  const { job, token, next } = settled
  const n = messageOf(job)
  if (next === null) {
    if (desk.sql.finish.run(job, token).changes === 0) return 'lost'
  } else {
    const row = desk.sql.defer.get(next, job, token) as unknown as [string, number, number] | undefined
    if (row === undefined) return 'lost'
    const [domain, priority, state] = row
    if (state === 0) desk.queueLane(domain, priority, next)
  }
  writeRecipients(desk, settled)
  const { suppressions, facts } = settled
  for (let at = 0; at < suppressions.length; at += 3) {
    desk.sql.suppress.run(suppressions[at] as string, suppressions[at + 1] as number, suppressions[at + 2] as string)
  }
  for (const notice of settled.notices) enqueue(desk, notice)
  for (let at = 0; at < facts.length; at += 3) {
    const id = facts[at] as string
    desk.tell(id === settled.id ? n : numberOf(desk, id), facts[at + 1] as number, facts[at + 2] as string)
  }
  const done = next === null && closeJob(desk, n)
  desk.count(done ? -1 : 0, -settled.finals)
  return done ? 'done' : 'open'
}

function writeRecipients(desk: Desk, { recipients, job, attempt }: Settled): void {
  for (let at = 0; at < recipients.length; at += 4) {
    const place = recipients[at] as number
    const state = recipients[at + 1] as number
    const delayTold = recipients[at + 2] as number
    desk.sql.settleRecipient.run(state, attempt, delayTold, recipients[at + 3] as string | null, job, place)
  }
}

function numberOf(desk: Desk, id: string): number {
  return (desk.sql.messageNumber.get(id) as unknown as [number] | undefined)?.[0] ?? 0
}

/** One job of a message is done; with the last of them its bytes go. A message of one job keeps no count. */
export function closeJob(desk: Desk, n: number): boolean {
  const left = desk.sql.closeJob.get(n) as unknown as [number] | undefined
  if (left !== undefined && left[0] > 0) return false
  desk.sql.dropContent.run(n)
  return true
}
