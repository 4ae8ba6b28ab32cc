/**
 * Poster: JSON to one URL. The only undici import here.
 *
 * Policy. Its connections are kept and are its own, so that one endpoint in trouble costs no other anything. Redirects are not
 * followed; of an answer the status counts, and when to come back. Who drips an answer is cut off, however often it drips.
 *
 * Not here: which addresses may be reached (address-guard.ts).
 */
import type { Clock } from '@postrider/core'
import type { Pool } from 'undici'
import { guardedLookup, isForbidden, type MayReach, refusal } from './address-guard.ts'

export interface PostAnswer {
  readonly status: number
  /** The header, as it was said. */
  readonly retryAfter?: string
}

export interface Poster {
  /** @throws when there is no answer */
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<PostAnswer>
  close(): Promise<void>
  /** What is under way has no answer any more. */
  destroy(): void
}

const ANSWER_WITHIN_MS = 15_000
const CONNECT_WITHIN_MS = 10_000
const CONNECTIONS = 4
const MOST_ANSWER_BYTES = 64 * 1024

/** @param mayReach where it may be; without it everywhere */
export async function openPoster(clock: Pick<Clock, 'after'>, url: string, mayReach?: MayReach): Promise<Poster> {
  const { Pool } = await import('undici')
  const { origin, pathname, search, hostname } = new URL(url)
  const pool: Pool = new Pool(origin, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
    connect: { timeout: CONNECT_WITHIN_MS, ...(mayReach !== undefined && { lookup: guardedLookup(mayReach) }) },
  })
  return {
    post: async (body, headers = {}) => {
      if (mayReach !== undefined && isForbidden(url, mayReach)) throw refusal(hostname)
      const {
        statusCode,
        headers: told,
        body: content,
      } = await pool.request({
        method: 'POST',
        path: `${pathname}${search}`,
        headers: { 'content-type': 'application/json', 'user-agent': 'Postrider', ...headers },
        body,
      })
      // The pool's own times begin anew with each byte of a body.
      const over = new AbortController()
      const cancel = clock.after(ANSWER_WITHIN_MS, () => over.abort())
      await content.dump({ limit: MOST_ANSWER_BYTES, signal: over.signal }).catch(() => undefined)
      cancel()
      const retryAfter = told['retry-after']
      return { status: statusCode, ...(typeof retryAfter === 'string' && { retryAfter }) }
    },
    close: async () => {
      if (!pool.destroyed) await pool.close()
    },
    destroy: () => {
      // Never rejects.
      void pool.destroy()
    },
  }
}
