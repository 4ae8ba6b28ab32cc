/**
 * TakeoverPlan: what it needs to bring an older queue file to the newest schema, said before it is begun.
 *
 * Policy. Most steps add tables and cost nothing, however many messages there are; what a step rewrites is counted. All steps are one
 * transaction: whoever is killed in it has the file as it was, and begins anew. A disk without room for it is refused before anything
 * is written.
 *
 * Not here: the steps (migrations.ts).
 */
import type { DatabaseSync } from 'node:sqlite'
import { MailerError } from '../../../model/error.ts'
import type { TakeoverPlan } from '../both/protocol.ts'

/** The step that leads to this version writes every row of the table anew. */
const REWRITES: Readonly<Record<number, 'suppression'>> = { 5: 'suppression' }
/** Of a row that is written anew: in the log, in the file, and in its index. */
const COPIES = 3
const ROW_OCTETS = 700
/** New tables and the log. */
const LEAST_OCTETS = 4 * 2 ** 20
/** What a slow disk does. */
const OCTETS_PER_MS = 20_000
const LEAST_MS = 100

/** @returns undefined for a new file, and for one that is up to date */
export function planTakeover(db: DatabaseSync, version: number, newest: number): TakeoverPlan | undefined {
  if (version === 0 || version >= newest) return undefined
  let octets = LEAST_OCTETS
  for (const [to, table] of Object.entries(REWRITES))
    if (Number(to) > version) octets += COPIES * ROW_OCTETS * rowsOf(db, table)
  const withinMs = LEAST_MS + Math.ceil(octets / OCTETS_PER_MS)
  return { from: version, to: newest, octets, withinMs }
}

function rowsOf(db: DatabaseSync, table: 'suppression'): number {
  return (db.prepare(`SELECT count(*) AS found FROM ${table}`).get() as { readonly found: number }).found
}

/** @throws MailerError `queue-full` */
export function requireRoomFor({ from, to, octets }: TakeoverPlan, path: string, free: number): void {
  if (free >= octets) return
  throw new MailerError(
    'queue-full',
    `The disk of ${path} has no room to bring the queue from schema ${from} to ${to}.`,
    {
      where: 'queue.path',
      found: `${Math.floor(free / 1e6)} MB free`,
      wanted: `${Math.ceil(octets / 1e6)} MB`,
      fix: 'make room on that disk; the queue is as it was',
    },
  )
}
