/**
 * Errors: what PostgreSQL or the way to it said, as the store tells it.
 *
 * Policy. No room on the server is `queue-full`; an outcome that nobody could find out is `queue-outcome-unknown`; everything
 * else that a server can do to us is `queue-unavailable`. Never a word of the connection string: it may hold a password.
 */
import { MailerError } from '../../model/error.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FIXES: Readonly<Record<string, string>> = {
  '25006': 'give the host of the primary: this server only reads',
  '28000': 'allow this user in pg_hba.conf of the server',
  '28P01': 'give the right user and password in the connection string',
  '3D000': 'create the database, or name another one in the connection string',
  '42501': 'grant this user CREATE on the database for the first start, and its tables after that',
  '53300': 'raise max_connections of the server, or lower the connections of the queue',
  '57P03': 'wait until the server has started',
  ECONNREFUSED: 'start the server, or give its host and port in the connection string',
  ENOTFOUND: 'give the right host in the connection string',
  ENOENT: 'start the server, or give the folder of its socket in the connection string',
}
const DISK_FULL = '53100'
/** The server shuts down (57P01), crashed (57P02), starts or is a standby that may not be asked (57P03), only reads (25006). */
const LEFT: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '25006'])
/** Deadlock, serialization failure, lock not available: worth another try. */
const PASSING: ReadonlySet<string> = new Set(['40P01', '40001', '55P03'])

/** The work may be done or not: only the server can tell. */
export class OutcomeUnknown extends Error {
  override readonly name: string = 'OutcomeUnknown'
}

function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: readonly { code?: unknown }[] }
  return String(code ?? errors?.[0]?.code ?? '')
}

/** The server answered, and the connection is as good as before. */
export function isAnswer(error: unknown): boolean {
  const { severity, code } = (error ?? {}) as { severity?: unknown; code?: unknown }
  return severity === 'ERROR' && typeof code === 'string' && !LEFT.has(code) && !code.startsWith('08')
}

/** The server said that a statement failed, and with it the whole transaction. */
export function wasRefused(error: unknown): boolean {
  return (error as { severity?: unknown } | null)?.severity === 'ERROR'
}

/** That nobody knows, because of this. */
export function unknown(cause: unknown): OutcomeUnknown {
  const { message } = (cause ?? {}) as { message?: unknown }
  return new OutcomeUnknown(typeof message === 'string' ? message : String(cause), { cause })
}

/** Another has taken over from this owner: what it asked for was not done. */
export function isFenced(error: unknown): boolean {
  return codeOf(error) === 'PR001'
}

/** There is no partition yet for the day of an outcome. */
export function isMissingDay(error: unknown): boolean {
  return codeOf(error) === '23514'
}

/** The server answered that it does not do this, whatever else is well. */
export function isRefused(error: unknown): boolean {
  return (error as { severity?: unknown } | null)?.severity === 'ERROR' && codeOf(error) !== '25006'
}

/** It knows no such user, password or database. */
export function isLogin(error: unknown): boolean {
  return codeOf(error).startsWith('28') || codeOf(error) === '3D000'
}

export function isPassing(error: unknown): boolean {
  return PASSING.has(codeOf(error))
}

export function troubleOf(error: unknown): MailerError {
  if (MailerError.is(error)) return error
  if (error instanceof OutcomeUnknown) {
    return new MailerError('queue-outcome-unknown', `PostgreSQL did not say whether it was done: ${error.message}`, {
      where: 'the PostgreSQL server of the queue',
      fix: 'look whether it was done before it is asked again; a message with an idempotency key is safe to send again',
      cause: error.cause,
    })
  }
  const code = codeOf(error)
  const said = error instanceof Error && error.message !== '' ? error.message : code || String(error)
  const full = code === DISK_FULL
  return new MailerError(full ? 'queue-full' : 'queue-unavailable', `The PostgreSQL queue cannot be used: ${said}`, {
    where: 'the PostgreSQL server of the queue',
    fix: full ? 'make room on the disk of the server' : (FIXES[code] ?? 'look at the server and the network to it'),
    cause: error,
  })
}
