/**
 * KnownBefore: whoever sent mail before it was counted is no stranger to the providers, and does not begin like one.
 *
 * Policy. Asked once for each queue, when the first process that counts begins to deliver: with facts that are older than three
 * days, addresses and senders that come up within a month are taken for known. A row says that it was asked, so that a host that is
 * new stays new.
 *
 * Not here: how much that is (flow/warm-up.ts).
 */
import { EVERYWHERE } from '../model/standing.ts'
import type { QueueStore } from '../queue/index.ts'
import type { Standings } from '../schedule/index.ts'

const DAY_MS = 86_400_000
const BEFORE_MS = 3 * DAY_MS
const FOR_MS = 30 * DAY_MS

/** @param standings as they were read from the store */
export async function noteKnownBefore(
  standings: Pick<Standings, 'hasCounted' | 'of' | 'learn'>,
  { store, now }: { readonly store: Pick<QueueStore, 'facts'>; readonly now: number },
): Promise<void> {
  if (standings.hasCounted || standings.of(EVERYWHERE, 'site').learnt !== undefined) return
  const [oldest] = await store.facts(0, 1)
  const sentBefore = oldest !== undefined && oldest.fact.at < now - BEFORE_MS
  standings.learn(EVERYWHERE, 'site', { until: sentBefore ? now + FOR_MS : now })
}
