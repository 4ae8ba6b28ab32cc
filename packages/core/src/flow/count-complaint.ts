/**
 * CountComplaint: a complaint counts against the domain of its sender with the provider that took the message.
 *
 * Policy. It is counted where all counts are, by whichever process is told of it: the one that delivers reads it with its next look.
 * Of a provider that counts nobody, and of a message that nobody took, there is nothing to count.
 *
 * Not here: what complaints lead to (reputation/), what else becomes of one (complaint.ts, take-report.ts).
 */
import type { Clock } from '../ambient/clock.ts'
import { EVERYWHERE, type StandingKey, standingOf } from '../model/standing.ts'
import { firstDayAt, providerOf } from '../provider/index.ts'
import type { QueueEntry, QueueStore } from '../queue/index.ts'
import { begun, counted, KNOWN, turned } from '../reputation/index.ts'

/** How often it is written again when another process wrote meanwhile. */
const TRIES = 5

export async function countComplaint(
  { id, from }: Pick<QueueEntry, 'id' | 'from'>,
  recipient: string,
  { store, clock }: { readonly store: QueueStore; readonly clock: Pick<Clock, 'now'> },
): Promise<void> {
  const site = await providerOfDelivery(id, recipient, store)
  const first = site === undefined ? undefined : firstDayAt(site)
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase()
  if (site === undefined || first === undefined || domain === '') return
  const key: StandingKey = `sender ${domain}`
  for (let tries = 0; tries < TRIES; tries++) {
    const now = clock.now()
    const rows = await store.standings({})
    const stands = rows.find(row => row.site === site && row.key === key)
    const all = rows.find(row => row.site === EVERYWHERE)
    const isKnown = all !== undefined && (standingOf(all).learnt?.until ?? 0) > now
    const known = stands === undefined ? {} : standingOf(stands)
    const today = known.warmUp === undefined ? begun(isKnown ? KNOWN : first, now) : turned(known.warmUp, now)
    const warmUp = counted(today, { first: 0, deferred: 0, refused: 0, complaints: 1 })
    const version = (stands?.version ?? 0) + 1
    const row = { site, key, version, until: stands?.until ?? 0, body: JSON.stringify({ ...known, warmUp }) }
    if ((await store.putStandings([row], now)).length === 0) return
  }
}

async function providerOfDelivery(
  id: QueueEntry['id'],
  recipient: string,
  store: QueueStore,
): Promise<string | undefined> {
  for (const { fact } of await store.history(id)) {
    if (fact.kind !== 'delivered' || fact.host === undefined) continue
    if (fact.recipient.toLowerCase() === recipient.toLowerCase()) return providerOf(fact.host)?.id
  }
  return undefined
}
