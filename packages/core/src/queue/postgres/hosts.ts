/**
 * PostgresHosts: the servers that a connection string names, and which of them can be written to.
 *
 * Policy. As libpq reads it: `postgres://user:password@one:5432,two:5432/database?target_session_attrs=read-write`. A connection
 * goes to the server that could be written to last; when that is not there, only reads or is a standby, the next one is tried,
 * until all were. A connection of a pool to any other server than that of now is let go when it is asked for.
 *
 * Not here: what is tried again when no server can be written to (patience.ts, doubt.ts).
 */
import { wrongValue } from '../../model/wrong-value.ts'

interface Client {
  query(text: string): Promise<{ readonly rows: readonly unknown[] }>
}

interface Lent extends Client {
  release(broken: boolean): void
}

interface Single extends Client {
  connect(): Promise<unknown>
  end(): Promise<void>
}

/** Which servers, and how they are reached. */
export interface HostOptions {
  /** A `postgres://` URL, with one or several hosts. */
  readonly connectionString: string
  /** How long one host may take to answer before the next is tried. */
  readonly connectionTimeoutMillis?: number
}

/** Of several servers one that does not answer keeps nobody from asking the next. */
const NEXT_HOST_MS = 3_000
const WRITABLE: ReadonlySet<string | null> = new Set([null, 'read-write', 'primary'])
/** A statement was refused because the server only reads. */
const READ_ONLY = '25006'
/** Of the pool, which has no other mark: all connections are lent, and no server is to blame. */
const ALL_LENT = 'timeout exceeded when trying to connect'

/** The servers of one database, of which the one that can be written to is used. */
export class PostgresHosts {
  readonly #urls: readonly string[]
  readonly #urlOf = new WeakMap<object, string>()
  readonly #checked = new WeakSet<object>()
  #at = 0

  /** @throws MailerError `invalid-option` */
  constructor(connectionString: string) {
    this.#urls = readHosts(connectionString)
  }

  /** For a client that is made now. */
  get options(): HostOptions {
    const several = this.#urls.length > 1 ? { connectionTimeoutMillis: NEXT_HOST_MS } : {}
    return { connectionString: this.#current, ...several }
  }

  /** A client was made with the options of now. */
  made(client: object): void {
    this.#urlOf.set(client, this.#current)
  }

  /** A client of a pool, connected to a server that can be written to. @throws what the last server said */
  lend<C extends Lent>(connect: () => Promise<C>): Promise<C> {
    return this.#first(async () => {
      for (;;) {
        const client = await connect()
        if (this.#checked.has(client) && this.#urlOf.get(client) === this.#current) return client
        // It is of a server that was left meanwhile.
        if (this.#urlOf.get(client) !== this.#current) client.release(true)
        else {
          await this.#check(client, () => client.release(true))
          return client
        }
      }
    })
  }

  /** A client of its own. @throws what the last server said */
  connect<C extends Single>(make: () => C): Promise<C> {
    return this.#first(async () => {
      const client = make()
      const end = (): void => void client.end().catch(() => {})
      try {
        await client.connect()
      } catch (error) {
        end()
        throw error
      }
      await this.#check(client, end)
      return client
    })
  }

  get #current(): string {
    return this.#urls[this.#at] as string
  }

  async #first<T>(attempt: () => Promise<T>): Promise<T> {
    for (let left = this.#urls.length; ; left--) {
      const url = this.#current
      try {
        return await attempt()
      } catch (error) {
        if ((error as { message?: unknown }).message === ALL_LENT) throw error
        // Whoever else found it out may have gone on already.
        if (url === this.#current) this.#at = (this.#at + 1) % this.#urls.length
        if (left <= 1) throw error
      }
    }
  }

  async #check(client: Client, end: () => void): Promise<void> {
    try {
      const { rows } = await client.query(
        `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS only_reads`,
      )
      if ((rows[0] as { only_reads?: unknown }).only_reads === true)
        throw Object.assign(new Error('the server only reads: it is a standby, or set so'), { code: READ_ONLY })
      this.#checked.add(client)
    } catch (error) {
      end()
      throw error
    }
  }
}

/** One connection string for each server. @throws MailerError `invalid-option` */
export function readHosts(connectionString: string): readonly string[] {
  const [, scheme = '', authority = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/is.exec(connectionString) ?? []
  // What is no URL is a path of a socket, or for pg to refuse.
  if (scheme === '') return [connectionString]
  const at = authority.lastIndexOf('@') + 1
  const [login, hosts] = [authority.slice(0, at), authority.slice(at).split(',')]
  const query = rest.indexOf('?')
  const parameters = new URLSearchParams(query < 0 ? '' : rest.slice(query + 1))
  const wanted = parameters.get('target_session_attrs')
  if (!WRITABLE.has(wanted)) {
    throw wrongValue('invalid-option', {
      where: 'queue.url',
      found: `target_session_attrs=${wanted}`,
      wanted: 'read-write or primary: a queue is written to',
    })
  }
  if (parameters.has('options')) {
    throw wrongValue('invalid-option', {
      where: 'queue.url',
      found: 'options=, which are ours to set',
      wanted: 'a connection string without options=',
      fix: 'set options for the user, with ALTER ROLE',
    })
  }
  if (hosts.length > 1 && hosts.includes('')) {
    throw wrongValue('invalid-option', {
      where: 'queue.url',
      found: 'a comma without a host',
      wanted: 'host:port,host:port',
    })
  }
  if (hosts.length === 1 && wanted === null) return [connectionString]
  parameters.delete('target_session_attrs')
  const path = query < 0 ? rest : rest.slice(0, query)
  const left = parameters.size === 0 ? '' : `?${parameters}`
  return hosts.map(host => `${scheme}${login}${host}${path}${left}`)
}
