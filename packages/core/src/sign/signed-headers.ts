/**
 * SignedHeaders: which fields a signature covers.
 *
 * Policy. What a reader sees and what decides how the body is read is signed, every instance of it, the last one first
 * (RFC 6376 §5.4.2). From is named once more than it occurs, so that nobody can add a second one (§8.15). Fields that
 * the way changes (Received, Return-Path, Authentication-Results, other signatures) are left out (§5.4.1).
 *
 * Not here: their canonical form (canonical.ts).
 */
import type { HeaderField } from '../model/message.ts'

/** RFC 6376 §5.4.1, RFC 8058 §4, RFC 8460 §5.3, RFC 8689 §3, RFC 9477 §3.1.4, and Feedback-ID, which mailbox providers read only when it is signed. */
const SIGNED: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'content-description',
  'auto-submitted',
  'feedback-id',
  'cfbl-address',
  'cfbl-feedback-id',
  'tls-report-domain',
  'tls-report-submitter',
  'tls-required',
  'resent-from',
  'resent-sender',
  'resent-to',
  'resent-cc',
  'resent-date',
  'resent-message-id',
])

export interface SignedHeaders {
  /** The instances to hash, in order; the names that cover no instance add nothing to the hash (RFC 6376 §5.4.2). */
  readonly fields: readonly HeaderField[]
  /** h= */
  readonly names: readonly string[]
}

export function signedHeaders(fields: readonly HeaderField[]): SignedHeaders {
  const signed: HeaderField[] = []
  for (let index = fields.length - 1; index >= 0; index--) {
    const field = fields[index]!
    if (SIGNED.has(field.name) || field.name.startsWith('list-')) signed.push(field)
  }
  return { fields: signed, names: [...signed.map(field => field.name), 'from'] }
}
