/**
 * Claims: which jobs go out next, and their leases. Runs inside the writer's transaction.
 *
 * Policy. Expired jobs first, whatever their domain, for they only need to be settled. Then by priority, and in it domain
 * after domain as their lanes stand in line; a lane that was served goes to the end of the line.
 *
 * Not here: who may claim (holding.ts), what an attempt changes (settling.ts).
 */

import { type Leased, messageOf, PRIORITIES } from '../rows.ts'
import type { Desk } from './desk.ts'
import { isHolder, lapse } from './holding.ts'
import { suppression } from './looking.ts'
import type { Verbs } from './protocol.ts'

type Ask = Verbs['claim']['ask']
type RecipientRow = readonly [place: number, local: string, delayTold: number, extra: string | null]
type JobRow = readonly [job: number, domain: string, priority: number, attempts: number, expires: number]

export function claim(desk: Desk, ask: Ask): readonly Leased[] {
  if (!isHolder(desk)) return []
  lapse(desk, ask.now)
  const rows = [...(desk.sql.expired.all(ask.now, ask.limit) as unknown as JobRow[])]
  for (const [job] of rows) desk.sql.lease.run(ask.token, ask.until, job)
  if (rows.length < ask.limit) claimDue(desk, ask, rows)
  if (rows.length === 0) return []
  const suppressing = desk.sql.anySuppression.get(ask.now) !== undefined
  return rows.map(row => describe(desk, row, suppressing ? ask.now : undefined))
}

function claimDue(desk: Desk, ask: Ask, rows: JobRow[]): void {
  const room = new Map(ask.quotas)
  for (const domain of ask.exclude) room.set(domain, 0)
  for (let priority = 0; priority < PRIORITIES.length && rows.length < ask.limit; priority++) {
    const reach = ask.limit - rows.length + ask.exclude.length
    for (const [domain] of desk.sql.lanesDue.all(priority, ask.now, reach) as unknown as [string][]) {
      const left = room.get(domain) ?? ask.perDomain
      if (left === 0) continue
      const wanted = Math.min(left, ask.limit - rows.length)
      const taken = desk.sql.dueOfLane.all(domain, priority, ask.now, wanted) as unknown as JobRow[]
      for (const [job] of taken) desk.sql.lease.run(ask.token, ask.until, job)
      rows.push(...taken)
      room.set(domain, left - taken.length)
      desk.requeueLane(domain, priority, ask.now)
      if (rows.length >= ask.limit) return
    }
  }
}

/** @param now set when addresses may be suppressed */
function describe(desk: Desk, [job, domain, priority, attempts, expiresAt]: JobRow, now: number | undefined): Leased {
  const [id, acceptedAt, meta] = desk.sql.jobMessage.get(messageOf(job)) as unknown as [string, number, string]
  const recipients: (number | string | null)[] = []
  for (const [place, local, delayTold, extra] of desk.sql.jobRecipients.all(job) as unknown as RecipientRow[]) {
    const suppressed =
      now === undefined ? null : suppression(desk, { address: `${local}@${domain}`.toLowerCase(), now })
    recipients.push(place, local, delayTold, extra, suppressed)
  }
  return [job, domain, priority, attempts, expiresAt, id, acceptedAt, meta, recipients]
}

export function renew(desk: Desk, { jobs, tokens, until }: Verbs['renew']['ask']): readonly number[] {
  return jobs.filter((job, at) => desk.sql.renew.run(until, job, tokens[at] as number).changes === 0)
}

export function giveBack(desk: Desk, { job, token, due }: Verbs['giveBack']['ask']): boolean {
  return putBack(desk, { job, token, due, attempts: 0 })
}

/** A leased job waits again, or is held when its message is. False: the lease is lost. */
export function putBack(
  desk: Desk,
  {
    job,
    token,
    due,
    attempts,
  }: { readonly job: number; readonly token: number; readonly due: number; readonly attempts: 0 | 1 },
): boolean {
  const row = desk.sql.leased.get(job, token) as unknown as [string, number, number] | undefined
  if (row === undefined) return false
  const [domain, priority, held] = row
  desk.sql.putBack.run(held === 1 ? 2 : 0, due, attempts, job)
  if (held === 0) desk.queueLane(domain, priority, due)
  return true
}

/** The first moment at which a claim with this `exclude` could find something. Lanes may promise a little too early. */
export function nextDue(desk: Desk, exclude: readonly string[]): number | null {
  const excluded = new Set(exclude)
  let next = (desk.sql.nextExpiry.get() as unknown as [number] | undefined)?.[0] ?? null
  for (let priority = 0; priority < PRIORITIES.length; priority++) {
    for (const row of desk.sql.lanesNext.iterate(priority)) {
      const [domain, due] = row as unknown as [string, number]
      if (excluded.has(domain)) continue
      if (next === null || due < next) next = due
      break
    }
  }
  return next
}
