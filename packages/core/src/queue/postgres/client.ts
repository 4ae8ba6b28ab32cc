/**
 * Client: how a connection to a server of the queue is made and asked. The only pg import; pg is loaded when a queue is opened, for
 * it is an optional peer.
 *
 * Policy.
 * - Nobody waits for an answer for ever.
 * - Statements are prepared under their name and pipelined. Behind a pooler that keeps no sessions, which shows as the first
 *   connection is made, they have no name.
 * - A text with a NUL octet, which a server can write into a reply, is kept without it: PostgreSQL has no room for it.
 *
 * Not here: transactions and pools (connection.ts), which server it is (hosts.ts), what a session is set to (session-settings.ts).
 */
import type { Client, ClientConfig, Pool, PoolClient, QueryArrayResult } from 'pg'
import { MailerError } from '../../model/error.ts'
import type { PostgresHosts } from './hosts.ts'
import { type SessionSettings, startupOf, type Way } from './session-settings.ts'
import type { Statement } from './sql.ts'

export type { Client, Pool, PoolClient }
export type Pg = typeof import('pg').default
export type Row = readonly unknown[]

export interface Place {
  readonly hosts: PostgresHosts
  /** Of the same servers without a pooler, to listen and to make tables. */
  readonly direct?: PostgresHosts
  readonly schema: string
  /** How many connections of each kind at most. */
  readonly connections: number
  /** How long an answer is waited for. */
  readonly answerWithinMs: number
}

/** Also the longest wait for one of the connections of a pool to be free. */
const CONNECT_MS = 30_000
const INT8 = 20
/** PgBouncer: "unsupported startup parameter". */
const PROTOCOL_VIOLATION = '08P01'

export async function loadPg(): Promise<Pg> {
  try {
    return (await import('pg')).default
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new MailerError('queue-unavailable', 'A queue in PostgreSQL needs the package pg, which is not installed.', {
      where: 'pg',
      fix: 'npm install pg',
      cause,
    })
  }
}

/** How the servers of a queue are reached: a pooler refuses the settings of a session, or forgets them. */
export async function wayTo(pg: Pg, place: Place): Promise<Way> {
  try {
    const client = await plainClient(pg, place, place.hosts, 'direct')
    try {
      const { rows } = await client.query<{ enable_seqscan: string }>('SHOW enable_seqscan')
      return rows[0]?.enable_seqscan === 'off' ? 'direct' : 'pooled'
    } finally {
      await client.end().catch(() => {})
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === PROTOCOL_VIOLATION) return 'pooled'
    throw error
  }
}

/** Clients that connect to the server of the moment in which they are made. */
export function clientOf(pg: Pg, hosts: PostgresHosts): new (config: ClientConfig) => Client {
  return class extends pg.Client {
    constructor(config: ClientConfig) {
      super({ ...config, ...hosts.options })
      hosts.made(this)
    }
  }
}

export async function plainClient(pg: Pg, place: Place, hosts: PostgresHosts, way: Way): Promise<Client> {
  const make = clientOf(pg, hosts)
  return hosts.connect(() => {
    const client = new make(configOf(pg, settingsOf(place, undefined), way, false))
    client.on('error', () => {})
    return client
  })
}

export function configOf(pg: Pg, settings: SessionSettings, way: Way, pipeline = true): ClientConfig {
  const config = {
    // A pipelined client is what lets a batch travel in two rounds.
    pipeline,
    ...startupOf(settings, way),
    fallback_application_name: 'postrider',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: settings.answerWithinMs,
    types: {
      // Every number we keep is exact below 2^53.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  }
  return config as ClientConfig
}

export function settingsOf({ schema, answerWithinMs }: Place, synchronousCommit: string | undefined): SessionSettings {
  return { schema, answerWithinMs, synchronousCommit }
}

export async function query<R extends Row>(
  client: Client | PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<readonly R[]> {
  const result = (await client.query({
    name,
    text,
    values: values.map(clean),
    rowMode: 'array',
  })) as unknown as QueryArrayResult
  return (result.rows ?? []) as unknown as readonly R[]
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '') : value
  return Array.isArray(value) ? value.map(clean) : value
}

/** Plain statements on one connection, which is set as it has to be, with BEGIN and COMMIT among them. */
export function preparing(client: Client, begin: string): (text: string) => Promise<readonly Row[]> {
  let open = false
  return async text => {
    const alone = !open && text !== 'BEGIN' && begin !== 'BEGIN'
    if (alone || text === 'BEGIN') await client.query(begin)
    if (text === 'BEGIN') {
      open = true
      return []
    }
    try {
      const { rows } = await client.query<Row & unknown[]>({ text, rowMode: 'array' })
      if (alone) await client.query('COMMIT')
      return rows ?? []
    } catch (error) {
      if (alone) await client.query('ROLLBACK')
      throw error
    } finally {
      if (text === 'COMMIT' || text === 'ROLLBACK') open = false
    }
  }
}
