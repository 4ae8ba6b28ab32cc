/**
 * JsonLog: JSON lines on standard output. The only pino import.
 *
 * Policy. One line for each session, message and attempt; never a password, never a body. Written asynchronously, so that a
 * slow reader of the log does not stop mail.
 */
import type { Logger } from '@postrider/core'

/** A logger that can be closed. */
export interface ClosableLogger {
  /** Takes what is to be logged; call `flush` before the process ends. */
  readonly logger: Logger
  /** Writes out what is left. */
  flush(): void
}

/** Writes one JSON object a line. */
export async function openLog({
  level,
}: {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
}): Promise<ClosableLogger> {
  const { default: pino } = await import('pino')
  const destination = pino.destination({ fd: 1, sync: false, minLength: 0 })
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['password', 'secret', 'token', 'authorization'],
    },
    destination,
  )
  return {
    logger: logger as unknown as Logger,
    flush: () => {
      try {
        destination.flushSync()
      } catch {
        // Nothing was written yet, or nobody reads any more.
      }
    },
  }
}
