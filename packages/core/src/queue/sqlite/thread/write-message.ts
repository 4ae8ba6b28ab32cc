/**
 * WriteMessage: the rows of one message, as it stands when they are written. Runs inside the writer's transaction.
 */
import { jobBase, type NewMessage, type NewRecipient, type SettledRecipient, wholeMeta } from '../../rows.ts'
import type { WriterTransaction } from './transaction.ts'

/** How the jobs of a message stand. */
export interface Standing {
  /** job.state */
  readonly state: 0 | 1 | 2 | 3
  readonly attempts: number
  readonly lease?: { readonly token: number | null; readonly until: number } | undefined
  /** When a job that waits is due, if not when the message was first. */
  readonly due?: number
  /** What became of the recipients of a job that is done. */
  readonly settled?: readonly SettledRecipient[]
}

/** All but its bytes and its facts. */
export function writeMessage(transaction: WriterTransaction, n: number, message: NewMessage, standing: Standing): void {
  const { id, sender, acceptedAt, expiresAt, size, priority, account, held, key, digest, jobs } = message
  const { state, attempts, due = message.due } = standing
  const { sql } = transaction
  const count = jobs.length
  if (state !== 3) transaction.disturb()
  sql.addMessage.run({
    n,
    id,
    sender,
    acceptedAt,
    expiresAt,
    size,
    priority,
    jobs: count,
    open: count,
    account,
    held,
    key,
    digest,
    meta: wholeMeta(message),
  })
  const token = standing.lease?.token ?? null
  const leaseUntil = standing.lease?.until ?? null
  let job = jobBase(n)
  for (const { domain, recipients } of jobs) {
    sql.addJob.run({ id: job, domain, priority, state, due, expiresAt, attempts, token, leaseUntil })
    if (standing.settled === undefined) writeRecipients(transaction, job, recipients)
    else writeSettled(transaction, job, recipients, attempts, standing.settled)
    if (state === 0) transaction.queueReadyDomain(domain, priority, due)
    job++
  }
}

function writeRecipients({ sql }: WriterTransaction, job: number, recipients: readonly NewRecipient[]): void {
  for (const { place, local, extra } of recipients)
    sql.addRecipient.run({ job, place, local, state: 0, attempts: 0, delayTold: 0, reply: null, extra })
}

const WAITING = { state: 0, delayTold: 0, reply: null }

function writeSettled(
  { sql }: WriterTransaction,
  job: number,
  recipients: readonly NewRecipient[],
  attempts: number,
  settled: readonly SettledRecipient[],
): void {
  const byPlace = new Map(settled.map(each => [each.place, each]))
  for (const { place, local, extra } of recipients) {
    const became = byPlace.get(place)
    const { state, delayTold, reply } = became ?? WAITING
    sql.addRecipient.run({ job, place, local, state, attempts: became ? attempts : 0, delayTold, reply, extra })
  }
}
