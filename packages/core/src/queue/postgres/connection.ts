/**
 * Connection: two pools and the way to a listening client.
 *
 * Policy.
 * - What a `lasting` transaction committed is on the server's disk before it resolves; a `passing` one (renewed leases,
 *   marks, counts) does not wait for the disk.
 * - What does not need an earlier answer is sent at once.
 * - A COMMIT that was sent and not answered is neither yes nor no: OutcomeUnknown. So is one that is answered with a warning,
 *   which is how a server says that it stopped waiting for its standby.
 * - A connection to a server that shuts down, starts up or only reads (a primary that is one no more) is not used again, and
 *   one that is new is asked first whether its server can be written to (hosts.ts).
 *
 * Not here: how a client is made and asked (client.ts), what the statements say (sql.ts), what errors mean (errors.ts), what a session
 * is set to (session-settings.ts).
 */
import {
  type Client,
  clientOf,
  configOf,
  loadPg,
  type Pg,
  type Place,
  type Pool,
  type PoolClient,
  plainClient,
  preparing,
  query,
  type Row,
  settingsOf,
  wayTo,
} from './client.ts'
import { isAnswer, OutcomeUnknown, unknown, wasRefused } from './errors.ts'
import { beginOf, type Way } from './session-settings.ts'
import type { Statement } from './sql.ts'

export type Durability = 'lasting' | 'passing'

/** A transaction that is open. */
export interface Session {
  run<R extends Row>(statement: Statement, ...values: readonly unknown[]): Promise<readonly R[]>
  /** Sends a statement whose answer nobody waits for but the commit. */
  send(statement: Statement, ...values: readonly unknown[]): void
}

const PREPARE_MS = 60_000
const IDLE_MS = 60_000
/** A role may have been given less: then a commit would not be on disk, or not on the standby, when it is told. */
const WEAK: ReadonlySet<unknown> = new Set(['off', 'local', 'remote_write'])
/** The wait for the standby was cancelled; the server goes down and waits no longer. */
const WAIT_CANCELLED: ReadonlySet<unknown> = new Set(['01000', '57P01'])

export class Connections {
  readonly #pg: Pg
  readonly #place: Place
  readonly #way: Way
  readonly #pools: Readonly<Record<Durability, Pool>>
  readonly #begin: Readonly<Record<Durability, string>>
  readonly #clients = new Set<Client | PoolClient>()
  #closing: Promise<void> | undefined

  private constructor(pg: Pg, place: Place, way: Way, weak: boolean) {
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
    const pg = await loadPg()
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
  ask<R extends Row>(
    durability: Durability,
    statement: Statement,
    ...values: readonly unknown[]
  ): Promise<readonly R[]> {
    return this.askWith<R>(durability, statement, () => values)
  }

  /** The same; `values` is called in the turn of the event loop that writes them to the socket. */
  async askWith<R extends Row>(
    durability: Durability,
    statement: Statement,
    values: () => readonly unknown[],
  ): Promise<readonly R[]> {
    if (this.#way === 'pooled')
      return this.transact(durability, session => session.run<R>(statement, ...values()), 'at-once')
    const client = await this.#place.hosts.lend(() => this.#pools[durability].connect())
    // One that must last is its own commit.
    const committing = durability === 'lasting' ? new Commit(client) : undefined
    let broken = true
    try {
      const rows = await query<R>(client, statement, values())
      if (committing?.warned !== undefined) throw unknown(committing.warned)
      broken = false
      return rows
    } catch (error) {
      broken = !isAnswer(error)
      throw committing === undefined || wasRefused(error) || error instanceof OutcomeUnknown ? error : unknown(error)
    } finally {
      committing?.end()
      client.release(broken)
    }
  }

  /** All of it or nothing; the commit travels with the last statements, `at-once` with the first. */
  async transact<T>(
    durability: Durability,
    work: (session: Session) => Promise<T>,
    how: 'as-it-goes' | 'at-once' = 'as-it-goes',
  ): Promise<T> {
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
      const working = work({
        run: (statement, ...values) => keep(query(client, this.#named(statement), values)),
        send: (statement, ...values) => {
          // Never rejects unheard: keep() hears it.
          void keep(query(client, this.#named(statement), values))
        },
      })
      // Its failure is that of one of those that are kept.
      working.catch(() => {})
      if (how === 'as-it-goes') await working
      committing = new Commit(client)
      const commit = keep(client.query('COMMIT'))
      await Promise.all(pending)
      if ((await commit).command !== 'COMMIT') throw new Error('the transaction was rolled back')
      if (durability === 'lasting' && committing.warned !== undefined) throw unknown(committing.warned)
      const value = await working
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

const ignore = (): void => {}

function channelOf({ schema }: Place): string {
  return `${schema}_work`
}

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
