/**
 * ErrorFact: an exception as the fact that tells it: trouble of the queue, which passes, or a fault of this program.
 */
import { MailerError } from './error.ts'
import type { InternalErrorFact, QueueErrorFact } from './fact.ts'

export function errorFact(doing: string, error: unknown, at: number): QueueErrorFact | InternalErrorFact {
  const detail = error instanceof Error ? error.message : String(error)
  const ofQueue = MailerError.is(error) && (error.code.startsWith('queue-') || error.code === 'closed')
  return { kind: ofQueue ? 'queue-error' : 'internal-error', at, doing, detail }
}
