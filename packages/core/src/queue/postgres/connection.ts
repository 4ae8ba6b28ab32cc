/**
 * Connection: two pools and the way to a listening client. The only pg import; pg is loaded when a queue is opened, for it is
 * an optional peer.
 *
 * Policy.
 * - What a `lasting` transaction committed is on the server's disk before it resolves; a `passing` one (renewed leases,
 *   marks, counts) does not wait for the disk.
 * - Statements are prepared under their name and pipelined: what does not need an earlier answer is sent at once. Behind a pooler
 *   that keeps no sessions, which shows as the first connection is made, they have no name.
 * - Nobody waits for an answer for ever.
 * - A COMMIT that was sent and not answered is neither yes nor no: OutcomeUnknown. So is one that is answered with a warning,
 *   which is how a server says that it stopped waiting for its standby.
 * - A connection to a server that shuts down, starts up or only reads (a primary that is one no more) is not used again, and
 *   one that is new is asked first whether its server can be written to (hosts.ts).
 * - A text with a NUL octet, which a server can write into a reply, is kept without it: PostgreSQL has no room for it.
 *
 * Not here: what the statements say (sql.ts), what errors mean (errors.ts), what a session is set to (session-settings.ts).
 */
import type { Client, ClientConfig, Pool, PoolClient, QueryArrayResult } from 'pg'
import { MailerError } from '../../model/error.ts'
import type { PostgresHosts } from './hosts.ts'
import { beginOf, type SessionSettings, startupOf, type Way } from './session-settings.ts'
import type { Statement } from './sql.ts'

export type Durability = 'lasting' | 'passing'
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

/** The work may be done or not: only the server can tell. */
export class OutcomeUnknown extends Error {
  override readonly name: string = 'OutcomeUnknown'
}

/** A transaction that is open. */
export interface Session {
  run<R extends Row>(statement: Statement, ...values: readonly unknown[]): Promise<readonly R[]>
  /** Sends a statement whose answer nobody waits for but the commit. */
  send(statement: Statement, ...values: readonly unknown[]): void
}

/** Also the longest wait for one of the connections to be free. */
const CONNECT_MS = 30_000
const PREPARE_MS = 60_000
const IDLE_MS = 60_000
const INT8 = 20
/** PgBouncer: "unsupported startup parameter". */
const PROTOCOL_VIOLATION = '08P01'
/** A role may have been given less: then a commit would not be on disk, or not on the standby, when it is told. */
const WEAK: ReadonlySet<unknown> = new Set(['off', 'local', 'remote_write'])
/** The wait for the standby was cancelled; the server goes down and waits no longer. */
const WAIT_CANCELLED: ReadonlySet<unknown> = new Set(['01000', '57P01'])
/** The server shuts down (57P01), crashed (57P02), starts or is a standby that may not be asked (57P03), only reads (25006). */
const LEFT: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '25006'])

export class Connections {
  readonly #pg: typeof import('pg').default
  readonly #place: Place
  readonly #way: Way
  readonly #pools: Readonly<Record<Durability, Pool>>
  readonly #begin: Readonly<Record<Durability, string>>
  readonly #clients = new Set<Client | PoolClient>()
  #closing: Promise<void> | undefined

  private constructor(pg: typeof import('pg').default, place: Place, way: Way, weak: boolean) {
    this.#pg = pg
    this.#place = place
    this.#way = way
    // A server that does not wait for its disk and its standby by default does so for what must last.
    const commits = { lasting: weak ? 'on' : undefined, passing: 'off' }
    this.#pools = { lasting: this.#pool(commits.lasting), passing: this.#pool(commits.passing) }
    this.#begin = {
      lasting: beginOf(settingsOf(place, commits.lasting), way),
      passing: beginOf(settingsOf(place, commits.passing), way),
    }
  }

  /** `prepare` is given a plain connection, once. */
  static async open(
    place: Place,
    prepare: (query: (sql: string) => Promise<readonly Row[]>) => Promise<void>,
  ): Promise<Connections> {
    const pg = await load()
    // To make or change tables takes longer than any answer of every day.
    const patient = { ...place, answerWithinMs: Math.max(place.answerWithinMs, PREPARE_MS) }
    const way = await wayTo(pg, patient)
    const client = await plainClient(
      pg,
      patient,
      place.direct ?? place.hosts,
      place.direct === undefined ? way : 'direct',
    )
    try {
      const query = preparing(
        client,
        beginOf(settingsOf(patient, undefined), place.direct === undefined ? way : 'direct'),
      )
      await prepare(query)
      const [row] = await query(`SELECT current_setting('synchronous_commit')`)
      return new Connections(pg, place, way, WEAK.has(row?.[0]))
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
    if (this.#way === 'pooled') return this.transact(durability, session => session.run<R>(statement, ...values))
    const client = await this.#place.hosts.lend(() => this.#pools[durability].connect())
    let broken = true
    try {
      const rows = await query<R>(client, statement, values)
      broken = false
      return rows
    } catch (error) {
      broken = !isAnswer(error)
      // One that must last is its own commit.
      throw durability === 'lasting' && !wasRefused(error) ? unknown(error) : error
    } finally {
      client.release(broken)
    }
  }

  /** All of it or nothing; the commit travels with the last statements. */
  async transact<T>(durability: Durability, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#place.hosts.lend(() => this.#pools[durability].connect())
    let broken = true
    const pending: Promise<unknown>[] = []
    const keep = <P>(promise: Promise<P>): Promise<P> => {
      // Its failure is told by whoever waits for it, or by the commit.
      promise.catch(() => {})
      pending.push(promise)
      return promise
    }
    let committing: Commit | undefined
    try {
      // Never rejects unheard: keep() hears it.
      void keep(client.query(this.#begin[durability]))
      const value = await work({
        run: (statement, ...values) => keep(query(client, this.#named(statement), values)),
        send: (statement, ...values) => {
          // Never rejects unheard: keep() hears it.
          void keep(query(client, this.#named(statement), values))
        },
      })
      committing = new Commit(client)
      const commit = keep(client.query('COMMIT'))
      await Promise.all(pending)
      if ((await commit).command !== 'COMMIT') throw new Error('the transaction was rolled back')
      if (durability === 'lasting' && committing.warned !== undefined) throw unknown(committing.warned)
      broken = false
      return value
    } catch (error) {
      const ends = await Promise.allSettled(pending)
      // Of what was sent together the first failure is the cause, and the others follow from it.
      const cause: unknown = ends.find(end => end.status === 'rejected')?.reason ?? error
      broken = !isAnswer(cause) || (await client.query('ROLLBACK').then(ignore, () => true)) === true
      throw committing !== undefined && !wasRefused(cause) && !(cause instanceof OutcomeUnknown)
        ? unknown(cause)
        : cause
    } finally {
      committing?.end()
      client.release(broken)
    }
  }

  /** A connection of its own, outside the pools. `lost` is called when it ends. Behind a pooler it hears nothing. */
  async solo(listen: { readonly heard: (payload: string) => void; readonly lost: () => void }): Promise<Solo> {
    const hosts = this.#place.direct ?? this.#place.hosts
    const way = this.#listens ? 'direct' : 'pooled'
    const settings = settingsOf(this.#place, 'off')
    const make = clientOf(this.#pg, hosts)
    const client = await hosts.connect(() => {
      const made = new make(configOf(this.#pg, settings, way))
      this.#clients.add(made)
      made.on('error', () => {})
      made.once('end', () => this.#clients.delete(made))
      return made
    })
    client.once('end', () => listen.lost())
    client.on('notification', ({ payload }) => listen.heard(payload ?? ''))
    try {
      if (this.#listens) await client.query(`LISTEN ${this.#pg.escapeIdentifier(channelOf(this.#place))}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    const begin = beginOf(settings, way)
    return {
      listens: this.#listens,
      run: async (statement, ...values) => {
        if (this.#listens) return void (await query(client, statement, values))
        // Written in one turn, as the one statement is.
        const all = [client.query(begin), query(client, this.#named(statement), values), client.query('COMMIT')]
        await Promise.all(all)
      },
      end: () => client.end().catch(() => {}),
    }
  }

  get #listens(): boolean {
    return this.#way === 'direct' || this.#place.direct !== undefined
  }

  #named(statement: Statement): Statement {
    return this.#way === 'pooled' ? { ...statement, name: '' } : statement
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
      ...configOf(this.#pg, settingsOf(this.#place, synchronousCommit), this.#way),
      Client: clientOf(this.#pg, this.#place.hosts) as new () => Client,
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
  /** Whether it hears what others tell. */
  readonly listens: boolean
  /** Sent at once, whatever is still to be answered. */
  run(statement: Statement, ...values: readonly unknown[]): Promise<void>
  end(): Promise<void>
}

/** Clients that connect to the server of the moment in which they are made. */
function clientOf(pg: typeof import('pg').default, hosts: PostgresHosts): new (config: ClientConfig) => Client {
  return class extends pg.Client {
    constructor(config: ClientConfig) {
      super({ ...config, ...hosts.options })
      hosts.made(this)
    }
  }
}

/** The server answered, and the connection is as good as before. */
export function isAnswer(error: unknown): boolean {
  const { severity, code } = (error ?? {}) as { severity?: unknown; code?: unknown }
  return severity === 'ERROR' && typeof code === 'string' && !LEFT.has(code) && !code.startsWith('08')
}

/** The server said that a statement failed, and with it the whole transaction. */
function wasRefused(error: unknown): boolean {
  return (error as { severity?: unknown } | null)?.severity === 'ERROR'
}

function unknown(cause: unknown): OutcomeUnknown {
  return new OutcomeUnknown(cause instanceof Error ? cause.message : String(cause), { cause })
}

const ignore = (): void => {}

/** What the server says while it commits. */
class Commit {
  readonly #client: PoolClient
  warned: unknown
  readonly #hear = (notice: { code?: string | undefined }): void => {
    if (WAIT_CANCELLED.has(notice.code)) this.warned ??= notice
  }

  constructor(client: PoolClient) {
    this.#client = client
    client.on('notice', this.#hear)
  }

  end(): void {
    this.#client.off('notice', this.#hear)
  }
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

function settingsOf({ schema, answerWithinMs }: Place, synchronousCommit: string | undefined): SessionSettings {
  return { schema, answerWithinMs, synchronousCommit }
}

function configOf(pg: typeof import('pg').default, settings: SessionSettings, way: Way, pipeline = true): ClientConfig {
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

/** How the servers of a queue are reached: a pooler refuses the settings of a session, or forgets them. */
async function wayTo(pg: typeof import('pg').default, place: Place): Promise<Way> {
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

async function plainClient(
  pg: typeof import('pg').default,
  place: Place,
  hosts: PostgresHosts,
  way: Way,
): Promise<Client> {
  const make = clientOf(pg, hosts)
  return hosts.connect(() => {
    const client = new make(configOf(pg, settingsOf(place, undefined), way, false))
    client.on('error', () => {})
    return client
  })
}

/** Plain statements on one connection, which is set as it has to be, with BEGIN and COMMIT among them. */
function preparing(client: Client, begin: string): (text: string) => Promise<readonly Row[]> {
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
