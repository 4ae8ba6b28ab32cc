/**
 * V1Error: a refusal of our own family: a status, a name, a sentence; and, of a value, where it stands, what was found, what was
 * wanted and how to mend it.
 *
 * Policy. One form for whatever goes wrong, that of the Resend part with more in it, so that one reader does for both. A mistake of the
 * caller says what to mend. What is nobody's mistake says when to come back; what is ours says nothing, and is logged.
 */
import { type Logger, MailerError, type MailerErrorCode } from '@postrider/core'
import type { Refusal, SessionRefusal, Turned } from '../access-control/index.ts'
import type { HttpAnswer } from '../server/index.ts'

export const ERROR_NAMES = [
  'application_error',
  'invalid_api_key',
  'login_refused',
  'method_not_allowed',
  'missing_api_key',
  'missing_session',
  'not_found',
  'rate_limit_exceeded',
  'restricted_api_key',
  'restricted_session',
  'security_error',
  'validation_error',
  'wait_timeout',
] as const
type ErrorName = (typeof ERROR_NAMES)[number]

/** Of a value that cannot be used. */
interface Wrong {
  readonly where?: string | undefined
  readonly found?: string | undefined
  readonly wanted?: string | undefined
  readonly fix?: string | undefined
}

type HeaderLines = Readonly<Record<string, string>>

export class V1Error extends Error {
  override readonly name: ErrorName
  readonly statusCode: number
  readonly wrong: Wrong
  readonly headers: HeaderLines

  constructor(statusCode: number, name: ErrorName, { message, wrong = {}, headers = {} }: Told) {
    super(message)
    this.name = name
    this.statusCode = statusCode
    this.wrong = wrong
    this.headers = headers
  }
}

interface Told {
  readonly message: string
  readonly wrong?: Wrong
  readonly headers?: HeaderLines
}

/** @param more headers of every answer to this caller */
export function asAnswer({ statusCode, name, message, wrong, headers }: V1Error, more: HeaderLines): HttpAnswer {
  const { where, found, wanted, fix } = wrong
  return {
    status: statusCode,
    value: { statusCode, name, message, where, found, wanted, fix },
    headers: { ...more, ...headers },
  }
}

export function notFound(message: string): V1Error {
  return new V1Error(404, 'not_found', { message })
}

export function invalid(wrong: Required<Wrong>): V1Error {
  const { where, found, wanted } = wrong
  return new V1Error(422, 'validation_error', { message: `${where}: found ${found}, wanted ${wanted}`, wrong })
}

export function busy(message: string, retryAfterS: number): V1Error {
  return new V1Error(503, 'application_error', { message, headers: { 'retry-after': String(retryAfterS) } })
}

/** What access control refuses. */
export function refused(refusal: Refusal | SessionRefusal): V1Error {
  const { headers } = refusal
  switch (refusal.kind) {
    case 'foreign-page':
      return foreignPage()
    case 'no-session':
      return new V1Error(401, 'missing_session', { message: 'this session is over, or was ended: log in', headers })
    case 'no-leave': {
      const message = `your user may not do this: it needs the scope ${refusal.needed}`
      return new V1Error(403, 'restricted_session', { message, headers })
    }
    default:
      return refusedKey(refusal)
  }
}

/** Who is not let in at the front door. A name that nobody has is answered as a wrong password is. */
export function turnedAway(kind: Turned): V1Error {
  switch (kind) {
    case 'foreign-page':
      return foreignPage()
    case 'refused':
      return new V1Error(401, 'login_refused', { message: 'user, password or link is wrong, or the link was used' })
    case 'banned': {
      const message = 'too many wrong logins from this address'
      return new V1Error(429, 'rate_limit_exceeded', { message, headers: { 'retry-after': '60' } })
    }
    case 'busy':
      return busy('too many logins at once', 1)
    case 'trouble':
      return busy('users cannot be looked up now', 5)
    default:
      return kind satisfies never
  }
}

function foreignPage(): V1Error {
  return new V1Error(403, 'security_error', {
    message: 'a session is taken from the page of this interface alone: neither Sec-Fetch-Site nor Origin says that',
  })
}

function refusedKey(refusal: Refusal): V1Error {
  const { headers } = refusal
  switch (refusal.kind) {
    case 'no-key':
      return new V1Error(401, 'missing_api_key', { message: 'no API key in the authorization header', headers })
    case 'banned':
      return new V1Error(429, 'rate_limit_exceeded', { message: 'too many wrong API keys from this address', headers })
    case 'unknown-key':
      return new V1Error(403, 'invalid_api_key', { message: 'there is no such API key', headers })
    case 'ended':
      return new V1Error(403, 'invalid_api_key', { message: 'this API key has ended', headers })
    case 'foreign-network': {
      const message = `this API key may not be used from ${refusal.address}`
      return new V1Error(403, 'invalid_api_key', { message, headers })
    }
    case 'too-many': {
      const message = `more than ${refusal.limit} requests in a second`
      return new V1Error(429, 'rate_limit_exceeded', { message, headers })
    }
    case 'account-gone': {
      const message = `the account ${refusal.account} of this API key is no more`
      return new V1Error(403, 'invalid_api_key', { message, headers })
    }
    case 'no-scope': {
      const message = `this API key may not do this: it needs the scope ${refusal.needed}`
      return new V1Error(403, 'restricted_api_key', { message, headers })
    }
    default:
      return refusal satisfies never
  }
}

/** Of the caller's own values; every other code is the machine's, or a fault. */
const CALLERS: ReadonlySet<MailerErrorCode> = new Set([
  'invalid-option',
  'invalid-config',
  'invalid-address',
  'invalid-message',
  'invalid-key',
])

/** Whatever was thrown, as it may be told. */
export function asV1Error(error: unknown, logger: Logger): V1Error {
  if (error instanceof V1Error) return error
  if (MailerError.is(error)) {
    const { code, message, where, found, wanted, fix } = error
    if (code === 'unknown-message') return notFound(message)
    if (CALLERS.has(code))
      return new V1Error(422, 'validation_error', { message, wrong: { where, found, wanted, fix } })
    if (code === 'not-possible') return new V1Error(409, 'validation_error', { message, wrong: { fix } })
    if (code === 'aborted' || code === 'closed') return busy('shutting down', 1)
  }
  const { message, code } = error as { readonly message?: string; readonly code?: string }
  logger.error({ event: 'http-failed', code, error: message }, 'an HTTP request could not be answered')
  if (code?.startsWith('queue-')) return busy('the queue cannot be used now', 5)
  return new V1Error(500, 'application_error', { message: 'an unexpected error occurred' })
}
