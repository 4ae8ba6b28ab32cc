/**
 * RestoredMail: mail of a queue that came back from a backup: held until a person lets it go.
 *
 * Policy. It is told apart from what was held before by the reason that it is held for, so that letting it go lets nothing else go.
 */
import { type Mailer, type QueueId, queueCopies } from '@postrider/core'
import type { RelayConfig } from '../config/options.ts'

const HELD_SINCE = 'restored from a backup of'
const PAGE = 500

export function reasonOf(madeAt: number): string {
  return `${HELD_SINCE} ${new Date(madeAt).toISOString()}: it may have been sent since`
}

/**
 * Holds all that waits in a database that was restored, also what relays had under way at the dump.
 * @returns how many messages
 * @throws {MailerError} `not-possible` while a relay runs on it, `queue-unavailable`, `queue-newer`
 */
export async function holdRestored({ options: { queue } }: RelayConfig, madeAt: number): Promise<number> {
  const { holdDatabase } = await queueCopies()
  const { url: connectionString = '', directUrl: directConnectionString } = queue
  const place = { connectionString, ...(directConnectionString !== undefined && { directConnectionString }) }
  return holdDatabase(place, reasonOf(madeAt))
}

/** @returns how many messages go on */
export async function releaseRestored(mailer: Pick<Mailer, 'queue'>): Promise<number> {
  let released = 0
  for (let after: QueueId | undefined; ; ) {
    const page = await mailer.queue.list({ state: 'held', limit: PAGE, ...(after !== undefined && { after }) })
    after = page.at(-1)?.id
    for (const { id, held } of page) if (held?.startsWith(HELD_SINCE)) released += await mailer.queue.release(id)
    if (page.length < PAGE) return released
  }
}
