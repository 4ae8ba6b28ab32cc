/**
 * Stage: what the process that delivers accepted a moment ago and is about to deliver. Such a message is one row of a small
 * table and its bytes; its claim and its lease are in memory alone; and when its attempt settles it for good, its rows are
 * written once, as they stay. Only what is not delivered at once is written out to where it can wait and be found.
 *
 * Policy.
 * - On the stage stands what has one job, is due at once, and has no key: by the holder of delivery, up to `MOST`.
 * - What was not claimed within `PATIENCE_MS`, or is given back or deferred, is written out. So is everything before anyone
 *   looks at the queue or changes it by hand: all other verbs know nothing of the stage.
 * - When the holder dies, its successor finds the rows, and all is due again. What stands here had one lease at most, so that
 *   a mark of its final dot needs no token to count.
 * - Another process that looks writes everything out as running, for it cannot know what is; the holder sees that it did
 *   (`delivery.cleared`), and puts right what is not.
 *
 * Not here: who waits in which order (stage-memory.ts), which verbs look (writer.ts), the order of claims (claims.ts).
 */
import { jobBase, type NewMessage } from '../../../rows.ts'
import type { Desk } from '../transaction.ts'
import type { Standing } from '../write-message.ts'
import type { Staged } from './fast-path-memory.ts'
import { readStage, writeStaged } from './fast-path-message.ts'

const MOST = 1_000
const PATIENCE_MS = 1_000

/** Whether this process holds delivery and all that it knows of the stage is so. */
export function isStageOpen(desk: Desk): boolean {
  if (desk.stage.cleared === undefined) return false
  const [, , , cleared] = desk.delivery()
  if (!desk.isHolder()) desk.stage.forget()
  else if (cleared !== desk.stage.cleared) reconcile(desk, cleared)
  return desk.stage.cleared !== undefined
}

/** Takes a message that `writeMessage` would take, and answers whether it did. */
export function takeOnStage(desk: Desk, n: number, message: NewMessage): boolean {
  const [id, sender, acceptedAt, due, expiresAt, size, priority, account, held, key, , meta, jobs] = message
  if (key !== null || held !== null || jobs.length !== 2 || due !== acceptedAt || desk.stage.size >= MOST) return false
  if (!isStageOpen(desk)) return false
  const twin = desk.stage.find(jobBase(desk.stage.numberOf(id) ?? -1))
  // An id that is there twice is refused by the table.
  if (twin !== undefined) writeOut(desk, twin)
  if (twin !== undefined || desk.sql.messageNumber.get(id) !== undefined) return false
  const [domain, recipients] = jobs as [string, unknown]
  const [queued] = message[14] as [string]
  const fact = desk.nextFact()
  const json = JSON.stringify(recipients)
  desk.sql.addStaged.run(
    n,
    id,
    sender,
    acceptedAt,
    expiresAt,
    size,
    priority,
    account,
    meta,
    domain,
    json,
    fact,
    queued,
  )
  desk.stage.put(desk, { n, message, fact, lease: undefined })
  return true
}

/** What stands here under this lease. `undefined`: it does not stand here. `false`: it does, but the lease is lost. */
export function stagedUnder(desk: Desk, job: number, token: number): Staged | false | undefined {
  if (!isStageOpen(desk)) return undefined
  const staged = desk.stage.find(job)
  if (staged === undefined) return undefined
  return staged.lease?.token === token ? staged : false
}

/** Writes out what waited too long, is over, or is under a lease that ran out. */
export function writeOld(desk: Desk, now: number): void {
  if (!isStageOpen(desk)) return
  for (const staged of desk.stage.lapsed(now)) writeOut(desk, staged)
  for (const staged of desk.stage.old(now - PATIENCE_MS, now)) writeOut(desk, staged)
}

/** Writes everything out, as it stands. */
export function writeAll(desk: Desk): void {
  if (isStageOpen(desk)) {
    for (const staged of desk.stage.all()) writeOut(desk, staged)
  } else if (!desk.isHolder()) {
    const rows = readStage(desk)
    if (rows.length === 0) return
    const [, until] = desk.delivery()
    for (const staged of rows) writeStaged(desk, staged, { state: 1, attempts: 0, lease: { token: null, until } })
    desk.sql.clearedOnce.run()
  }
}

/** Writes out one message: running while it is under a lease, else waiting; or as it is said. */
export function writeOut(desk: Desk, staged: Staged, standing?: Standing): void {
  const { lease } = staged
  writeStaged(desk, staged, standing ?? { state: lease === undefined ? 0 : 1, attempts: 0, lease })
  desk.stage.drop(desk, staged)
}

/** What another process wrote out as running is told as it is. */
function reconcile(desk: Desk, cleared: number): void {
  desk.stage.setCleared(desk, cleared)
  for (const staged of desk.stage.all()) {
    const { n, lease, message } = staged
    if (desk.sql.isStaged.get(n) !== undefined) continue
    const job = jobBase(n)
    // Under a token of its own its row can be found by those who end leases.
    const token = lease?.token ?? -1
    desk.sql.adopt.run(token, lease?.until ?? 0, job)
    if (lease === undefined) {
      const held = (desk.sql.leased.get(job, token) as unknown as [string, number, number] | undefined)?.[2]
      desk.sql.putBack.run(held === 1 ? 2 : 0, message[3], 0, job)
      if (held !== 1) desk.queueLane(message[12][0] as string, message[6], message[3])
    }
    desk.stage.drop(desk, staged)
  }
}
