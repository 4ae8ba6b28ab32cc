/**
 * StacklessError: an error without a stack, for what is no bug: thousands of them are normal on a bad day, and one that is kept
 * would keep, by its stack, all that was under way when it came.
 */
export class StacklessError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message, options)
    Error.stackTraceLimit = limit
  }
}
