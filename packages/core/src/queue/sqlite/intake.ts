/**
 * Intake: one message into the tables. Runs inside the writer's transaction.
 *
 * Policy. A key that is known with the same digest is the same message, and nothing is added; with another digest it is
 * refused, and the others of the transaction are not disturbed.
 */

import { jobBase, type NewMessage, type NewRecipients } from '../rows.ts'
import type { Desk } from './desk.ts'
import type { Verbs } from './protocol.ts'

export function enqueue(desk: Desk, message: NewMessage): Verbs['enqueue']['answer'] {
  const key = message[9]
  if (key !== null) {
    const known = desk.sql.findKey.get(key) as unknown as [string, string | null] | undefined
    if (known !== undefined) return known[1] === message[10] ? known[0] : false
  }
  add(desk, message)
  return null
}

function add(desk: Desk, message: NewMessage): void {
  const [id, sender, acceptedAt, due, expiresAt, size, priority, account, held, key, digest, meta, jobs] = message
  const [, , , , , , , , , , , , , recipients, facts, start, end] = message
  const { sql } = desk
  const n = desk.nextMessage()
  const count = jobs.length / 2
  sql.addMessage.run(
    n,
    id,
    sender,
    acceptedAt,
    expiresAt,
    size,
    priority,
    count,
    count,
    account,
    held,
    key,
    digest,
    meta,
  )
  sql.addContent.run(n, desk.bytes.subarray(start, end))
  const state = held === null ? 0 : 2
  let job = jobBase(n)
  for (let at = 0; at < jobs.length; at += 2) {
    const domain = jobs[at] as string
    sql.addJob.run(job, domain, priority, state, due, expiresAt)
    addRecipients(desk, job, jobs[at + 1] as NewRecipients)
    if (state === 0) desk.queueLane(domain, priority, due)
    job++
  }
  for (const fact of facts) desk.tell(n, acceptedAt, fact)
  desk.count(1, recipients)
}

function addRecipients({ sql }: Desk, job: number, recipients: NewRecipients): void {
  for (let at = 0; at < recipients.length; at += 3) {
    sql.addRecipient.run(
      job,
      recipients[at] as number,
      recipients[at + 1] as string,
      recipients[at + 2] as string | null,
    )
  }
}
