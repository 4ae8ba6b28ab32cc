/**
 * Stretches: what looks at many messages asks the thread for a stretch of them at a time, so that acceptances go in between.
 *
 * Not here: how long a stretch is (../thread/queries.ts, admin.ts, late-facts.ts).
 */
import type { DurableFact, NumberedFact } from '../../../model/fact.ts'
import { leastQueueId, type QueueId, unknownMessage } from '../../../model/queue-id.ts'
import { decodeEntry } from '../../decode-entry.ts'
import type { QueueCounts, QueueEntry, QueueFilter, QueueSelection } from '../../store.ts'
import type { FactRow, Selection, Stretch, Verbs, WaitingKey } from '../both/protocol.ts'
import type { ThreadClient } from './thread-client.ts'

const DEFAULT_LIMIT = 100

/** Does a change to all that is selected, and counts what was changed. */
export async function changeEach(
  which: QueueSelection,
  change: (selection: Selection) => Promise<Stretch<number>>,
): Promise<number> {
  if (typeof which === 'string') return (await change({ id: which, after: 0 })).found
  let changed = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const stretch: Stretch<number> = await change({ filter: which, after })
    changed += stretch.found
    after = stretch.after
  }
  return changed
}

/** @throws MailerError `unknown-message` */
export async function list(
  thread: ThreadClient,
  { limit = DEFAULT_LIMIT, after, ...filter }: QueueFilter,
): Promise<readonly QueueEntry[]> {
  const entries: QueueEntry[] = []
  let from: number | undefined = after === undefined ? 0 : await numberOf(thread, after)
  while (from !== undefined && entries.length < limit) {
    const ask = { selection: { filter, after: from }, limit: limit - entries.length }
    const stretch: Stretch<readonly Parameters<typeof decodeEntry>[0][]> = await thread.ask('list', ask)
    entries.push(...stretch.found.map(decodeEntry))
    from = stretch.after
  }
  return entries
}

async function numberOf(thread: ThreadClient, id: QueueId): Promise<number> {
  const n = await thread.ask('number', id)
  if (n !== null) return n
  throw unknownMessage(id, 'filter.after')
}

export async function findByMessageId(
  thread: ThreadClient,
  { messageId, since, before }: { readonly messageId: string; readonly since: number; readonly before: number },
): Promise<readonly QueueId[]> {
  const found: string[] = []
  const below = leastQueueId(before)
  for (let least: string | undefined = leastQueueId(since); least !== undefined; ) {
    const ask = { messageId, least, below }
    const stretch: Verbs['findByMessageId']['answer'] = await thread.ask('findByMessageId', ask)
    found.push(...stretch.found)
    least = stretch.afterId
  }
  return found as QueueId[]
}

export async function counts(thread: ThreadClient, now: number): Promise<QueueCounts> {
  const { oldest, ...found } = await thread.ask('counts', null)
  const [due, held] = [await countDue(thread, now), await countHeld(thread)]
  return { ...found, due, held, ...(oldest !== null && { oldestAcceptedAt: oldest }) }
}

async function countDue(thread: ThreadClient, now: number): Promise<number> {
  let due = 0
  for (let after: WaitingKey | null | undefined = null; after !== undefined; ) {
    const stretch: Verbs['countDue']['answer'] = await thread.ask('countDue', { now, after })
    due += stretch.found
    after = stretch.after
  }
  return due
}

async function countHeld(thread: ThreadClient): Promise<number> {
  let held = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const stretch: Stretch<number> = await thread.ask('countHeld', after)
    held += stretch.found
    after = stretch.after
  }
  return held
}

export async function prune(thread: ThreadClient, before: number): Promise<number> {
  let removed = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const stretch: Stretch<number> = await thread.ask('prune', { before, after })
    removed += stretch.found
    after = stretch.after
  }
  while (await thread.ask('vacuum', null));
  return removed
}

export function decodeFacts(rows: readonly FactRow[]): readonly NumberedFact[] {
  return rows.map(({ number, json }) => ({ number, fact: JSON.parse(json) as DurableFact }))
}
