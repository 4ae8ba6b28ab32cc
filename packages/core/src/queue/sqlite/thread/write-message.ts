/**
 * WriteMessage: the rows of one message, as it stands when they are written. Runs inside the writer's transaction.
 */
import { jobBase, type NewMessage, type NewRecipients } from '../../rows.ts'
import type { WriterTransaction } from './transaction.ts'

/** How the jobs of a message stand. */
export interface Standing {
  /** job.state */
  readonly state: 0 | 1 | 2 | 3
  readonly attempts: number
  readonly lease?: { readonly token: number | null; readonly until: number } | undefined
  /** When a job that waits is due, if not when the message was first. */
  readonly due?: number
  /** What became of the recipients of a job that is done: place, state, delay told, reply, again and again. */
  readonly settled?: readonly (number | string | null)[]
}

/** All but its bytes and its facts. */
export function writeMessage(transaction: WriterTransaction, n: number, message: NewMessage, standing: Standing): void {
  const [id, sender, acceptedAt, due, expiresAt, size, priority, account, held, key, digest, meta, jobs] = message
  const { state, attempts, lease } = standing
  const { sql } = transaction
  const count = jobs.length / 2
  if (state !== 3) transaction.disturb()
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
  const dueAt = standing.due ?? due
  const token = lease?.token ?? null
  const until = lease?.until ?? null
  let job = jobBase(n)
  for (let at = 0; at < jobs.length; at += 2) {
    const domain = jobs[at] as string
    sql.addJob.run(job, domain, priority, state, dueAt, expiresAt, attempts, token, until)
    const recipients = jobs[at + 1] as NewRecipients
    if (standing.settled === undefined) writeRecipients(transaction, job, recipients)
    else writeSettled(transaction, job, recipients, attempts, standing.settled)
    if (state === 0) transaction.queueReadyDomain(domain, priority, dueAt)
    job++
  }
}

function writeRecipients({ sql }: WriterTransaction, job: number, recipients: NewRecipients): void {
  for (let at = 0; at < recipients.length; at += 3) {
    const [place, local, extra] = [recipients[at], recipients[at + 1], recipients[at + 2]]
    sql.addRecipient.run(job, place as number, local as string, 0, 0, 0, null, extra as string | null)
  }
}

function writeSettled(
  { sql }: WriterTransaction,
  job: number,
  recipients: NewRecipients,
  attempts: number,
  settled: NonNullable<Standing['settled']>,
): void {
  const rows = new Map<number, number>()
  for (let at = 0; at < settled.length; at += 4) rows.set(settled[at] as number, at)
  for (let at = 0; at < recipients.length; at += 3) {
    const place = recipients[at] as number
    const row = rows.get(place)
    const [state, told, reply] =
      row === undefined ? [0, 0, null] : [settled[row + 1], settled[row + 2], settled[row + 3]]
    sql.addRecipient.run(
      job,
      place,
      recipients[at + 1] as string,
      state as number,
      row === undefined ? 0 : attempts,
      told as number,
      reply as string | null,
      recipients[at + 2] as string | null,
    )
  }
}
