/**
 * Idempotency: what an idempotency key stands for: what the caller gave, not the bytes that were made of it, because Date,
 * Message-ID and signature are new each time.
 *
 * Policy. Two drafts are the same when every field has the same value, whatever the order of the keys. Of an attachment that
 * is a stream only its other fields count: to compare it would mean to read it.
 */
import { createHash } from 'node:crypto'
import type { Draft } from '../model/draft.ts'
import type { Envelope } from '../model/envelope.ts'

export function digestOfDraft(draft: Draft): string {
  return digestOfFields(draft)
}

/** Of a message in the words of another library. */
export function digestOfFields(fields: object): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(fields)))
    .digest('base64')
}

export function digestOfRaw(bytes: Uint8Array, { reversePath, recipients }: Envelope): string {
  const to = recipients.map(({ address }) => address)
  return createHash('sha256')
    .update(JSON.stringify([reversePath, to]))
    .update(bytes)
    .digest('base64')
}

function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return { sha256: createHash('sha256').update(value).digest('base64') }
  if (value instanceof Date) return { date: value.getTime() }
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof (value as { pipe?: unknown }).pipe === 'function') return { stream: true }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return fields.map(([key, field]) => [key, canonical(field)])
}
