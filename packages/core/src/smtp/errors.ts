/**
 * SmtpError: a loss or a refusal of the session on its way up to deliver/transmit.ts, which makes Evidence of it.
 *
 * Policy. It says what was seen and at which stage, never what it means. It carries no stack: thousands of them are normal
 * on a bad day, and none of them is a bug.
 */
import { StacklessError } from '../ambient/stackless-error.ts'
import type { Loss, LossCode, SessionRefusal, Stage } from '../model/evidence.ts'
import { printReply, type Reply } from '../model/reply.ts'

export class SmtpError extends StacklessError {
  override readonly name: string = 'SmtpError'
  readonly stage: Stage
  readonly loss: Loss | undefined
  readonly refusal: SessionRefusal | undefined
  /** Redacted lines of a conversation that ended before there was a session. */
  transcript: readonly string[] | undefined

  constructor(seen: { readonly loss: Loss } | { readonly refusal: SessionRefusal }) {
    super('loss' in seen ? `${seen.loss.stage}: ${seen.loss.detail}` : printReply(seen.refusal.reply))
    this.loss = 'loss' in seen ? seen.loss : undefined
    this.refusal = 'refusal' in seen ? seen.refusal : undefined
    this.stage = 'loss' in seen ? seen.loss.stage : seen.refusal.stage
  }
}

export function lost(stage: Stage, code: LossCode, detail: string): SmtpError {
  return new SmtpError({ loss: { stage, code, detail } })
}

export function refused(stage: Stage, reply: Reply): SmtpError {
  return new SmtpError({ refusal: { stage, reply } })
}
