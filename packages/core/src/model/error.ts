/**
 * Error: what is thrown at programmers and operators.
 *
 * Policy. A MailerError means that the caller can mend something: a value, a file, an option, a DNS record of its own
 * domain, or its use of a closed mailer. Each has a stable `code`, and says which value was found, what was wanted, and
 * the fix. What the internet does to a message is never thrown: it is a Failure (failure.ts).
 */
import type { Check } from './check.ts'

/** Every code a MailerError can carry. */
export const MAILER_ERROR_CODES = {
  'invalid-option': 'An option has an unknown key, a wrong type or an impossible value.',
  'invalid-config': 'The configuration file or an environment variable is wrong.',
  'invalid-draft': 'A draft misses a field, or a field has a value that cannot be sent.',
  'invalid-address': 'An e-mail address or domain name is not valid (RFC 5321 §4.1.2, RFC 5891).',
  'invalid-header': 'A header or envelope value contains CR, LF, NUL or another forbidden octet.',
  'invalid-message': 'Ready-made message bytes are not an RFC 5322 message that can be sent.',
  'message-too-large': 'The message is larger than limits.messageBytes.',
  'too-many-recipients': 'The message has more recipients than limits.recipients.',
  'not-cleared': 'Preflight is certain that receivers would refuse this sender; `checks` says why and what to publish.',
  'cannot-sign': 'A message that should be DKIM-signed could not be signed; it was not accepted.',
  'invalid-key': 'A DKIM private key cannot be read or is of a kind that cannot sign.',
  'duplicate-key': 'The idempotency key was already used for a different message.',
  'queue-unavailable': 'The queue file cannot be opened, read or written.',
  'queue-outcome-unknown':
    'The queue did not say whether it did what was asked, and could not be asked again in time: a message may have been accepted.',
  'queue-full': 'The disk or the queue is full; nothing was accepted.',
  'queue-newer': 'The queue was written by a newer version of this program.',
  'unknown-message': 'No message with this id is in the queue or its history.',
  'not-possible': 'The message is in a state that does not allow this.',
  closed: 'The mailer is closed.',
  aborted: 'The caller aborted the operation through its AbortSignal.',
} as const

/** What went wrong, for programs. */
export type MailerErrorCode = keyof typeof MAILER_ERROR_CODES

/** What makes an error message complete: the value found, what was wanted, and how to mend it. */
export interface MailerErrorDetail {
  /** Where the value stands: a field of a draft, a key of a file, a name in DNS. */
  readonly where?: string
  readonly found?: string
  readonly wanted?: string
  readonly fix?: string
  readonly cause?: unknown
  /** Of `not-cleared`: everything that preflight found wrong, each with the record to publish. */
  readonly checks?: readonly Check[]
}

/** Across duplicate installs the class differs; its mark does not. */
const MARK: symbol = Symbol.for('postrider.MailerError')

/** The one error this package throws. Test with `MailerError.is(error)`, which also works across duplicate installs. */
export class MailerError extends Error {
  /** `MailerError`, for logs; use `MailerError.is(error)` to test. */
  override readonly name: string = 'MailerError'
  /** What kind of mistake it is, one of the list above; does not change between versions. */
  readonly code: MailerErrorCode
  /** Which value is wrong, as the caller knows it: `delivery.port`, `draft.to[1]`. Undefined when it is about no value. */
  readonly where: string | undefined
  /** What was there, shortened; never a secret. */
  readonly found: string | undefined
  /** What should be there. */
  readonly wanted: string | undefined
  /** What to do, when it is more than to write what is wanted. */
  readonly fix: string | undefined
  readonly #checks: readonly Check[]

  constructor(code: MailerErrorCode, message: string, detail: MailerErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    Object.defineProperty(this, MARK, { value: true })
    this.code = code
    this.where = detail.where
    this.found = detail.found
    this.wanted = detail.wanted
    this.fix = detail.fix
    this.#checks = detail.checks ?? []
  }

  /** Of `not-cleared`: everything that preflight found wrong, each with the record to publish. Empty for every other code. */
  get checks(): readonly Check[] {
    return this.#checks
  }

  /** Whether something thrown is a MailerError, also of another copy of this package. */
  static is(error: unknown): error is MailerError {
    return typeof error === 'object' && error !== null && MARK in error
  }
}
