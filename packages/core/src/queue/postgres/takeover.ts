/**
 * Takeover: what becomes of an owner that is dead: what it accepted and did not settle waits for everyone, and its leases are
 * void. What stood between its final dot and the reply is told as `uncertain` (RFC 1047); when the server lost the marks of
 * that owner, so is all that it had.
 *
 * Policy. One process at a time takes from one of the dead; when that one dies too, another goes on. The dead is forgotten when
 * nothing of it is left.
 */
import { ofMessage, type UncertainFact } from '../../model/fact.ts'
import type { QueueId } from '../../model/queue-id.ts'
import type { MessageMeta } from '../encode.ts'
import { voidLeases } from './claim.ts'
import type { Connections, Session } from './connection.ts'
import { addStanding, type Standby } from './enqueue.ts'
import { readBirth } from './fast-path/birth.ts'
import { LaneList } from './lanes.ts'
import { BODIES, LEAST_TOKEN, SQL } from './sql.ts'

const AT_ONCE = 100
const TOKENS = 2 ** 20

/** Answers whether there is something new to do. */
export async function takeOverAll(connections: Connections, dead: readonly number[], now: number): Promise<boolean> {
  let any = false
  for (const owner of dead) any = (await takeOver(connections, owner, now)) || any
  return any
}

async function takeOver(connections: Connections, dead: number, now: number): Promise<boolean> {
  const [row] = await connections.ask<[boolean]>('lasting', SQL.bury, dead)
  if (row?.[0] !== true) return false
  const marksAreThere = (await connections.ask<[boolean]>('passing', SQL.marksOf, dead))[0]?.[0] === true
  let any = false
  for (let moved: number | undefined; moved !== 0; ) {
    moved = await connections.transact('lasting', session => takeSome(session, { dead, now, marksAreThere }))
    // Another is at it.
    if (moved === undefined) return any
    any ||= moved > 0
  }
  const first = LEAST_TOKEN + dead * TOKENS
  for (;;) {
    const leases = await connections.ask<[number, number]>('passing', SQL.leasesOf, first, first + TOKENS - 1)
    if (leases.length === 0) break
    any = true
    const [jobs, tokens] = [leases.map(([job]) => job), leases.map(([, token]) => token)]
    await voidLeases(connections, { jobs, now, tokens, doubtful: marksAreThere ? [] : 'every' })
  }
  await connections.ask('lasting', SQL.disappear, dead)
  return any
}

interface Taking {
  readonly dead: number
  readonly now: number
  readonly marksAreThere: boolean
}

async function takeSome(session: Session, { dead, now, marksAreThere }: Taking): Promise<number | undefined> {
  const [lock] = await session.run<[boolean]>(SQL.tryOwner, dead)
  if (lock?.[0] !== true) return undefined
  session.send(SQL.shareNumbering)
  const rows = await session.run<[segment: number, n: number, entry: string]>(SQL.orphans, dead, AT_ONCE)
  if (rows.length === 0) return 0
  const bodies = new Map<number, readonly [Uint8Array, boolean]>()
  for (const [segment, its] of Map.groupBy(rows, ([segment]) => segment)) {
    const found = await session.run<[number, Uint8Array, boolean]>(
      BODIES[segment] as (typeof BODIES)[number],
      its.map(([, n]) => n),
    )
    for (const [n, bytes, marked] of found) bodies.set(n, [bytes, marked])
  }
  const all = rows.map(([, n, entry]): Standby & { marked: boolean } => {
    const message = readBirth(entry)
    const [bytes, marked] = bodies.get(n) ?? [new Uint8Array(), false]
    return { n, message, bytes, standing: { due: message.due }, marked: marked || !marksAreThere }
  })
  const lanes = new LaneList()
  await addStanding(session, all, lanes)
  const doubtful = all.filter(({ marked }) => marked)
  if (doubtful.length > 0) {
    session.send(
      SQL.addFacts,
      doubtful.map(({ n }) => n),
      doubtful.map(() => null),
      doubtful.map(() => now),
      doubtful.map(each => JSON.stringify(uncertain(each, now))),
    )
  }
  lanes.queue(session)
  return rows.length
}

function uncertain({ message }: Standby, now: number): UncertainFact {
  const { id, meta, jobs } = message
  const { tags, account } = JSON.parse(meta) as MessageMeta
  const recipients = jobs.flatMap(job => job.recipients.map(({ local }) => `${local}@${job.domain}`))
  return {
    kind: 'uncertain',
    ...ofMessage({ messageId: id as QueueId, tags, account }, now),
    recipients,
    because: 'process-died',
  }
}
