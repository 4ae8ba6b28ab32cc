/**
 * Logger: the shape of pino, so that one of its loggers can be handed in; silent unless one is.
 *
 * Not here: what is logged (log-line.ts). Nothing else in core writes a log line.
 */

/** What stands in a log line besides its message. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where log lines go: the shape of a pino logger. */
export interface Logger {
  /** What only helps to find a mistake. */
  debug(fields: LogFields, message: string): void
  /** What happens every day. */
  info(fields: LogFields, message: string): void
  /** What somebody should look at. */
  warn(fields: LogFields, message: string): void
  /** What did not work. */
  error(fields: LogFields, message: string): void
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const nothing = (): void => {}

export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
}
