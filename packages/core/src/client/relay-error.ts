/**
 * RelayError: why a relay did not do what it was asked over HTTP, in its words.
 */

/** What a refusal says, in either family of routes. */
export interface Refusal {
  readonly name?: string
  readonly message?: string
  readonly where?: string
  readonly found?: string
  readonly wanted?: string
  readonly fix?: string
}

/** What a relay refused, or that it could not be asked. */
export class RelayError extends Error {
  /** `RelayError`, for logs. */
  override readonly name: string = 'RelayError'
  /** That of the answer, such as `validation_error`; `unreachable` when there was none, `invalid_option` when nothing was asked. */
  declare readonly code: string
  /** Of the answer; 0 when there was none. */
  declare readonly status: number
  /** Which value is wrong: the field of the request. Undefined when the answer does not say. */
  declare readonly where: string | undefined
  /** What was there, shortened. */
  declare readonly found: string | undefined
  /** What should be there. */
  declare readonly wanted: string | undefined
  /** What to do, when it is more than to write what is wanted. */
  declare readonly fix: string | undefined
  /** When it said so. */
  declare readonly retryAfterMs: number | undefined

  constructor(
    status: number,
    { name = 'application_error', message = `HTTP ${status}`, ...value }: Refusal,
    { retryAfterMs, cause }: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause })
    const { where, found, wanted, fix } = value
    Object.assign(this, { code: name, status, where, found, wanted, fix, retryAfterMs })
  }
}

/** A value that no relay would take: it is not asked. */
export function invalidOption(where: string, found: string, wanted: string): RelayError {
  const fix = `correct ${where}`
  return new RelayError(0, {
    name: 'invalid_option',
    message: `${where}: found ${found}, wanted ${wanted}`,
    ...{ where, found, wanted, fix },
  })
}

/** @throws RelayError for a key that nobody reads: it would be a mail without what was asked for */
export function requireKeys(value: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find(key => !known.includes(key))
  if (unknown !== undefined) throw invalidOption(`${where}.${unknown}`, 'an unknown key', known.join(', '))
}
