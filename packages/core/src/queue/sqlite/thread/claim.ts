/**
 * Claim: which jobs go out next, and their leases. Runs inside the writer's transaction.
 *
 * Policy. Expired jobs first, whatever their domain, for they only need to be settled. Then by priority, and in it domain
 * after domain as their domains stand in line; a domain that was served goes to the end of the line. What was accepted a moment
 * ago (fast-path/) comes after what waits in the same priority; it is written out, and stands in line, when that takes long.
 *
 * Not here: who may claim (leadership.ts), what an attempt changes (settle.ts).
 */

import { jobBase, type LeasedJob, type LeasedRecipient, messageOf, PRIORITIES } from '../../rows.ts'
import type { Verbs } from '../both/protocol.ts'
import { fastPathUnder, isFastPathOpen, writeOld, writeOut } from './fast-path/fast-path.ts'
import type { FastPathMessage } from './fast-path/fast-path-memory.ts'
import { lapse } from './leadership.ts'
import { suppression } from './suppressions.ts'
import type { TableRow } from './tables.ts'
import type { WriterTransaction } from './transaction.ts'

type Ask = Verbs['claim']['ask']
type JobRow = Pick<TableRow<'job'>, 'id' | 'domain' | 'priority' | 'attempts' | 'expiresAt'>

export function claim(transaction: WriterTransaction, ask: Ask): readonly LeasedJob[] {
  if (!transaction.isLeader()) return []
  writeOld(transaction, ask.now)
  let quiet = transaction.quiet(ask.now)
  const rows: JobRow[] = []
  const staged: FastPathMessage[] = []
  if (quiet === undefined) {
    lapse(transaction, ask.now)
    rows.push(...transaction.sql.expired.all(ask.now, ask.limit))
    for (const { id } of rows) transaction.sql.lease.run(ask.token, ask.until, id)
  }
  if (rows.length < ask.limit) claimDue(transaction, ask, rows, staged, quiet !== undefined)
  if (rows.length === 0) quiet ??= lookAround(transaction, ask)
  else transaction.disturb()
  if (rows.length + staged.length === 0) return []
  const suppressing = (quiet?.suppressing ?? isSuppressing(transaction, ask.now)) ? ask.now : undefined
  const found = rows.map(row => describe(transaction, row, suppressing))
  for (const each of staged) found.push(describeFastPathMessage(transaction, each, suppressing))
  return found
}

function isSuppressing(transaction: WriterTransaction, now: number): boolean {
  return transaction.sql.anySuppression.holds(now)
}

/** Nothing was found in the tables: the next claim need not look again, unless what is there was passed over. */
function lookAround(transaction: WriterTransaction, { now }: Ask): ReturnType<WriterTransaction['quiet']> {
  transaction.keepQuiet(nextOfTables(transaction, new Set()), isSuppressing(transaction, now))
  return transaction.quiet(now)
}

function claimDue(
  transaction: WriterTransaction,
  ask: Ask,
  rows: JobRow[],
  staged: FastPathMessage[],
  quiet: boolean,
): void {
  const room = new Map(ask.quotas)
  for (const domain of ask.exclude) room.set(domain, 0)
  const left = (): number => ask.limit - rows.length - staged.length
  for (let priority = 0; priority < PRIORITIES.length && left() > 0; priority++) {
    const reach = left() + ask.exclude.length
    const domains = quiet ? [] : transaction.sql.readyDomains.all(priority, ask.now, reach)
    for (const { domain } of domains) {
      const wanted = Math.min(room.get(domain) ?? ask.perDomain, left())
      if (wanted === 0) continue
      const taken = transaction.sql.dueOfDomain.all(domain, priority, ask.now, wanted)
      for (const { id } of taken) transaction.sql.lease.run(ask.token, ask.until, id)
      rows.push(...taken)
      room.set(domain, (room.get(domain) ?? ask.perDomain) - taken.length)
      transaction.requeueReadyDomain(domain, priority, ask.now)
      if (left() === 0) return
    }
    for (const domain of transaction.fastPath.domains(priority)) {
      const limit = Math.min(room.get(domain) ?? ask.perDomain, left())
      if (limit === 0) continue
      const taken = transaction.fastPath.lease(transaction, { priority, domain, now: ask.now, limit }, ask)
      staged.push(...taken)
      room.set(domain, (room.get(domain) ?? ask.perDomain) - taken.length)
    }
  }
}

function describeFastPathMessage(
  transaction: WriterTransaction,
  { n, message, job }: FastPathMessage,
  now: number | undefined,
): LeasedJob {
  const { id, acceptedAt, expiresAt, priority, meta } = message
  const { domain } = job
  const recipients = job.recipients.map(({ place, local, extra }): LeasedRecipient => {
    return { place, local, delayTold: 0, extra, suppressed: suppressedAs(transaction, local, domain, now) }
  })
  return { job: jobBase(n), domain, priority, attempts: 0, expiresAt, id, acceptedAt, meta, recipients }
}

/** @param now set when addresses may be suppressed */
function describe(
  transaction: WriterTransaction,
  { id: job, domain, priority, attempts, expiresAt }: JobRow,
  now: number | undefined,
): LeasedJob {
  const { id, acceptedAt, meta } = transaction.sql.jobMessage.one(messageOf(job))
  const recipients = transaction.sql.jobRecipients
    .all(job)
    .map(({ place, local, delayTold, extra }): LeasedRecipient => {
      return { place, local, delayTold, extra, suppressed: suppressedAs(transaction, local, domain, now) }
    })
  return { job, domain, priority, attempts, expiresAt, id, acceptedAt, meta, recipients }
}

function suppressedAs(
  transaction: WriterTransaction,
  local: string,
  domain: string,
  now: number | undefined,
): string | null {
  return now === undefined ? null : suppression(transaction, { address: `${local}@${domain}`.toLowerCase(), now })
}

export function renew(
  transaction: WriterTransaction,
  { jobs, tokens, until }: Verbs['renew']['ask'],
): readonly number[] {
  return jobs.filter((job, at) => {
    const token = tokens[at] as number
    const staged = fastPathUnder(transaction, job, token)
    if (staged === undefined) return transaction.sql.renew.run(until, job, token).changes === 0
    if (staged !== false) transaction.fastPath.renew(transaction, staged, until)
    return staged === false
  })
}

export function giveBack(transaction: WriterTransaction, { job, token, due }: Verbs['giveBack']['ask']): boolean {
  const staged = fastPathUnder(transaction, job, token)
  if (staged === undefined) return putBack(transaction, { job, token, due, attempts: 0 })
  if (staged === false) return false
  writeOut(transaction, staged, { state: 0, attempts: 0, due })
  return true
}

/** A leased job waits again, or is held when its message is. False: the lease is lost. */
export function putBack(
  transaction: WriterTransaction,
  {
    job,
    token,
    due,
    attempts,
  }: { readonly job: number; readonly token: number; readonly due: number; readonly attempts: 0 | 1 },
): boolean {
  const leased = transaction.sql.leased.get(job, token)
  if (leased === undefined) return false
  const { domain, priority, held } = leased
  transaction.sql.putBack.run(held === 1 ? 2 : 0, due, attempts, job)
  if (held === 0) transaction.queueReadyDomain(domain, priority, due)
  return true
}

/** The first moment at which a claim with this `exclude` could find something. Ready domains may promise a little too early. */
export function nextDue(transaction: WriterTransaction, exclude: readonly string[]): number | null {
  const excluded = new Set(exclude)
  const staged = isFastPathOpen(transaction) ? transaction.fastPath.nextDue(excluded) : null
  // Whatever the time is, what is known of the tables is known.
  const quiet = transaction.quiet(0)
  const waiting =
    quiet !== undefined && (quiet.next === null || exclude.length === 0)
      ? quiet.next
      : nextOfTables(transaction, excluded)
  return staged === null || waiting === null ? (staged ?? waiting) : Math.min(staged, waiting)
}

function nextOfTables(transaction: WriterTransaction, excluded: ReadonlySet<string>): number | null {
  let next = transaction.sql.nextExpiry.get()?.expiresAt ?? null
  for (let priority = 0; priority < PRIORITIES.length; priority++) {
    for (const { domain, due } of transaction.sql.nextReadyDomains.iterate(priority)) {
      if (excluded.has(domain)) continue
      if (next === null || due < next) next = due
      break
    }
  }
  return next
}
