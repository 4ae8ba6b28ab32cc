/**
 * Settling: every durable consequence of one attempt, under the lease it was made with. Runs inside the writer's
 * transaction; without the lease nothing is written.
 */

import { messageOf, type Settled } from '../../rows.ts'
import type { Verbs } from '../protocol.ts'
import { putBack } from './claim.ts'
import { enqueue } from './enqueue.ts'
import { stagedUnder, writeOut } from './fast-path/fast-path.ts'
import type { Desk } from './transaction.ts'

export function settle(desk: Desk, settled: Settled): Verbs['settle']['answer'] {
  const [job, token, ownId, attempt, next, recipients, finals, suppressions, notices, facts] = settled
  const n = messageOf(job)
  const staged = stagedUnder(desk, job, token)
  if (staged === false) return 'lost'
  const final = next === null
  if (staged !== undefined && final) {
    writeOut(desk, staged, { state: 3, attempts: attempt, settled: recipients })
  } else {
    if (staged !== undefined) writeOut(desk, staged)
    const kept = final
      ? desk.sql.finish.run(job, token).changes === 1
      : putBack(desk, { job, token, due: next, attempts: 1 })
    if (!kept) return 'lost'
    for (let at = 0; at < recipients.length; at += 4) {
      const [place, state, delayTold, reply] = recipients.slice(at, at + 4) as [number, number, number, string]
      desk.sql.settleRecipient.run(state, attempt, delayTold, reply, job, place)
    }
  }
  for (let at = 0; at < suppressions.length; at += 3) {
    const [address, until, json] = suppressions.slice(at, at + 3) as [string, number, string]
    desk.sql.suppress.run(address, until, json)
    desk.disturb()
  }
  for (const notice of notices) enqueue(desk, notice)
  for (let at = 0; at < facts.length; at += 3) {
    const [id, told, json] = facts.slice(at, at + 3) as [string, number, string]
    desk.tell(id === ownId ? n : numberOf(desk, id), told, json)
  }
  const done = final && (staged !== undefined ? dropContent(desk, n) : closeJob(desk, n))
  desk.count(done ? -1 : 0, -finals)
  return done ? 'done' : 'open'
}

function numberOf(desk: Desk, id: string): number {
  return desk.stage.numberOf(id) ?? (desk.sql.messageNumber.get(id) as unknown as [number] | undefined)?.[0] ?? 0
}

/** One job of a message is done; with the last of them its bytes go. A message of one job keeps no count. */
export function closeJob(desk: Desk, n: number): boolean {
  const [jobs, open] = desk.sql.openJobs.get(n) as unknown as [number, number]
  if (jobs > 1) {
    desk.sql.setOpenJobs.run(open - 1, n)
    if (open > 1) return false
  }
  return dropContent(desk, n)
}

function dropContent(desk: Desk, n: number): true {
  desk.sql.dropContent.run(n)
  return true
}
