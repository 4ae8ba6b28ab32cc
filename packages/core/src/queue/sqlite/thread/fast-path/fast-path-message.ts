/**
 * Staged: one message of the stage, as a row of its table and as rows of all the others. Runs inside the writer's transaction.
 */
import { jobBase } from '../../../rows.ts'
import type { Desk } from '../transaction.ts'
import { type Standing, writeMessage } from '../write-message.ts'
import type { Staged } from './fast-path-memory.ts'

/** From the stage into the tables. */
export function writeStaged(desk: Desk, { n, message, fact }: Staged, standing: Standing): void {
  desk.sql.dropStaged.run(n)
  writeMessage(desk, n, message, standing)
  desk.sql.addFact.run(fact, n, message[2], message[14][0] as string)
}

type Row = [
  n: number,
  id: string,
  sender: string,
  acceptedAt: number,
  expiresAt: number,
  size: number,
  priority: number,
  account: string | null,
  meta: string,
  domain: string,
  recipients: string,
  fact: number,
  queued: string,
]

/** What stands in the table. */
export function readStage(desk: Desk): readonly Staged[] {
  return (desk.sql.staged.all() as unknown as Row[]).map(
    ([n, id, sender, at, expiresAt, size, priority, account, meta, domain, json, fact, queued]) => {
      const recipients = JSON.parse(json) as (number | string | null)[]
      const jobs = [domain, recipients]
      const count = recipients.length / 3
      const start = [id, sender, at, at, expiresAt, size, priority, account, null, null, null] as const
      return { n, fact, lease: undefined, message: [...start, meta, jobs, count, [queued], 0, 0] }
    },
  )
}

/** A holder that died left these: all of them wait again. Answers their jobs. */
export function takeOverStage(desk: Desk): readonly number[] {
  return readStage(desk).map(staged => {
    writeStaged(desk, staged, { state: 0, attempts: 0 })
    return jobBase(staged.n)
  })
}
