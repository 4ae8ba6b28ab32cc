/**
 * Connection: two pools and the way to a listening client. The only pg import; pg is loaded when a queue is opened, for it is
 * an optional peer.
 *
 * Policy.
 * - What a `lasting` transaction committed is on the server's disk before it resolves; a `passing` one (renewed leases,
 *   marks, counts) does not wait for the disk.
 * - Statements are prepared under their name and pipelined: what does not need an earlier answer is sent at once.
 * - No plan may read a whole table: sequential and bitmap scans are switched off for these sessions.
 * - Nothing waits for ever: statements, locks and open transactions have a limit, and so has the wait for an answer.
 * - A text with a NUL octet, which a server can write into a reply, is kept without it: PostgreSQL has no room for it.
 *
 * Not here: what the statements say (sql.ts), what errors mean (trouble.ts).
 */
import type { Client, ClientConfig, Pool, PoolClient, QueryArrayResult } from 'pg'
import { MailerError } from '../../model/error.ts'
import type { Statement } from './sql.ts'

export type Durability = 'lasting' | 'passing'
export type Row = readonly unknown[]

export interface Place {
  readonly connectionString: string
  readonly schema: string
  /** How many connections of each kind at most. */
  readonly connections: number
}

/** A transaction that is open. */
export interface Session {
  run<R extends Row>(statement: Statement, ...values: readonly unknown[]): Promise<readonly R[]>
  /** Sends a statement whose answer nobody waits for but the commit. */
  send(statement: Statement, ...values: readonly unknown[]): void
}

/** Also the longest wait for one of the connections to be free. */
const CONNECT_MS = 30_000
const ANSWER_MS = 60_000
const STATEMENT_MS = 50_000
const LOCK_MS = 20_000
const IDLE_MS = 60_000
const INT8 = 20

export class Connections {
  readonly #pg: typeof import('pg').default
  readonly #place: Place
  readonly #pools: Readonly<Record<Durability, Pool>>
  readonly #clients = new Set<Client | PoolClient>()
  #closing: Promise<void> | undefined

  private constructor(pg: typeof import('pg').default, place: Place, weak: boolean) {
    this.#pg = pg
    this.#place = place
    // A server that does not wait for its disk by default does so for what must last.
    this.#pools = { lasting: this.#pool(weak ? 'on' : undefined), passing: this.#pool('off') }
  }

  /** `prepare` is given a plain connection, once. */
  static async open(
    place: Place,
    prepare: (query: (sql: string) => Promise<readonly Row[]>) => Promise<void>,
  ): Promise<Connections> {
    const pg = await load()
    const client = new pg.Client(configOf(pg, place, undefined, false))
    client.on('error', () => {})
    try {
      await client.connect()
      const query = async (text: string): Promise<readonly Row[]> =>
        (await client.query<Row & unknown[]>({ text, rowMode: 'array' })).rows ?? []
      await prepare(query)
      const [row] = await query(`SELECT current_setting('synchronous_commit')`)
      return new Connections(pg, place, row?.[0] === 'off')
    } finally {
      await client.end().catch(() => {})
    }
  }

  /** Runs one statement as a transaction of its own. */
  async ask<R extends Row>(
    durability: Durability,
    statement: Statement,
    ...values: readonly unknown[]
  ): Promise<readonly R[]> {
    const client = await this.#pools[durability].connect()
    let broken = true
    try {
      const rows = await query<R>(client, statement, values)
      broken = false
      return rows
    } catch (error) {
      broken = !isAnswer(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** All of it or nothing; the commit travels with the last statements. */
  async transact<T>(durability: Durability, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#pools[durability].connect()
    let broken = true
    const pending: Promise<unknown>[] = []
    const keep = <P>(promise: Promise<P>): Promise<P> => {
      // Its failure is told by whoever waits for it, or by the commit.
      promise.catch(() => {})
      pending.push(promise)
      return promise
    }
    try {
      // Never rejects unheard: keep() hears it.
      void keep(client.query('BEGIN'))
      const value = await work({
        run: (statement, ...values) => keep(query(client, statement, values)),
        send: (statement, ...values) => {
          // Never rejects unheard: keep() hears it.
          void keep(query(client, statement, values))
        },
      })
      const commit = keep(client.query('COMMIT'))
      await Promise.all(pending)
      if ((await commit).command !== 'COMMIT') throw new Error('the transaction was rolled back')
      broken = false
      return value
    } catch (error) {
      const ends = await Promise.allSettled(pending)
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      )
      // Of what was sent together the first failure is the cause, and the others follow from it.
      throw ends.find(end => end.status === 'rejected')?.reason ?? error
    } finally {
      client.release(broken)
    }
  }

  /** A connection of its own, outside the pools. `lost` is called when it ends. */
  async solo(listen: { readonly heard: (payload: string) => void; readonly lost: () => void }): Promise<Solo> {
    const client = new this.#pg.Client(configOf(this.#pg, this.#place, 'off'))
    this.#clients.add(client)
    client.on('error', () => {})
    client.once('end', () => {
      this.#clients.delete(client)
      listen.lost()
    })
    client.on('notification', ({ payload }) => listen.heard(payload ?? ''))
    try {
      await client.connect()
      await client.query(`LISTEN ${this.#pg.escapeIdentifier(channelOf(this.#place))}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    return {
      run: async (statement, ...values) => void (await query(client, statement, values)),
      end: () => client.end().catch(() => {}),
    }
  }

  get channel(): string {
    return channelOf(this.#place)
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(Object.values(this.#pools).map(pool => pool.end())).then(() => {})
    return this.#closing
  }

  destroy(): void {
    // pg has no word for letting go at once.
    for (const client of this.#clients)
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    this.close().catch(() => {})
  }

  #pool(synchronousCommit: string | undefined): Pool {
    const pool = new this.#pg.Pool({
      ...configOf(this.#pg, this.#place, synchronousCommit),
      max: this.#place.connections,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
    })
    // What it costs is told to whoever asks next.
    pool.on('error', () => {})
    pool.on('connect', client => {
      this.#clients.add(client)
      client.on('error', () => {})
    })
    pool.on('remove', client => this.#clients.delete(client))
    return pool
  }
}

export interface Solo {
  /** Sent at once, whatever is still to be answered. */
  run(statement: Statement, ...values: readonly unknown[]): Promise<void>
  end(): Promise<void>
}

/** The server answered, and the connection is as good as before. */
export function isAnswer(error: unknown): boolean {
  return typeof (error as { severity?: unknown } | null)?.severity === 'string'
}

function channelOf({ schema }: Place): string {
  return `${schema}_work`
}

async function query<R extends Row>(
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

function configOf(
  pg: typeof import('pg').default,
  { connectionString, schema }: Place,
  synchronousCommit: string | undefined,
  pipeline = true,
): ClientConfig {
  const settings = {
    search_path: pg.escapeIdentifier(schema),
    enable_seqscan: 'off',
    enable_bitmapscan: 'off',
    jit: 'off',
    ...(synchronousCommit !== undefined && { synchronous_commit: synchronousCommit }),
  }
  const config = {
    connectionString,
    // A pipelined client is what lets a batch travel in two rounds.
    pipeline,
    options: Object.entries(settings)
      .map(([key, value]) => `-c ${key}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
      .join(' '),
    fallback_application_name: 'postrider',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    types: {
      // Every number we keep is exact below 2^53.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  }
  return config as ClientConfig
}

async function load(): Promise<typeof import('pg').default> {
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
