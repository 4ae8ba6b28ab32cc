/**
 * Claims: which jobs go out next, and their leases. Runs inside the writer's transaction.
 *
 * Policy. Expired jobs first, whatever their domain, for they only need to be settled. Then by priority, and in it domain
 * after domain as their lanes stand in line; a lane that was served goes to the end of the line. What was accepted a moment
 * ago (stage.ts) comes after what waits in the same priority; it is written out, and stands in line, when that takes long.
 *
 * Not here: who may claim (holding.ts), what an attempt changes (settling.ts).
 */

import { jobBase, type Leased, messageOf, type NewRecipients, PRIORITIES } from '../../rows.ts'
import type { Verbs } from '../protocol.ts'
import { isStageOpen, stagedUnder, writeOld, writeOut } from './fast-path/fast-path.ts'
import type { Staged } from './fast-path/fast-path-memory.ts'
import { lapse } from './leadership.ts'
import { suppression } from './queries.ts'
import type { Desk } from './transaction.ts'

type Ask = Verbs['claim']['ask']
type RecipientRow = readonly [place: number, local: string, delayTold: number, extra: string | null]
type JobRow = readonly [job: number, domain: string, priority: number, attempts: number, expires: number]

export function claim(desk: Desk, ask: Ask): readonly Leased[] {
  if (!desk.isHolder()) return []
  writeOld(desk, ask.now)
  let quiet = desk.quiet(ask.now)
  const rows: JobRow[] = []
  const staged: Staged[] = []
  if (quiet === undefined) {
    lapse(desk, ask.now)
    rows.push(...(desk.sql.expired.all(ask.now, ask.limit) as unknown as JobRow[]))
    for (const [job] of rows) desk.sql.lease.run(ask.token, ask.until, job)
  }
  if (rows.length < ask.limit) claimDue(desk, ask, rows, staged, quiet !== undefined)
  if (rows.length === 0) quiet ??= lookAround(desk, ask)
  else desk.disturb()
  if (rows.length + staged.length === 0) return []
  const suppressing = (quiet?.suppressing ?? isSuppressing(desk, ask.now)) ? ask.now : undefined
  const found = rows.map(row => describe(desk, row, suppressing))
  for (const each of staged) found.push(describeStaged(desk, each, suppressing))
  return found
}

function isSuppressing(desk: Desk, now: number): boolean {
  return desk.sql.anySuppression.get(now) !== undefined
}

/** Nothing was found in the tables: the next claim need not look again, unless what is there was passed over. */
function lookAround(desk: Desk, { now }: Ask): ReturnType<Desk['quiet']> {
  desk.keepQuiet(nextOfTables(desk, new Set()), isSuppressing(desk, now))
  return desk.quiet(now)
}

function claimDue(desk: Desk, ask: Ask, rows: JobRow[], staged: Staged[], quiet: boolean): void {
  const room = new Map(ask.quotas)
  for (const domain of ask.exclude) room.set(domain, 0)
  const left = (): number => ask.limit - rows.length - staged.length
  for (let priority = 0; priority < PRIORITIES.length && left() > 0; priority++) {
    const reach = left() + ask.exclude.length
    const lanes = quiet ? [] : (desk.sql.lanesDue.all(priority, ask.now, reach) as unknown as [string][])
    for (const [domain] of lanes) {
      const wanted = Math.min(room.get(domain) ?? ask.perDomain, left())
      if (wanted === 0) continue
      const taken = desk.sql.dueOfLane.all(domain, priority, ask.now, wanted) as unknown as JobRow[]
      for (const [job] of taken) desk.sql.lease.run(ask.token, ask.until, job)
      rows.push(...taken)
      room.set(domain, (room.get(domain) ?? ask.perDomain) - taken.length)
      desk.requeueLane(domain, priority, ask.now)
      if (left() === 0) return
    }
    for (const domain of desk.stage.lanes(priority)) {
      const limit = Math.min(room.get(domain) ?? ask.perDomain, left())
      if (limit === 0) continue
      const taken = desk.stage.lease(desk, { priority, domain, now: ask.now, limit }, ask)
      staged.push(...taken)
      room.set(domain, (room.get(domain) ?? ask.perDomain) - taken.length)
    }
  }
}

function describeStaged(desk: Desk, { n, message }: Staged, now: number | undefined): Leased {
  const [id, , acceptedAt, , expiresAt, , priority, , , , , meta, jobs] = message
  const [domain, flat] = jobs as readonly [string, NewRecipients]
  const recipients: (number | string | null)[] = []
  for (let at = 0; at < flat.length; at += 3) {
    const [place, local, extra] = flat.slice(at, at + 3) as [number, string, string | null]
    const suppressed =
      now === undefined ? null : suppression(desk, { address: `${local}@${domain}`.toLowerCase(), now })
    recipients.push(place, local, 0, extra, suppressed)
  }
  return [jobBase(n), domain, priority, 0, expiresAt, id, acceptedAt, meta, recipients]
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
  return jobs.filter((job, at) => {
    const token = tokens[at] as number
    const staged = stagedUnder(desk, job, token)
    if (staged === undefined) return desk.sql.renew.run(until, job, token).changes === 0
    if (staged !== false) desk.stage.renew(desk, staged, until)
    return staged === false
  })
}

export function giveBack(desk: Desk, { job, token, due }: Verbs['giveBack']['ask']): boolean {
  const staged = stagedUnder(desk, job, token)
  if (staged === undefined) return putBack(desk, { job, token, due, attempts: 0 })
  if (staged === false) return false
  writeOut(desk, staged, { state: 0, attempts: 0, due })
  return true
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
  const staged = isStageOpen(desk) ? desk.stage.nextDue(excluded) : null
  // Whatever the time is, what is known of the tables is known.
  const quiet = desk.quiet(0)
  const waiting =
    quiet !== undefined && (quiet.next === null || exclude.length === 0) ? quiet.next : nextOfTables(desk, excluded)
  return staged === null || waiting === null ? (staged ?? waiting) : Math.min(staged, waiting)
}

function nextOfTables(desk: Desk, excluded: ReadonlySet<string>): number | null {
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
