/**
 * ReadRawSubmission: what a caller gave to `accept`, from its words to checked values.
 *
 * Policy. What the caller's functions return is checked as its arguments are.
 *
 * Not here: what is done with them (flow/submission.ts), the envelope (read-envelope.ts), when and how long (read-send-options.ts).
 */
import type { RawReplacement, RawSubmission, SendRequest } from '../flow/submission.ts'
import { requireAddress } from '../model/address.ts'
import type { RawMessage } from '../model/message.ts'
import type { QueueId } from '../model/queue-id.ts'
import { bytesOf, check, readReplacement } from './arguments.ts'
import { type AcceptEnvelope, readEnvelope } from './read-envelope.ts'
import type { AcceptOptions } from './receipt.ts'

export interface ReadRequest {
  readonly request: SendRequest
  /** How many recipients a message may have. */
  readonly recipients: number
}

/** @throws MailerError `invalid-message` for what is no bytes, `invalid-option`, and as `readEnvelope` */
export function readRawSubmission(
  raw: Uint8Array,
  envelope: AcceptEnvelope,
  options: AcceptOptions,
  { request, recipients }: ReadRequest,
): RawSubmission {
  return {
    raw: bytesOf(raw, 'raw'),
    envelope: readEnvelope(envelope, recipients),
    request,
    trace: id => traceFor(id, options),
    check: message => replacementFor(message, options),
    ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
  }
}

function traceFor(id: QueueId, { prepend }: AcceptOptions): string | undefined {
  const trace = typeof prepend === 'function' ? prepend(id) : prepend
  if (trace !== undefined) check(trace, 'string', 'options.prepend')
  return trace
}

function replacementFor(message: RawMessage, options: AcceptOptions): RawReplacement {
  const { raw, from } = readReplacement(options.check?.(message))
  return {
    ...(raw === undefined ? {} : { raw: bytesOf(raw, 'check().raw') }),
    ...(from === undefined ? {} : { reversePath: requireAddress(from, 'check().from') }),
  }
}
