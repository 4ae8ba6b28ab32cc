/**
 * ApiError: a refusal in the words of the Resend contract.
 *
 * Policy. Only names that every SDK knows: some take an error with another name for a success, others cannot read it. What a reply
 * of the relay's own table means is decided here once, so that both ways in refuse the same.
 */

import type { Refusal } from '../access-control/index.ts'
import type { Reply } from '../admission/index.ts'
import type { HttpAnswer } from '../server/index.ts'

export type ErrorName =
  | 'application_error'
  | 'concurrent_idempotent_requests'
  | 'daily_quota_exceeded'
  | 'invalid_api_key'
  | 'invalid_attachment'
  | 'invalid_idempotency_key'
  | 'invalid_idempotent_request'
  | 'invalid_parameter'
  | 'method_not_allowed'
  | 'missing_api_key'
  | 'missing_required_field'
  | 'not_found'
  | 'rate_limit_exceeded'
  | 'restricted_api_key'
  | 'security_error'
  | 'validation_error'

export class ApiError extends Error {
  override readonly name: ErrorName
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>

  constructor(statusCode: number, name: ErrorName, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = name
    this.statusCode = statusCode
    this.headers = headers
  }
}

export function invalid(message: string): ApiError {
  return new ApiError(422, 'validation_error', message)
}

export function asAnswer({ statusCode, name, message, headers }: ApiError): HttpAnswer {
  return { status: statusCode, value: { statusCode, message, name }, headers }
}

/** What access control refuses, in words that the SDKs know. */
export function refusedKey(refusal: Refusal): ApiError {
  const { headers } = refusal
  switch (refusal.kind) {
    case 'no-key':
      return new ApiError(401, 'missing_api_key', 'Missing API key in the authorization header.', headers)
    case 'banned':
      return new ApiError(429, 'rate_limit_exceeded', 'Too many wrong API keys came from this address.', headers)
    case 'unknown-key':
      return new ApiError(403, 'invalid_api_key', 'API key is invalid', headers)
    case 'ended':
      return new ApiError(403, 'invalid_api_key', 'API key has expired', headers)
    case 'foreign-network':
      return new ApiError(403, 'invalid_api_key', `API key may not be used from ${refusal.address}`, headers)
    case 'too-many': {
      const text = `Too many requests. You can only make ${refusal.limit} requests per second.`
      return new ApiError(429, 'rate_limit_exceeded', text, headers)
    }
    case 'account-gone': {
      const text = `The account ${refusal.account} of this API key is no more.`
      return new ApiError(403, 'invalid_api_key', text, headers)
    }
    case 'no-scope':
      return new ApiError(401, 'restricted_api_key', lacksScope(refusal), headers)
    default:
      return refusal satisfies never
  }
}

function lacksScope({ key, needed }: Extract<Refusal, { readonly kind: 'no-scope' }>): string {
  const sendsOnly = key.scopes.length === 1 && key.scopes[0] === 'send'
  return sendsOnly
    ? 'This API key is restricted to only send emails'
    : `This API key may not do this: it needs the scope ${needed}`
}

/** Whom a refusal is about. */
export type About = 'sender' | 'recipient' | 'message'

export function refusedAs({ code, text, limited }: Reply, about: About): ApiError {
  if (limited !== undefined) {
    const name = limited.window === 'day' ? 'daily_quota_exceeded' : 'rate_limit_exceeded'
    return new ApiError(429, name, text, retryAfter(limited.retryAfterMs))
  }
  if (code < 500) return new ApiError(503, 'application_error', text, retryAfter(1000))
  // RFC 3463 §3.4: the message is too big.
  if (code === 552) return new ApiError(413, 'validation_error', text)
  if (about === 'sender' || code === 550)
    return new ApiError(about === 'recipient' ? 422 : 403, 'validation_error', text)
  return invalid(text)
}

function retryAfter(ms: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))) }
}
