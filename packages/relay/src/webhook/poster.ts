/**
 * Poster: JSON to one URL. The only undici import here.
 *
 * Policy. Its connections are kept and are its own, so that one endpoint in trouble costs no other anything. Redirects are not
 * followed; of an answer the status counts.
 */
import type { Pool } from 'undici'

export interface Poster {
  /** The status of the answer. @throws when there is none */
  post(body: string, headers?: Readonly<Record<string, string>>): Promise<number>
  close(): Promise<void>
}

const ANSWER_WITHIN_MS = 15_000
const CONNECT_WITHIN_MS = 10_000
const CONNECTIONS = 4
const MOST_ANSWER_BYTES = 64 * 1024

export async function openPoster(url: string): Promise<Poster> {
  const { Pool } = await import('undici')
  const { origin, pathname, search } = new URL(url)
  const pool: Pool = new Pool(origin, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
    connect: { timeout: CONNECT_WITHIN_MS },
  })
  return {
    post: async (body, headers = {}) => {
      const { statusCode, body: content } = await pool.request({
        method: 'POST',
        path: `${pathname}${search}`,
        headers: { 'content-type': 'application/json', 'user-agent': 'Postrider', ...headers },
        body,
      })
      await content.dump({ limit: MOST_ANSWER_BYTES }).catch(() => undefined)
      return statusCode
    },
    close: () => pool.close(),
  }
}
