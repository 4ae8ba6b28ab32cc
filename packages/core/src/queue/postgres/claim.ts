/**
 * Claim: which jobs go out next, and what becomes of leases that ran out.
 *
 * Policy. Which jobs, and in which order, is decided in the database (`claim_jobs`), under locks that no one waits for. A
 * lease that ran out is void, whoever held it; when the final dot of its job was marked, that is told as an `uncertain`
 * fact (RFC 1047), and the job is due again.
 */

import type { ClaimRequest } from '../../model/claim-request.ts'
import { ofMessage, type UncertainFact } from '../../model/fact.ts'
import type { Job } from '../../model/job.ts'
import type { QueueId } from '../../model/queue-id.ts'
import { decodeJob, type MessageMeta } from '../encode.ts'
import { messageOf } from '../rows.ts'

import type { Connections, Session } from './connection.ts'
import { LaneList } from './lanes.ts'
import { NEVER, SQL, type Statement } from './sql.ts'

type RecipientRow = [job: number, place: number, local: string, delayTold: number, extra: string | null]
type JobRow = [
  job: number,
  domain: string,
  priority: number,
  attempts: number,
  expiresAt: number,
  id: string,
  acceptedAt: number,
  meta: string,
]

export interface Claimer {
  readonly owner: number
  readonly token: number
}

/** What waits in the tables. The lease ends with its owner; `until` is for the owner alone. */
export async function claim(
  connections: Connections,
  request: ClaimRequest,
  { owner, token }: Claimer,
): Promise<readonly Job[]> {
  const { now, limit, perDomain, leaseMs, exclude, quotas = [] } = request
  await lapse(connections, now)
  const until = now + leaseMs
  const shut = [...exclude, ...quotas.filter(([, room]) => room <= 0).map(([domain]) => domain)]
  const rooms = JSON.stringify(Object.fromEntries(quotas))
  // A server that fell over would forget a lease of this moment, and hand out what is on its way.
  return connections.transact('lasting', async session => {
    session.send(SQL.fence, owner)
    const [row] = await session.run<[string[]]>(SQL.claim, now, limit, perDomain, shut, rooms, token, NEVER)
    const ids = (row?.[0] ?? []).map(Number)
    if (ids.length === 0) return []
    const asked = session.run<RecipientRow>(SQL.claimedRecipients, ids)
    const jobs = await session.run<JobRow>(SQL.claimed, ids)
    const recipients = Map.groupBy(await asked, ([job]) => job)
    const suppressed = await suppressions(session, jobs, recipients, now)
    return jobs.map((job): Job => {
      const [id, domain, priority, attempts, expiresAt, messageId, acceptedAt, meta] = job
      const its = (recipients.get(id) ?? []).map(([, place, local, delayTold, extra]) => {
        return { place, local, delayTold, extra, suppressed: suppressed.get(keyOf(local, domain)) ?? null }
      })
      const head = { job: id, domain, priority, attempts, expiresAt, id: messageId, acceptedAt, meta }
      return decodeJob({ ...head, recipients: its }, token, until)
    })
  })
}

function keyOf(local: string, domain: string): string {
  return `${local}@${domain}`.toLowerCase()
}

async function suppressions(
  session: Session,
  jobs: readonly JobRow[],
  recipients: ReadonlyMap<number, readonly RecipientRow[]>,
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const keys = jobs.flatMap(([id, domain]) => (recipients.get(id) ?? []).map(([, , local]) => keyOf(local, domain)))
  return new Map(await session.run<[string, string]>(SQL.suppressions, keys, now))
}

type GoneRow = [job: number, domain: string, priority: number, due: number, state: number, token: number]

/** Makes jobs visible again whose lease ran out by the clock: those of older versions. */
async function lapse(connections: Connections, now: number): Promise<void> {
  const jobs = (await connections.ask<[number]>('passing', SQL.anyLapsed, now)).map(([id]) => id)
  if (jobs.length > 0) await voidLeases(connections, { jobs, now })
}

export interface Voiding {
  readonly jobs: readonly number[]
  readonly now: number
  /** Only these leases; without it those that ran out by the clock. */
  readonly tokens?: readonly number[]
  /** Jobs that are told as uncertain also when their marks did not get through: `every` one, or these. */
  readonly doubtful?: 'every' | readonly number[]
}

/** Makes jobs visible again. What was marked is told as uncertain. */
export async function voidLeases(
  connections: Connections,
  { jobs: ids, now, tokens, doubtful = [] }: Voiding,
): Promise<void> {
  await connections.transact('lasting', async session => {
    session.send(SQL.lockAll, [...new Set(ids.map(messageOf))])
    const gone = await session.run<GoneRow>(SQL.lapse, ids, tokens === undefined ? now : 0, tokens ?? [])
    if (gone.length === 0) return
    const lanes = new LaneList()
    for (const [, domain, priority, due, state] of gone) if (state === 0) lanes.add(domain, priority, due)
    const jobs = gone.map(([job]) => job)
    const marked = await session.run<[number]>(
      SQL.marks,
      jobs,
      gone.map(([, , , , , token]) => token),
    )
    const told = new Set(doubtful === 'every' ? jobs : marked.map(([job]) => job))
    if (doubtful !== 'every') for (const job of doubtful) if (jobs.includes(job)) told.add(job)
    if (told.size > 0) await tellUncertain(session, [...told], now)
    session.send(SQL.dropMarks, jobs)
    lanes.queue(session)
  })
}

/** @param statement which of them are told, and to whom they go */
export async function tellUncertain(
  session: Session,
  jobs: readonly number[],
  now: number,
  statement: Statement = SQL.uncertain,
): Promise<void> {
  type Doubt = [job: number, id: string, meta: string, domain: string, local: string]
  const rows = await session.run<Doubt>(statement, jobs)
  if (rows.length === 0) return
  const facts = [...Map.groupBy(rows, ([job]) => job)].map(([job, its]) => {
    const [, id, meta] = its[0] as Doubt
    const { tags, account } = JSON.parse(meta) as MessageMeta
    const fact: UncertainFact = {
      kind: 'uncertain',
      ...ofMessage({ messageId: id as QueueId, tags, account }, now),
      recipients: its.map(([, , , domain, local]) => `${local}@${domain}`),
      because: 'process-died',
    }
    return { n: messageOf(job), json: JSON.stringify(fact) }
  })
  session.send(
    SQL.addFacts,
    facts.map(({ n }) => n),
    facts.map(() => null),
    facts.map(() => now),
    facts.map(({ json }) => json),
  )
}
