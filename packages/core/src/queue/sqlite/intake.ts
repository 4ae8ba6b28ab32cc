/**
 * Intake: one message into the tables. Runs inside the writer's transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused, and the others of the transaction are not disturbed.
 */
import type { Desk } from './desk.ts'
import { jobBase, type NewMessage, type Verbs } from './protocol.ts'

export function enqueue(desk: Desk, message: NewMessage): Verbs['enqueue']['answer'] {
  if (message.key !== null) {
    const known = desk.sql.findKey.get(message.key) as unknown as [string, string | null] | undefined
    if (known !== undefined) {
      return known[1] === message.digest ? { id: known[0], duplicate: true } : 'duplicate-key'
    }
  }
  add(desk, message)
  return { id: message.id, duplicate: false }
}

function add(desk: Desk, message: NewMessage): void {
  const { sql } = desk
  const n = desk.nextMessage()
  const jobs = message.jobs.length
  sql.addMessage.run(
    n,
    message.id,
    message.sender,
    message.acceptedAt,
    message.expiresAt,
    message.size,
    message.priority,
    jobs,
    jobs,
    message.account,
    message.held,
    message.key,
    message.digest,
    message.meta,
  )
  sql.addContent.run(n, desk.bytes.subarray(message.start, message.end))
  const state = message.held === null ? 0 : 2
  let job = jobBase(n)
  for (const { domain, recipients } of message.jobs) {
    sql.addJob.run(job, domain, message.priority, state, message.due, message.expiresAt)
    for (let at = 0; at < recipients.length; at += 3) {
      sql.addRecipient.run(
        job,
        recipients[at] as number,
        recipients[at + 1] as string,
        recipients[at + 2] as string | null,
      )
    }
    if (state === 0) desk.queueLane(domain, message.priority, message.due)
    job++
  }
  for (const fact of message.facts) desk.tell(n, message.acceptedAt, fact)
  desk.count(1, message.recipients)
}
