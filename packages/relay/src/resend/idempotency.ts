/**
 * Idempotency: the same request twice is one mail, or one batch.
 *
 * Policy. A key belongs to an account and a path. What it stands for is the request as it was read, so that a list of one address and the
 * address alone are the same. Two at once: the second is told so. The queue remembers keys for as long as it keeps the history of the
 * first message, which may be longer than the day that Resend does.
 */
import { createHash } from 'node:crypto'
import { ApiError } from './api-error.ts'
import type { EmailFields } from './email-fields.ts'

const LONGEST_KEY = 256

/** @throws ApiError `invalid_idempotency_key` */
export function readKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  if (header !== '' && header.length <= LONGEST_KEY) return header
  const text = `The idempotency key must be between 1 and ${LONGEST_KEY} characters long`
  throw new ApiError(400, 'invalid_idempotency_key', text)
}

/** As the queue knows it: of any length, and not that of another path. */
export function keyOfPath(path: string, key: string): string {
  return createHash('sha256').update(`${path}\0${key}`).digest('base64url')
}

/** @param mails as they were read; what could not be read, as it was given */
export function fingerprintOf(mails: readonly unknown[]): string {
  const plain = mails.map(mail => (isRead(mail) ? plainOf(mail) : mail))
  return createHash('sha256').update(JSON.stringify(plain)).digest('base64url')
}

function isRead(mail: unknown): mail is EmailFields {
  return typeof mail === 'object' && mail !== null && 'draft' in mail
}

function plainOf({ draft, tags, scheduledText }: EmailFields): object {
  return {
    ...draft,
    attachments: draft.attachments?.map(({ content, ...rest }) => ({ ...rest, content: digestOf(content) })),
    tags,
    scheduledAt: scheduledText,
  }
}

function digestOf(content: unknown): string {
  return createHash('sha256')
    .update(content as Uint8Array)
    .digest('base64url')
}

/** Requests with a key that have not been answered. */
export class UnderWay {
  readonly #keys = new Set<string>()

  /** @throws ApiError `concurrent_idempotent_requests` */
  async alone<T>(account: string, key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work()
    const name = `${account}\0${key}`
    if (this.#keys.has(name)) {
      const text = 'Another request with this idempotency key is in progress.'
      throw new ApiError(409, 'concurrent_idempotent_requests', text)
    }
    this.#keys.add(name)
    try {
      return await work()
    } finally {
      this.#keys.delete(name)
    }
  }
}
